"""What `clio run` prints at the end: the map, what was set aside and why, and what to type next."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from clio_assets.cli.unanswered import lines, read_unanswered
from clio_assets.home.home import DEFAULT_HOME

if TYPE_CHECKING:
    from clio_assets.workbench.workbench import Workbench

#: Reason -> what it means, for people.
REASONS = {
    "exact_duplicate": "the same user had sent the same conversation before",
    "superseded": "a newer record of the same conversation exists",
    "not_sampled": "left out by sampling",
    "screened_out": "the screener's question was answered no",
    "no_user_text": "the user wrote nothing",
    "personal_data": "personal data was left in a facet",
    "overlap": "a facet quoted too much of its conversation",
    "not_answered": "the analyst gave no usable answer",
    "empty_text": "the facet had no text to embed",
    "below_min_users": "its group had too few users",
    "below_min_conversations": "its group had too few conversations",
    "not_named": "its group could not be named safely",
    "unsupported_vocabulary": "too few users shared any word to name it with",
    "forgotten": "the user was forgotten",
    "past_retention": "older than the date up to which conversations were deleted",
    "audit_failed": "its name or description did not pass the audit",
    "text_withheld": "published without its own text, which did not pass the audit",
}


def print_outcome(bench: "Workbench") -> None:
    """The newest window's tree on standard output; accounts and next steps below it."""
    from clio_assets.cli.tree import latest_tree, print_tree

    console = Console()
    database = bench.home.release_folders.database
    if database.exists():
        for facet in [facet.name for facet in bench.facets if facet.clustered]:
            tree = latest_tree(database, facet)
            if tree is not None:
                print_tree(console, tree, depth=None)
    console.print(_accounts(bench))
    for line in lines(read_unanswered(bench.lake)):
        console.print(line, highlight=False, soft_wrap=True)
    home = "" if bench.home.path == Path(DEFAULT_HOME).absolute() else f"--home {_short(bench)} "
    console.print(
        f"Next: [bold]clio {home}explore[/] for the map in the browser, "
        f"[bold]clio {home}status[/] for every partition, "
        f"[bold]clio {home}dagster[/] for lineage and schedules.",
        highlight=False,
    )


def _short(bench: "Workbench") -> str:
    """The home's path as one would type it here."""
    here = Path.cwd()
    path = bench.home.path
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _accounts(bench: "Workbench") -> Table:
    """Rows that each stage left out, by reason."""
    from clio_assets.stages import LANDING, STAGES

    table = Table(title="Set aside", title_justify="left", box=None, pad_edge=False)
    for column, side in (("stage", "left"), ("rows", "right"), ("why", "left")):
        table.add_column(column, justify=side)  # type: ignore[arg-type]
    for stage in (LANDING, *STAGES):
        reasons: Counter[str] = Counter()
        for key in bench.lake.keys(stage):
            manifest = bench.lake.manifest(stage, key)
            reasons.update(manifest.rows_set_aside if manifest else {})
        for reason, rows in sorted(reasons.items()):
            table.add_row(stage, f"{rows:,}", REASONS.get(reason, reason.replace("_", " ")))
    if not table.row_count:
        table.add_row("-", "0", "nothing")
    return table
