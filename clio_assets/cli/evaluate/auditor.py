"""`clio evaluate auditor`: does the audit tell harmless texts from identifying ones?"""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from clio_assets.cli.evaluate.options import Shown
from clio_assets.cli.grouped import grouped
from clio_assets.errors import contained
from clio_assets.home.home import Home

_LEAST = 600


@grouped
def auditor(
    context: typer.Context,
    *,
    texts: Annotated[
        int, typer.Option(min=_LEAST, help="Clean texts, and as many broken ones.")
    ] = 630,
    seed: Annotated[int, typer.Option(min=0, help="Of the generated texts.")] = 0,
    shown: Shown,
) -> None:
    """Have the analyst audit generated texts with known truth, clean and subtly broken, and say
    how many it judges rightly, kind by kind.
    """
    from rich.console import Console

    from clio_assets.cli.evaluate.output import check_page, show
    from clio_assets.cli.evaluate.place import scratch
    from clio_assets.cli.progress import RichProgress
    from clio_assets.evaluate.sheets import auditor_sheet

    home: Home = context.obj
    check_page(home, shown.html)
    with RichProgress(Console(stderr=True)) as progress, progress.step("Auditing"):
        if home.exists:
            document = _document(home, texts, seed)
        else:
            with scratch(home, home.settings.source) as made:
                made.prepare()
                document = _document(made, texts, seed)
    figures = {"auditor_accuracy": document["accuracy"]}
    show(home, document, auditor_sheet(document), figures, shown)


def _document(home: Home, each: int, seed: int) -> dict[str, Any]:
    """The documented JSON form (docs/cli.md)."""
    from clio_assets.definitions import build_workbench
    from clio_assets.evaluate.auditor import figures_of_auditor
    from clio_assets.evaluate.auditor_texts import probes

    bench = build_workbench(home)
    limit = bench.policy.min_audit_rating
    with contained("evaluate", "auditor"):
        analyst = bench.analyst.working_on("audited_summaries", "evaluation")
        found = figures_of_auditor(list(probes(each, seed)), analyst, limit)
    return {"analyst": bench.analyst.name, "limit": limit, "seed": seed, **asdict(found)}
