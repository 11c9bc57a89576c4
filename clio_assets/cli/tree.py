"""`clio tree`: a published map as a tree, in the terminal or as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clio_assets.cli.options import JsonOption, MapOption, as_typed, map_and_window
from clio_assets.domain.reasons import UNNAMED, in_words, seen_and_shown, set_aside
from clio_assets.errors import ClioError, HomeError, UsageError
from clio_assets.ground.windows import listed_by_map, map_of, window_in
from clio_assets.home.home import Home

if TYPE_CHECKING:
    from rich.console import Console

    from clio_assets.lake.public import PublicDatabase

QUERY = Path(__file__).with_name("tree.sql")
ACCOUNTS = (
    'SELECT stage, reason, conversations FROM accounts WHERE "window" = $window '
    "AND coalesce(facet, $facet) = $facet ORDER BY stage, conversations DESC, reason"
)
#: Reasons that the line under a tree names, at most.
_NAMED = 4


@dataclass(frozen=True)
class PublishedTree:
    """One facet of one published window: its row of `windows`, those of `accounts`, and `clusters`
    as tree.sql gives them.
    """

    head: dict[str, Any]
    accounts: list[dict[str, Any]]
    clusters: list[dict[str, Any]]


@dataclass(frozen=True)
class Wanted:
    """A published map: `named` is "" for that of all conversations; the newest window and its first
    clustered facet where they are None.
    """

    named: str = ""
    window: str | None = None
    facet: str | None = None

    def fits(self, key: str) -> bool:
        """Whether the window of that key is of the map, and the one that is wanted."""
        return map_of(key) == self.named and self.window in (None, window_in(key))


def tree(
    context: typer.Context,
    named: MapOption = None,
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
    wanted = Wanted(*map_and_window(named, window), facet)
    found = read_published_tree(home.release_folders.database, wanted)
    if as_json:
        print(json.dumps(as_document(found, depth), ensure_ascii=False, indent=1))
    else:
        console = Console()
        print_tree(console, found, depth)
        console.print(f"In the browser: [bold]{as_typed(home, 'explore')}[/]", highlight=False)


def read_published_tree(database: Path, wanted: Wanted) -> PublishedTree:
    """The tree of a published map. Refused where it is not published, or nothing of it shown."""
    from clio_assets.lake.public import PublicDatabase

    public = PublicDatabase(database)
    found = _published_tree(public, wanted)
    if found is None:
        raise _why_none(public, wanted)
    return found


def latest_tree(database: Path, facet: str) -> PublishedTree | None:
    """The newest tree of a facet of all conversations, None where that is not published."""
    from clio_assets.lake.public import PublicDatabase

    return _published_tree(PublicDatabase(database), Wanted(facet=facet))


def _published_tree(public: "PublicDatabase", wanted: Wanted) -> PublishedTree | None:
    rows = public.query(
        'SELECT * FROM windows ORDER BY last_day DESC, "window" DESC, facet'
    ).to_pylist()
    of_window = [row for row in rows if wanted.fits(row["window"])]
    matching = [row for row in of_window if wanted.facet in (None, row["facet"])]
    if not matching:
        return None
    head = matching[0]
    chosen = {"window": head["window"], "facet": head["facet"]}
    accounts = public.query(ACCOUNTS, chosen).to_pylist()
    clusters = public.query(QUERY.read_text("utf-8"), chosen).to_pylist()
    return PublishedTree(head, accounts, clusters)


def _why_none(public: "PublicDatabase", wanted: Wanted) -> ClioError:
    """Of a map without a group or number, no more than its release is published."""
    rows = public.query('SELECT "window", facet FROM windows').to_pylist()
    released = public.query('SELECT "window" FROM releases').to_pylist()
    listed = listed_by_map(f"{row['window']} ({row['facet']})" for row in rows) or "nothing"
    shown = any(wanted.fits(row["window"]) for row in rows)
    if shown or not any(wanted.fits(row["window"]) for row in released):
        return UsageError(f"no such map is published; published are: {listed}")
    window = f"window {wanted.window} of " if wanted.window else ""
    if not wanted.named:
        return HomeError(
            f"nothing is shown of {window}the map of all conversations, because it holds none; "
            f"published are: {listed}"
        )
    return HomeError(
        f"nothing is shown of {window}the map {wanted.named}: too few conversations or users fit, "
        "or its numbers beside those of the other maps would tell of too few. A wider `where` or a "
        f"longer cadence in clio.toml may help; `clio verdicts --map {wanted.named}` says what was "
        f"checked. Published are: {listed}"
    )


def as_document(found: PublishedTree, depth: int | None) -> dict[str, Any]:
    """The documented JSON form (docs/cli.md)."""
    head = found.head
    return {
        "window": head["window"],
        "map": map_of(head["window"]),
        **{name: head[name] for name in ("facet", "analyst", "conversations")},
        **{name: head[name] for name in ("users", "unpublished", "coherent", "min_coherence")},
        "accounts": found.accounts,
        "clusters": _within(found, depth),
    }


def print_tree(console: "Console", found: PublishedTree, depth: int | None) -> None:
    """Print the tree, sizes in conversations, and a line on what is not in it."""
    from rich.markup import escape
    from rich.tree import Tree

    row = found.head
    named = [map_of(row["window"])] if map_of(row["window"]) else []
    head = f"[bold]{escape(' · '.join([*named, window_in(row['window'])]))}[/]"
    head += f" · {escape(row['facet'])}"
    note = f"{row['conversations']:,} conversations, analyst {escape(row['analyst'])}"
    root = Tree(f"{head} [dim]({note})[/]", guide_style="dim")
    branches: dict[str | None, Tree] = {}
    for row in _within(found, depth):
        parent = branches.get(row["parent"], root)
        mixed = " [dim]mixed[/]" if is_mixed(row, found.head) else ""
        label = f"{escape(_plain(row['name']))} [cyan]{row['size']:,}[/]{mixed}"
        branches[row["id"]] = parent.add(label)
    if not branches:
        root.add(f"[dim]{why_empty(found)}[/]")
    console.print(root, highlight=False)
    console.print(outcome(found), highlight=False, soft_wrap=True)


def is_mixed(cluster: Mapping[str, Any], head: Mapping[str, Any]) -> bool:
    """Whether a cluster is less coherent than the bound; of older releases nobody knows."""
    told = cluster["coherence"] is not None and head["min_coherence"] is not None
    return told and cluster["coherence"] < head["min_coherence"]


def why_empty(found: PublishedTree) -> str:
    """Why there is nothing in a tree, by what is published."""
    head = found.head
    failed = sum(n for reason, n in set_aside(found.accounts).items() if reason in UNNAMED)
    if failed:
        return f"groups of {failed:,} conversations were found, but no name passed the checks"
    if head["min_users"] is None:
        return "no group of conversations was large enough to be shown"
    return (
        f"no group was large enough to be shown: one needs {head['min_conversations']:,} "
        f"conversations of {head['min_users']:,} users, and there are "
        f"{head['conversations']:,} of {head['users']:,}"
    )


def outcome(found: PublishedTree) -> str:
    """How much of what was seen is in the tree, and why the rest is not, in one line."""
    head = found.head
    if not found.accounts:
        return f"In no group: {head['unpublished']:,}."
    seen, shown = seen_and_shown(found.accounts)
    reasons = [f"{n:,} {in_words(reason)}" for reason, n in set_aside(found.accounts).items()]
    more = len(reasons) - _NAMED
    rest = [f"and {more} more reasons"] if more > 1 else reasons[_NAMED:]
    why = "; ".join([*reasons[:_NAMED], *rest]) or "nothing"
    share = head["coherent"] / max(head["conversations"], 1)
    return (
        f"Shown: {shown:,} of {seen:,} conversations seen, {share:.0%} of the map in coherent "
        f"groups. Set aside: {why}."
    )


def _within(found: PublishedTree, depth: int | None) -> list[dict[str, Any]]:
    """The clusters of the topmost levels, at most `depth` of them."""
    if depth is None or not found.clusters:
        return found.clusters
    top = max(row["level"] for row in found.clusters)
    return [row for row in found.clusters if row["level"] > top - depth]


def _plain(text: str) -> str:
    """Without control characters: a name must not move the cursor."""
    return "".join(c if c.isprintable() else " " for c in text)
