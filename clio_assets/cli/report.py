"""What `clio run` prints at the end: the map, what was set aside and why, and what to type next."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from clio_assets.cli.options import as_typed
from clio_assets.cli.unanswered import lines, read_unanswered
from clio_assets.cli.unread_files import lines as lines_of_files
from clio_assets.cli.unread_files import read_unread_files
from clio_assets.domain.reasons import in_words

if TYPE_CHECKING:
    from clio_assets.workbench.workbench import Workbench


def print_outcome(bench: "Workbench") -> None:
    """The newest window's trees, each with what was set aside, and next steps; accounts of the
    stages where nothing is published.
    """
    from clio_assets.cli.tree import latest_tree, print_tree

    console = Console()
    database = bench.home.release_folders.database
    shown = False
    if database.exists():
        for facet in [facet.name for facet in bench.facets if facet.clustered]:
            tree = latest_tree(database, facet)
            if tree is not None:
                print_tree(console, tree, depth=None)
                shown = True
    if not shown:
        console.print(_accounts(bench))
    for line in _named_maps(bench):
        console.print(line, highlight=False, soft_wrap=True)
    for line in (*lines(read_unanswered(bench.lake)), *_unread(bench)):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    explore, status, dagster = (
        as_typed(bench.home, name) for name in ("explore", "status", "dagster")
    )
    console.print(
        f"Next: [bold]{explore}[/] for the map in the browser, "
        f"[bold]{status}[/] for every partition, "
        f"[bold]{dagster}[/] for lineage and schedules.",
        highlight=False,
    )


def _named_maps(bench: "Workbench") -> Iterator[str]:
    """A line a named map: how many windows it has, how many were held back, and how to see the
    newest that was not."""
    from clio_assets.ground.windows import map_of
    from clio_assets.lake.release import released
    from clio_assets.stages import SLICES

    windows = sorted(key for key in released(bench.home.release_folders) if map_of(key))
    slices = [bench.lake.manifest(SLICES, key) for key in bench.lake.keys(SLICES)]
    held_back = {one.key for one in slices if one and "too_few_beside" in one.rows_set_aside}
    for named in (one.name for one in bench.maps):
        made = [key for key in windows if map_of(key) == named]
        shown = [key for key in made if key not in held_back]
        count = "1 window" if len(made) == 1 else f"{len(made):,} windows"
        held = f", {len(made) - len(shown):,} held back: {in_words('too_few_beside')}"
        typed = f". [bold]{as_typed(bench.home, f'tree --window {shown[-1]}')}[/]" if shown else ""
        yield f"Map {named}: {count}{held if len(made) > len(shown) else ''}{typed}"


def _unread(bench: "Workbench") -> Iterator[str]:
    """Which files of the sources could not be read, or not whole."""
    found = [one for some in read_unread_files(bench.home, bench.lake).values() for one in some]
    if found:
        files = "1 file" if len(found) == 1 else f"{len(found):,} files"
        yield f"{files} could not be read, or not whole; all others were landed:"
        yield from lines_of_files(found)


def _accounts(bench: "Workbench") -> Table:
    """Rows that each stage left out, by reason."""
    from clio_assets.stages import LANDING, STAGES

    table = Table(title="Set aside", title_justify="left", box=None, pad_edge=False)
    for column, side in (("stage", "left"), ("rows", "right"), ("why", "left")):
        table.add_column(column, justify=side)  # type: ignore[arg-type]
    for stage in (LANDING, *STAGES):
        reasons: Counter[str] = Counter()
        for key in bench.lake.keys(stage):
            manifest = bench.lake.manifest(stage, key)
            reasons.update(manifest.rows_set_aside if manifest else {})
        for reason, rows in sorted(reasons.items()):
            table.add_row(stage, f"{rows:,}", in_words(reason))
    if not table.row_count:
        table.add_row("-", "0", "nothing")
    return table
