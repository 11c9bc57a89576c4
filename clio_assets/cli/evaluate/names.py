"""`clio evaluate names`: do names tell their clusters apart?"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clio_assets.cli.evaluate.options import Asked, Shown
from clio_assets.cli.evaluate.place import opened
from clio_assets.cli.grouped import grouped
from clio_assets.cli.options import Given
from clio_assets.errors import UsageError, contained

if TYPE_CHECKING:
    from clio_assets.evaluate.subject import Subject


@grouped
def names(
    context: typer.Context,
    *,
    given: Given,
    encoder: Annotated[
        str | None,
        typer.Option(
            help="Model (name or folder) that compares names and members. Default: pieces of "
            "words, which is no model.",
            show_default=False,
        ),
    ] = None,
    members: Annotated[int, typer.Option(min=1, help="Members drawn of each cluster.")] = 30,
    asked: Asked,
    shown: Shown,
) -> None:
    """Rank every name by its likeness to members' requests, with an encoder that did not choose
    the names; say how distinct names are, and which forms they have.
    """
    from rich.console import Console

    from clio_assets.cli.evaluate.output import check_page, show
    from clio_assets.cli.progress import RichProgress
    from clio_assets.evaluate.sheets import names_sheet

    check_page(context.obj, shown.html)
    with (
        RichProgress(Console(stderr=True)) as progress,
        opened(context, given, progress) as place,
    ):
        subject = place.subject(asked)
        with progress.step("Measuring"), contained("evaluate", "names"):
            document = _document(subject, encoder, members)
    figures = {
        "hit_at_1": document["hit_at_1"],
        "mean_reciprocal_rank": document["mean_reciprocal_rank"],
        "name_similarity": document["distinctness"],
    }
    show(context.obj, document, names_sheet(document), figures, shown)


def _document(subject: "Subject", model: str | None, per_cluster: int) -> dict[str, Any]:
    """The documented JSON form (docs/cli.md)."""
    from clio_assets.embeddings.model import load_embedder
    from clio_assets.evaluate.encoders import (
        CharacterEncoder,
        EmbeddingEncoder,
        Encoder,
        KnownVectors,
    )
    from clio_assets.evaluate.forms import count_forms
    from clio_assets.evaluate.names import draw_members, figures_by
    from clio_assets.evaluate.window import values_of, vectors_of
    from clio_assets.home.settings import EmbeddingSettings

    bench, found = subject.bench, subject.map
    independent: Encoder = CharacterEncoder()
    if model is not None:
        embedder = load_embedder(EmbeddingSettings(model=model))
        if embedder.identity == bench.embedder.identity:
            raise UsageError("--encoder is the model that grouped the conversations: name another")
        independent = EmbeddingEncoder(embedder, embedder.identity.split()[0])
    texts = values_of(bench.lake, subject.days, found.facet)
    drawn = draw_members(found, texts, per_cluster, bench.settings.seed)
    conversations, vectors = vectors_of(bench.lake, found.window, subject.days, found.facet)
    known = {texts[name]: vectors[row] for row, name in enumerate(conversations)}
    grouped = EmbeddingEncoder(
        KnownVectors(bench.embedder, known), bench.embedder.identity.split()[0]
    )
    return {
        **subject.heading,
        **asdict(figures_by(independent, drawn)),
        "by_the_embedder_that_grouped_them": asdict(figures_by(grouped, drawn)),
        "clusters": len(drawn.names),
        "members": len(drawn.texts),
        "held_out": drawn.held_out,
        "forms": count_forms(drawn.names),
    }
