"""Options that several evaluations share."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from clio_assets.cli.options import JsonOption

LabelsOption = Annotated[
    str,
    typer.Option(
        "--labels",
        help="Known labels: a file (JSONL, JSON, CSV, Parquet) of conversation ids and labels, "
        "FILE#field, or a field of the source's records such as metadata.intent.",
        show_default=False,
    ),
]
WindowOption = Annotated[
    str | None,
    typer.Option(help="Window of an existing home. Default: the newest.", show_default=False),
]
FacetOption = Annotated[
    str | None, typer.Option(help="Clustered facet. Default: the first.", show_default=False)
]
HtmlOption = Annotated[
    Path | None, typer.Option("--html", help="Write one page with charts to this file.")
]


@dataclass(frozen=True)
class Asked:
    """Which map is measured."""

    window: WindowOption = None
    facet: FacetOption = None


@dataclass(frozen=True)
class Shown:
    """How the figures are shown."""

    html: HtmlOption = None
    as_json: JsonOption = False
