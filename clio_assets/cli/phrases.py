"""`clio phrases`: the phrase book in force, and which published groups it has no line for."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clio_assets.cli.grouped import grouped
from clio_assets.cli.options import JsonOption, MapOption, map_and_window
from clio_assets.cli.tree import Wanted, read_published_tree
from clio_assets.errors import HomeError, UsageError, contained
from clio_assets.ground.windows import map_of
from clio_assets.home.home import Home

if TYPE_CHECKING:
    from rich.console import Console

    from clio_assets.cli.progress import RichProgress
    from clio_assets.lake.lake import Lake
    from clio_assets.phrases.book import PhraseBook
    from clio_assets.phrases.missing import Group


@dataclass(frozen=True)
class Lacking:
    """Whether to list what the book lacks, of which published map, and how much of it."""

    missing: Annotated[
        bool, typer.Option("--missing", help="List the largest published groups without a line.")
    ] = False
    most: Annotated[int, typer.Option(min=1, help="Groups that --missing lists.")] = 20
    named: MapOption = None
    window: Annotated[str | None, typer.Option(help="Published window. Default: newest.")] = None
    facet: Annotated[str | None, typer.Option(help="Clustered facet. Default: the first.")] = None


@grouped
def phrases(
    context: typer.Context,
    lacking: Lacking,
    book: Annotated[
        Path | None,
        typer.Option(help="File of your own lines to check, as if phrase_book named it."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show the phrase book that names and headings may be taken from, or what it lacks: groups
    that no line names, as a work list for a book of your own.
    """
    from rich.console import Console

    from clio_assets.cli.progress import RichProgress
    from clio_assets.run.declared import phrases_of

    home: Home = context.obj
    if not lacking.missing and (lacking.named or lacking.window or lacking.facet):
        raise UsageError("--map, --window and --facet say what --missing looks at")
    in_force = phrases_of(home, book)
    if not lacking.missing:
        document = as_document(in_force)
        show = _print_book
    else:
        home.check_access()
        wanted = Wanted(*map_and_window(lacking.named, lacking.window), lacking.facet)
        with RichProgress(Console(stderr=True)) as progress:
            document = _missing(home, in_force, wanted, progress)
        show = _print_missing
        document["missing"] = document["missing"][: lacking.most]
    if as_json:
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        show(Console(), document)


def as_document(book: "PhraseBook") -> dict[str, Any]:
    """The documented JSON form (docs/cli.md)."""
    domain_of = {line.area: line.domain for line in book.lines}
    lines = Counter((line.domain, line.area) for line in book.lines)
    return {
        "lines": len(book.lines),
        "areas": len(lines),
        "digest": book.digest,
        "domains": [
            {
                "domain": domain,
                "lines": sum(count for (own, _), count in lines.items() if own == domain),
                "areas": {area: count for (own, area), count in lines.items() if own == domain},
            }
            for domain in dict.fromkeys(domain_of.values())
        ],
    }


def _missing(
    home: Home, book: "PhraseBook", wanted: Wanted, progress: "RichProgress"
) -> dict[str, Any]:
    """The documented JSON form (docs/cli.md)."""
    from dataclasses import asdict

    from clio_assets.analyst.local.naming.choosing import LEAST_LIKENESS
    from clio_assets.embeddings.model import load_embedder
    from clio_assets.phrases.missing import groups_without_line
    from clio_assets.phrases.vectors import vectors_of_lines
    from clio_assets.run.declared import lake_of

    published = read_published_tree(home.release_folders.database, wanted)
    with progress.step("Reading the map"), contained("phrases", "reading the map"):
        lake = lake_of(home)
        _require_sealed(lake, home, published.head["window"])
        leaves = [row for row in published.clusters if row["level"] == 0]
        groups = _groups(lake, published.head["window"], published.head["facet"], leaves)
    with progress.step("Comparing lines"), contained("phrases", "comparing lines"):
        vectors = vectors_of_lines(book, load_embedder(home.settings.embeddings))
        found = groups_without_line(groups, book, vectors, LEAST_LIKENESS)
    return {
        "window": published.head["window"],
        "map": map_of(published.head["window"]),
        "facet": published.head["facet"],
        "analyst": published.head["analyst"],
        "least_likeness": LEAST_LIKENESS,
        "groups": len(groups),
        "without_line": len(found),
        "missing": [asdict(one) for one in found],
    }


def _require_sealed(lake: "Lake", home: Home, window: str) -> None:
    """HomeError where what is published is not what lies in the private zone."""
    from clio_assets.judging.regate import releases_not_sealed

    why = releases_not_sealed(lake, home.release_folders).get(window)
    if why is None and lake.manifest("clusters", window) is None:
        why = "its private part was deleted"
    if why is not None:
        raise HomeError(
            f"the groups of window {window} cannot be compared with lines: {why}; `clio run` makes "
            "what is missing, and --window names another window"
        )


def _groups(lake: "Lake", window: str, facet: str, rows: list[dict[str, Any]]) -> "list[Group]":
    """The published base clusters: name and size as published, the rest from the sealed tables."""
    import pyarrow.compute as pc

    from clio_assets.ground.vectors import from_column
    from clio_assets.phrases.missing import Group
    from clio_assets.summaries.identifiers import cluster_id

    centroids, terms = (
        table.filter(pc.equal(table["facet"], facet))
        for table in (lake.read("clusters", window, name) for name in ("centroids", "terms"))
    )
    supported: dict[int, list[str]] = {}
    for row in terms.select(["cluster", "lemma"]).to_pylist():
        supported.setdefault(row["cluster"], []).append(row["lemma"])
    numbers = centroids["cluster"].to_pylist()
    centroid_of = dict(zip(numbers, from_column(centroids["vector"]), strict=True))
    number_of = {cluster_id(window, facet, 0, number): number for number in numbers}
    return [
        Group(
            row["name"],
            row["size"],
            centroid_of[number_of[row["id"]]],
            supported.get(number_of[row["id"]], []),
        )
        for row in rows
    ]


def _print_book(console: "Console", document: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    console.print(
        f"{document['lines']:,} lines in {document['areas']:,} areas of "
        f"{len(document['domains']):,} domains (digest {document['digest'][:12]})",
        highlight=False,
    )
    table = Table(box=None, pad_edge=False, show_header=False)
    for domain in document["domains"]:
        table.add_row(Text(domain["domain"], style="bold"), f"{domain['lines']:,}")
        for area, count in domain["areas"].items():
            table.add_row(Text(f"  {area}"), Text(f"{count:,}", style="dim"))
    console.print(table)


def _print_missing(console: "Console", document: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    console.print(
        f"[bold]{document['window']}[/] · {document['facet']}: {document['without_line']:,} of "
        f"{document['groups']:,} published groups have no line of the phrase book",
        highlight=False,
    )
    table = Table(box=None, pad_edge=False)
    for column in ("size", "published name", "nearest line", "words that a line may use"):
        table.add_column(column, justify="right" if column == "size" else "left")
    for one in document["missing"]:
        far = one["likeness"] < document["least_likeness"]
        why = "too far" if far else f"too few wrote {', '.join(one['lacking'])}"
        nearest = Text(one["nearest"]).append(f" ({one['likeness']:.2f}, {why})", "dim")
        table.add_row(f"{one['size']:,}", Text(one["name"]), nearest, Text(", ".join(one["words"])))
    if document["missing"]:
        console.print(table)
