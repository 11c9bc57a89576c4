"""`clio tree`: a published map as a tree, in the terminal or as JSON."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clio_assets.cli.options import JsonOption
from clio_assets.errors import UsageError
from clio_assets.home.home import Home

if TYPE_CHECKING:
    from rich.console import Console

QUERY = Path(__file__).with_name("tree.sql")


@dataclass(frozen=True)
class PublishedTree:
    """One facet of one published window; `clusters` are rows of tree.sql."""

    window: str
    facet: str
    analyst: str
    conversations: int
    clusters: list[dict[str, Any]]


def tree(
    context: typer.Context,
    window: Annotated[str | None, typer.Option(help="Window to show. Default: the newest.")] = None,
    facet: Annotated[str | None, typer.Option(help="Clustered facet. Default: the first.")] = None,
    depth: Annotated[
        int | None, typer.Option(min=1, help="Levels to show, from the top. Default: all.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a published map. Reads the public database and nothing else."""
    from rich.console import Console

    home: Home = context.obj
    found = read_published_tree(home.release_folders.database, window, facet)
    if as_json:
        print(json.dumps(as_document(found, depth), ensure_ascii=False, indent=1))
    else:
        print_tree(Console(), found, depth)


def read_published_tree(database: Path, window: str | None, facet: str | None) -> PublishedTree:
    """The tree of a window and facet; by default of the newest window and its first facet."""
    from clio_assets.lake.public import PublicDatabase

    public = PublicDatabase(database)
    rows = public.query(
        'SELECT "window", facet, analyst, conversations FROM windows '
        'ORDER BY last_day DESC, "window" DESC, facet'
    ).to_pylist()
    matching = [r for r in rows if window in (None, r["window"]) and facet in (None, r["facet"])]
    if not matching:
        known = ", ".join(sorted({f"{r['window']} ({r['facet']})" for r in rows})) or "nothing"
        raise UsageError(f"no such map is published; published are: {known}")
    head = matching[0]
    clusters = public.query(
        QUERY.read_text("utf-8"), {"window": head["window"], "facet": head["facet"]}
    ).to_pylist()
    return PublishedTree(
        head["window"], head["facet"], head["analyst"], head["conversations"], clusters
    )


def latest_tree(database: Path, facet: str) -> PublishedTree | None:
    """The newest window's tree of a facet, None where that facet is not published."""
    try:
        return read_published_tree(database, None, facet)
    except UsageError:
        return None


def as_document(found: PublishedTree, depth: int | None) -> dict[str, Any]:
    """The documented JSON form (docs/cli.md)."""
    return {
        "window": found.window,
        "facet": found.facet,
        "analyst": found.analyst,
        "clusters": _within(found, depth),
    }


def print_tree(console: "Console", found: PublishedTree, depth: int | None) -> None:
    """Print the tree; sizes are numbers of conversations."""
    from rich.markup import escape
    from rich.tree import Tree

    head = f"[bold]{escape(found.window)}[/] · {escape(found.facet)}"
    note = f"{found.conversations:,} conversations, analyst {escape(found.analyst)}"
    root = Tree(f"{head} [dim]({note})[/]", guide_style="dim")
    branches: dict[str | None, Tree] = {}
    for row in _within(found, depth):
        parent = branches.get(row["parent"], root)
        label = f"{escape(_plain(row['name']))} [cyan]{row['size']:,}[/]"
        branches[row["id"]] = parent.add(label)
    if not branches:
        root.add("[dim]no group of conversations was large enough to be shown[/]")
    console.print(root, highlight=False)


def _within(found: PublishedTree, depth: int | None) -> list[dict[str, Any]]:
    """The clusters of the topmost levels, at most `depth` of them."""
    if depth is None or not found.clusters:
        return found.clusters
    top = max(row["level"] for row in found.clusters)
    return [row for row in found.clusters if row["level"] > top - depth]


def _plain(text: str) -> str:
    """Without control characters: a name must not move the cursor."""
    return "".join(c if c.isprintable() else " " for c in text)
