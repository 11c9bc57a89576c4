"""`clio evaluate languages`: do requests about one thing meet across languages?"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from clio_assets.cli.evaluate.clusters import matching
from clio_assets.cli.evaluate.options import Asked, LabelsOption, Shown
from clio_assets.cli.evaluate.place import opened
from clio_assets.cli.grouped import grouped
from clio_assets.cli.options import Given
from clio_assets.errors import UsageError, contained

if TYPE_CHECKING:
    from clio_assets.evaluate.labels import Labels
    from clio_assets.evaluate.subject import Subject


@grouped
def languages(
    context: typer.Context,
    *,
    labels: LabelsOption,
    given: Given,
    asked: Asked,
    shown: Shown,
) -> None:
    """Compare clusters with topics and with languages, and say how many requests in other
    languages join their topic's main English cluster.
    """
    from rich.console import Console

    from clio_assets.cli.evaluate.output import check_page, show
    from clio_assets.cli.progress import RichProgress
    from clio_assets.evaluate.labels import LABEL_FIELDS
    from clio_assets.evaluate.sheets import languages_sheet

    check_page(context.obj, shown.html)
    with (
        RichProgress(Console(stderr=True)) as progress,
        opened(context, given, progress) as place,
    ):
        known = place.labels("--labels", labels, LABEL_FIELDS)
        subject = place.subject(asked)
        with progress.step("Measuring"), contained("evaluate", "languages"):
            document = _document(subject, known)
    figures = {name: document[name] for name in ("v_topic", "v_language", "joined")}
    show(context.obj, document, languages_sheet(document), figures, shown)


def _document(subject: "Subject", known: "Labels") -> dict[str, Any]:
    """The documented JSON form (docs/cli.md)."""
    from clio_assets.evaluate.languages import figures_of_languages

    spoken = subject.languages
    if not spoken:
        raise UsageError("this home has no facet of kind languages, so there is nothing to compare")
    labels = subject.labelled(known)
    found = figures_of_languages(subject.map, labels, spoken)
    return {**subject.heading, **asdict(found), "labels": matching(known, labels)}
