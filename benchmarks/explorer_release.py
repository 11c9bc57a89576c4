"""A synthetic public database for the explorer: the published tables, without a pipeline run.

    python -m benchmarks.explorer_release OUT.duckdb [--leaves 10000] [--weeks 26] [--windows 1]
    python -m benchmarks.explorer_release --home FOLDER      a home that `clio explore` opens

Its numbers hang together as published ones do: multiples of 5, sizes that add up over the tree and
over values, cells under the policy's threshold suppressed with at least one other of their row.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.explorer_breakdowns import breakdowns
from benchmarks.explorer_lineage import RELEASED_AT, accounts, digest, lineage, verdicts
from benchmarks.explorer_nodes import ROUNDING, Nodes, Real, Whole, upwards
from benchmarks.explorer_trends import trends
from benchmarks.explorer_words import texts
from clio_assets.ground.windows import key_of
from clio_assets.lake.release import RELEASES
from clio_assets.summaries.schema import PUBLISHED

MIN_COHERENCE = 0.5
FIRST_MONDAY = date(2026, 3, 30)


@dataclass(frozen=True)
class Shape:
    """How large a release is: leaves a window, weeks a window, windows, clustered facets.

    Each of `maps` is a named map with as many windows, of a quarter of the leaves; of the maps in
    `hidden` the windows are released with nothing in them. `named` is the one a window is of.
    """

    leaves: int = 10_000
    weeks: int = 26
    windows: int = 1
    clustered: tuple[str, ...] = ("request",)
    maps: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    named: str = ""

    def of_maps(self) -> "list[Shape]":
        """The shape of the home's own map, then those of the named ones."""
        quarter = max(self.leaves // 4, 8)
        return [self, *(replace(self, leaves=quarter, named=named) for named in self.maps)]


def build_release(path: Path, shape: Shape | None = None, seed: int = 0) -> Path:
    """Write a public database of that shape; the same seed gives the same rows."""
    shape = shape or Shape()
    tables = make_tables(shape, seed)
    write_release(path, {**tables, "trends": trends(tables["clusters"])})
    return path


def make_tables(shape: Shape, seed: int = 0) -> dict[str, pa.Table]:
    """Every table that a window is sealed with, and `releases`; none that a release adds."""
    parts: dict[str, list[pa.Table]] = {name: [] for name in PUBLISHED}
    for number, of_map in enumerate(shape.of_maps()):
        for at, (place, facet) in product(range(shape.windows), enumerate(shape.clustered)):
            generator = np.random.default_rng([seed, at, place, *([number] if number else [])])
            for name, table in _map_tables(of_map, at, facet, generator).items():
                parts[name].append(table)
    tables = {
        name: pa.concat_tables(parts[name]) if parts[name] else schema.empty_table()
        for name, schema in PUBLISHED.items()
    }
    hidden = [replace(shape, named=named) for named in shape.hidden]
    empty = [_window(of_map, at)[0] for of_map in hidden for at in range(shape.windows)]
    windows = sorted({*tables["windows"]["window"].to_pylist(), *empty})
    releases = [
        {
            "window": window,
            "manifest": digest("manifest", window, str(seed)),
            "policy_digest": digest("policy"),
            "run_id": f"run-{window}",
            "released_at": RELEASED_AT,
        }
        for window in windows
    ]
    tables["verdicts"] = verdicts(windows)
    return {**tables, "releases": pa.Table.from_pylist(releases, schema=RELEASES)}


def write_release(path: Path, tables: Mapping[str, pa.Table]) -> None:
    """Write the tables as the release does: a new file, put in place in one step."""
    temporary = path.with_name(f".tmp-{path.name}")
    temporary.unlink(missing_ok=True)
    with duckdb.connect(str(temporary)) as connection:
        for name, rows in tables.items():
            connection.register("rows", rows)
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM rows')
            connection.unregister("rows")
    temporary.chmod(0o644)
    temporary.replace(path)


def build_home(home: Path, shape: Shape | None = None, seed: int = 0) -> Path:
    """A home folder with nothing but a release in it."""
    shape = shape or Shape()
    (home / "public").mkdir(parents=True, exist_ok=True)
    record = {"window": "all" if shape.windows == 1 else "month", "first_day": str(FIRST_MONDAY)}
    (home / "home.json").write_text(json.dumps(record))
    build_release(home / "public" / "insights.duckdb", shape, seed)
    return home


# --- one map -----------------------------------------------------------------------------------


def _map_tables(
    shape: Shape, at: int, facet: str, generator: np.random.Generator
) -> dict[str, pa.Table]:
    nodes = _nodes(shape.leaves)
    window, kind, weeks = _window(shape, at)
    sizes = _leaf_sizes(nodes, generator)
    unpublished = int(sizes.sum() // 20 // ROUNDING * ROUNDING)
    everyone = int(sizes[nodes.leaves].sum()) + unpublished
    sizes = upwards(nodes, sizes[:, None])[:, 0]
    same = {"window": window, "facet": facet}
    clusters, coherent = _clusters(nodes, sizes, same, everyone, at, generator)
    head = {
        **same,
        "kind": kind,
        "first_day": weeks[0],
        "last_day": weeks[-1] + timedelta(days=6),
        "conversations": everyone,
        "users": everyone * 7 // 10 // 5 * 5,
        "clusters": len(clusters),
        "unpublished": unpublished,
        "coherent": coherent,
        "min_coherence": MIN_COHERENCE,
        "min_users": 10,
        "min_conversations": 20,
        "analyst": "local",
    }
    ids = clusters["id"].to_pylist()
    counted = accounts(same, everyone, unpublished, first=facet == shape.clustered[0])
    return {
        "windows": pa.Table.from_pylist([head], schema=PUBLISHED["windows"]),
        "clusters": clusters,
        "breakdowns": breakdowns(nodes, ids, sizes, head, weeks, generator),
        "accounts": counted,
        "lineage": lineage(ids, counted),
    }


def _clusters(
    nodes: Nodes,
    sizes: Whole,
    same: Mapping[str, str],
    everyone: int,
    at: int,
    generator: np.random.Generator,
) -> tuple[pa.Table, int]:
    """CLUSTERS rows, and how many conversations are in coherent leaves."""
    users = np.maximum(sizes * generator.uniform(0.55, 0.9, len(sizes)) // 5 * 5, 10)
    start = ":".join(same.values())
    numbered = zip(nodes.level, nodes.number, strict=True)
    ids = [f"{start}:{level}:{number}" for level, number in numbered]
    names, descriptions = texts(nodes, at)
    x, y = _coordinates(nodes, generator)
    coherence = _coherence(nodes, sizes, generator)
    rows = pa.table(
        {
            "id": ids,
            **{name: [text] * len(ids) for name, text in same.items()},
            "level": nodes.level,
            "parent": [None if up < 0 else ids[up] for up in nodes.parent],
            "name": names,
            "description": descriptions,
            "size": sizes,
            "users": users.astype(np.int64),
            "share": sizes / everyone,
            "audit": generator.choice([3, 4, 5], len(ids), p=[0.1, 0.25, 0.65]),
            "coherence": coherence,
            "x": x,
            "y": y,
        }
    ).cast(PUBLISHED["clusters"])
    return rows, int(sizes[(nodes.level == 0) & (coherence >= MIN_COHERENCE)].sum())


def _window(shape: Shape, at: int) -> tuple[str, str, list[date]]:
    """Key, kind and Mondays of the window."""
    first = FIRST_MONDAY + timedelta(weeks=at * shape.weeks)
    weeks = [first + timedelta(weeks=week) for week in range(shape.weeks)]
    key, kind = ("all", "all") if shape.windows == 1 else (str(first), "month")
    return key_of(shape.named, key), kind, weeks


def _nodes(leaves: int) -> Nodes:
    middle = leaves // 100 if leaves >= 1000 else max(2, -(-leaves // 8))
    tops = max(2, -(-middle // 10))
    counts = (tops, middle, leaves)
    starts = (0, tops, tops + middle)
    parents = [np.full(tops, -1)] + [
        starts[depth - 1] + np.arange(counts[depth]) * counts[depth - 1] // counts[depth]
        for depth in (1, 2)
    ]
    return Nodes(
        np.repeat([2, 1, 0], counts),
        np.concatenate([np.arange(count) for count in counts]),
        np.concatenate(parents),
    )


def _leaf_sizes(nodes: Nodes, generator: np.random.Generator) -> Whole:
    sizes = np.zeros(len(nodes.level), dtype=np.int64)
    drawn = generator.lognormal(np.log(450), 0.9, len(nodes.leaves))
    sizes[nodes.leaves] = np.maximum(drawn // ROUNDING * ROUNDING, 20)
    return sizes


def _coherence(nodes: Nodes, sizes: Whole, generator: np.random.Generator) -> Real:
    """Of leaves in twentieths, above them the mean of the leaves below."""
    steps = np.zeros((len(nodes.level), 1), dtype=np.int64)
    steps[nodes.leaves, 0] = generator.normal(13, 2.5, len(nodes.leaves)).clip(5, 19)
    leaves = nodes.level == 0
    return upwards(nodes, np.where(leaves, sizes, 0)[:, None] * steps)[:, 0] // sizes / 20


def _coordinates(
    nodes: Nodes, generator: np.random.Generator
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    spread = {2: 0.0, 1: 0.085, 0: 0.032}
    tops = int((nodes.level == 2).sum())
    place = np.zeros((len(nodes.level), 2))
    for row, (level, parent) in enumerate(zip(nodes.level, nodes.parent, strict=True)):
        if parent < 0:
            turn = 2 * np.pi * row / tops
            radius = 0.34 if row % 2 else 0.24
            place[row] = 0.5 + radius * np.array([np.cos(turn), np.sin(turn)])
        else:
            place[row] = place[parent] + generator.normal(0, spread[int(level)], 2)
    low, high = place.min(axis=0), place.max(axis=0)
    scaled = ((place - low) / (high - low)).round(4).astype(np.float32)
    return scaled[:, 0], scaled[:, 1]


def main() -> None:
    """Write a database, or a home with one in it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("database", type=Path, nargs="?", help="DuckDB file to write")
    parser.add_argument("--home", type=Path, help="home folder to make instead")
    parser.add_argument("--leaves", type=int, default=10_000)
    parser.add_argument("--weeks", type=int, default=26)
    parser.add_argument("--windows", type=int, default=1)
    parser.add_argument("--facets", default="request", help="clustered facets, with commas")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    shape = Shape(given.leaves, given.weeks, given.windows, tuple(given.facets.split(",")))
    if (given.database is None) == (given.home is None):
        parser.error("name a database or --home")
    if given.home is not None:
        build_home(given.home, shape, given.seed)
    else:
        build_release(given.database, shape, given.seed)


if __name__ == "__main__":
    main()
