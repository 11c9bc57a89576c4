"""`clio evaluate privacy`: how far texts identify somebody, layer by layer."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clio_assets.cli.evaluate.options import Asked, Shown
from clio_assets.cli.evaluate.place import opened
from clio_assets.cli.grouped import grouped
from clio_assets.cli.options import Given
from clio_assets.errors import contained

if TYPE_CHECKING:
    from clio_assets.evaluate.subject import Subject

PUBLISHED = "published names"


@grouped
def privacy(
    context: typer.Context,
    *,
    given: Given,
    most: Annotated[
        int, typer.Option("--texts", min=1, help="Most texts rated of each layer, drawn.")
    ] = 1000,
    asked: Asked,
    shown: Shown,
) -> None:
    """Rate raw conversations, facets, names before the audit and published names by the analyst's
    audit, 1 (identifies a person) to 5 (no one); the paper's figure 5.
    """
    from rich.console import Console

    from clio_assets.cli.evaluate.output import check_page, show
    from clio_assets.cli.progress import RichProgress
    from clio_assets.evaluate.sheets import privacy_sheet

    check_page(context.obj, shown.html)
    with (
        RichProgress(Console(stderr=True)) as progress,
        opened(context, given, progress) as place,
    ):
        subject = place.subject(asked)

        def step(label: str, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
            with progress.step(f"Rating {label}"), contained("evaluate", "privacy"):
                return act()

        document = _document(subject, most, step)
    shares = {layer["layer"]: layer["identifying"] for layer in document["layers"]}
    figures = {"identifying_share": shares[PUBLISHED]}
    show(context.obj, document, privacy_sheet(document), figures, shown)


def _document(
    subject: "Subject",
    most: int,
    step: Callable[[str, Callable[[], dict[str, Any]]], dict[str, Any]],
) -> dict[str, Any]:
    """The documented JSON form (docs/cli.md)."""
    from clio_assets.domain.clusters import ClusterText
    from clio_assets.evaluate.privacy import rate_layer
    from clio_assets.evaluate.window import AUDITED, texts_of, transcripts_of, values_of

    bench, found = subject.bench, subject.map
    lake, limit = bench.lake, bench.policy.min_audit_rating
    analyst = bench.analyst.working_on("audited_summaries", found.window)
    texts: dict[str, Callable[[], list[ClusterText]]] = {
        "raw conversations": lambda: [
            ClusterText("", text) for text in transcripts_of(lake, subject.days)
        ],
        "facet texts": lambda: [
            ClusterText("", text)
            for text in values_of(lake, subject.days, found.facet).values()
            if text
        ],
        "names before the audit": lambda: texts_of(
            lake, "hierarchy", found.window, "nodes", found.facet
        ),
        PUBLISHED: lambda: texts_of(lake, AUDITED, found.window, "clusters", found.facet),
    }

    def rated(layer: str) -> dict[str, Any]:
        one = rate_layer(layer, texts[layer](), analyst, limit, most, bench.settings.seed)
        return asdict(one)

    layers = [step(layer, lambda layer=layer: rated(layer)) for layer in texts]  # type: ignore[misc]
    return {**subject.heading, "limit": limit, "layers": layers}
