"""`clio evaluate languages`: do requests about one thing meet across languages?"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from clio_assets.cli.evaluate.clusters import matching
from clio_assets.cli.evaluate.options import FacetOption, HtmlOption, LabelsOption, WindowOption
from clio_assets.cli.evaluate.place import Given, opened
from clio_assets.cli.options import (
    DayOption,
    FormatOption,
    JsonOption,
    OwnUserOption,
    SourceArgument,
)
from clio_assets.errors import UsageError, contained

if TYPE_CHECKING:
    from clio_assets.evaluate.labels import Labels
    from clio_assets.evaluate.subject import Subject


def languages(  # noqa: PLR0913, PLR0917 - options, one a parameter
    context: typer.Context,
    labels: LabelsOption,
    source: SourceArgument = None,
    shape: FormatOption = None,
    day: DayOption = None,
    own_user: OwnUserOption = False,
    window: WindowOption = None,
    facet: FacetOption = None,
    html: HtmlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare clusters with topics and with languages, and say how many requests in other
    languages join their topic's main English cluster.
    """
    from rich.console import Console

    from clio_assets.cli.evaluate.output import check_page, show
    from clio_assets.cli.progress import RichProgress
    from clio_assets.evaluate.labels import LABEL_FIELDS
    from clio_assets.evaluate.sheets import languages_sheet

    check_page(context.obj, html)
    with (
        RichProgress(Console(stderr=True)) as progress,
        opened(context, Given(source, shape, day, own_user), progress) as place,
    ):
        known = place.labels("--labels", labels, LABEL_FIELDS)
        subject = place.subject(window, facet)
        with progress.step("Measuring"), contained("evaluate", "languages"):
            document = _document(subject, known)
    figures = {name: document[name] for name in ("v_topic", "v_language", "joined")}
    show(context.obj, document, languages_sheet(document), figures, html, as_json)


def _document(subject: "Subject", known: "Labels") -> dict[str, Any]:
    """The documented JSON form (docs/cli.md)."""
    from clio_assets.evaluate.languages import figures_of_languages

    spoken = subject.languages
    if not spoken:
        raise UsageError("this home has no facet of kind languages, so there is nothing to compare")
    labels = subject.labelled(known)
    found = figures_of_languages(subject.map, labels, spoken)
    return {**subject.heading, **asdict(found), "labels": matching(known, labels)}
