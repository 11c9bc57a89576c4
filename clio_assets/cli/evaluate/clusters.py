"""`clio evaluate clusters`: do clusters follow known labels, and do names tell which?"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clio_assets.cli.evaluate.options import Asked, LabelsOption, Shown
from clio_assets.cli.evaluate.place import Place, opened
from clio_assets.cli.grouped import grouped
from clio_assets.cli.options import Given
from clio_assets.errors import contained

if TYPE_CHECKING:
    from clio_assets.evaluate.labels import Labels
    from clio_assets.evaluate.subject import Subject

#: Least pure clusters that are listed, and confusions.
_LISTED = 25
_CONFUSIONS = 500


@dataclass(frozen=True)
class Told:
    """What is known of the labels."""

    parents: Annotated[
        str | None,
        typer.Option(
            help="Labels of the top level: as --labels, or a file of labels and their parents.",
            show_default=False,
        ),
    ] = None
    descriptions: Annotated[
        Path | None,
        typer.Option(help="File of labels and one-line descriptions.", show_default=False),
    ] = None


@grouped
def clusters(
    context: typer.Context,
    *,
    labels: LabelsOption,
    given: Given,
    told: Told,
    asked: Asked,
    shown: Shown,
) -> None:
    """Compare clusters with known labels: purity, V-measure, ARI and coverage of each level, and
    how many labels can be told from the published names alone.
    """
    from rich.console import Console

    from clio_assets.cli.evaluate.output import check_page, show
    from clio_assets.cli.progress import RichProgress
    from clio_assets.evaluate.labels import LABEL_FIELDS, read_descriptions
    from clio_assets.evaluate.sheets import clusters_sheet

    check_page(context.obj, shown.html)
    described = read_descriptions(told.descriptions) if told.descriptions else {}
    with (
        RichProgress(Console(stderr=True)) as progress,
        opened(context, given, progress) as place,
    ):
        known = place.labels("--labels", labels, LABEL_FIELDS)
        above = _parents(place, told.parents, known) if told.parents else None
        subject = place.subject(asked)
        with progress.step("Measuring"), contained("evaluate", "clusters"):
            document = _document(subject, known, above, described)
    show(context.obj, document, clusters_sheet(document), _figures(document), shown)


def _parents(place: Place, given: str, labels: "Labels") -> "Labels":
    from clio_assets.evaluate.labels import Wanted, read_parents

    wanted = Wanted.of("--parents", given)
    with contained("evaluate", "reading labels"):
        return read_parents(wanted, labels.of_conversation, place.records)


def _document(
    subject: "Subject", known: "Labels", above: "Labels | None", told: dict[str, str]
) -> dict[str, Any]:
    """The documented JSON form (docs/cli.md)."""
    from clio_assets.evaluate.clusters import figures_of_levels, purity_of_clusters
    from clio_assets.evaluate.reconstruction import by_parent, parent_of_labels, reconstruct

    labels, found = subject.labelled(known), subject.map
    parents = subject.pseudonymous(above.of_conversation) if above else None
    guessed = reconstruct(found, labels, told, subject.languages, subject.bench.embedder)
    document: dict[str, Any] = {
        **subject.heading,
        "levels": [asdict(level) for level in figures_of_levels(found, labels, parents)],
        "reconstruction": {
            **asdict(guessed.scores),
            "per_language": {name: asdict(one) for name, one in guessed.per_language.items()},
            "conversations": sum(guessed.labels.values()),
            "labels_of_no_cluster": guessed.unguessed,
            "labels": dict(guessed.labels),
            "confusion": [asdict(one) for one in guessed.confused[:_CONFUSIONS]],
        },
        "labels": matching(known, labels),
        "least_pure": [
            {"name": name, "conversations": count, "purity": purity}
            for name, count, purity in purity_of_clusters(found, labels, _LISTED)
        ],
    }
    if above is not None and parents is not None:
        document["parents"] = matching(above, parents)
        counts, confused = by_parent(guessed, parent_of_labels(labels, parents))
        document["reconstruction_of_parents"] = {
            "labels": dict(counts),
            "confusion": [asdict(one) for one in confused],
        }
    return document


def matching(known: "Labels", matched: dict[str, str]) -> dict[str, int]:
    """How many labels there are, and how many belong to a conversation of the window."""
    given = len(known.of_conversation)
    return {
        "given": given,
        "matched": len(matched),
        "unmatched": given - len(matched),
        "without": known.without,
        "distinct": len(set(matched.values())),
    }


def _figures(document: dict[str, Any]) -> dict[str, float]:
    leaves, top, told = document["levels"][0], document["levels"][-1], document["reconstruction"]
    return {
        **{name: leaves[name] for name in ("purity", "v_measure", "ari", "coverage")},
        **{f"top_{name}": top[name] for name in ("purity", "v_measure")},
        **{name: told[name] for name in ("accuracy", "macro_f1", "weighted_f1")},
    }
