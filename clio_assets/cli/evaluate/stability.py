"""`clio evaluate stability`: would the base clusters come out alike another time?"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clio_assets.cli.evaluate.options import Asked, Shown
from clio_assets.cli.evaluate.place import opened
from clio_assets.cli.grouped import grouped
from clio_assets.cli.options import Given
from clio_assets.errors import contained

if TYPE_CHECKING:
    from clio_assets.cli.progress import RichProgress
    from clio_assets.evaluate.subject import Subject
    from clio_assets.ground.types import Indices, Vector


@grouped
def stability(
    context: typer.Context,
    *,
    given: Given,
    runs: Annotated[int, typer.Option(min=2, help="Seeds, and as many resamples.")] = 3,
    asked: Asked,
    shown: Shown,
) -> None:
    """Group the same conversations with other seeds, and with a fifth of them left out, and say
    how far the groupings agree.
    """
    from rich.console import Console

    from clio_assets.cli.evaluate.output import check_page, show
    from clio_assets.cli.progress import RichProgress
    from clio_assets.evaluate.sheets import stability_sheet

    check_page(context.obj, shown.html)
    with (
        RichProgress(Console(stderr=True)) as progress,
        opened(context, given, progress) as place,
    ):
        subject = place.subject(asked)
        with contained("evaluate", "stability"):
            document = _document(subject, runs, progress)
    figures = {
        "seed_ari": document["seeds"]["ari"],
        "resample_ari": document["resamples"]["ari"],
    }
    show(context.obj, document, stability_sheet(document), figures, shown)


def _document(subject: "Subject", runs: int, progress: "RichProgress") -> dict[str, Any]:
    """The documented JSON form (docs/cli.md)."""
    from clio_assets.clusters.group import cluster_vectors
    from clio_assets.evaluate.stability import over_resamples, over_seeds, steadiness

    bench, vectors = subject.bench, subject.grouping_vectors

    def cluster(rows: "Vector", seed: int) -> "Indices":
        return cluster_vectors(rows, bench.settings.clusters, bench.policy, seed)

    seed = bench.settings.seed
    seeds = progress.track(over_seeds(vectors, cluster, runs, seed), "Other seeds", runs)
    parts = progress.track(over_resamples(vectors, cluster, runs, seed), "Resamples", runs)
    return {
        **subject.heading,
        "conversations": len(vectors),
        "seeds": asdict(steadiness(list(seeds))),
        "resamples": asdict(steadiness(list(parts))),
    }
