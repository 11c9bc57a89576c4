"""A synthetic public database for the explorer: the published tables, without a pipeline run.

    python benchmarks/explorer_release.py OUT.duckdb [--leaves 10000] [--weeks 26] [--windows 1]
    python benchmarks/explorer_release.py --home FOLDER      a home that `clio explore` opens

Its numbers hang together as published ones do: multiples of 5, sizes that add up over the tree and
over values, cells under the policy's threshold suppressed with at least one other of their row.
"""

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from clio_assets.ground.windows import key_of
from clio_assets.lake.release import RELEASES
from clio_assets.summaries.schema import PUBLISHED

ROUNDING = 5
MIN_CELL = 15
MIN_COHERENCE = 0.5
FIRST_MONDAY = date(2026, 3, 30)
RELEASED_AT = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)
STAGES = ("conversations", "facets", "embeddings", "clusters", "hierarchy", "audited_summaries")

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]


def _listed(text: str) -> list[str]:
    return text.split("|")


#: Facet -> its values, and how common each is.
FACETS: Mapping[str, tuple[Sequence[str], Sequence[float]]] = {
    "collaboration": (
        (
            "Direct request",
            "Feedback loop",
            "Iteration",
            "Learning",
            "Other",
            "Open question",
            "Role play",
            "Validation",
        ),
        (34, 12, 18, 14, 5, 8, 4, 5),
    ),
    "concern": (("1", "2", "3", "4", "5"), (86, 8, 4, 1.5, 0.5)),
    "flagged": (("false", "true"), (97, 3)),
    "language": (
        (
            "Arabic",
            "Chinese",
            "English",
            "French",
            "German",
            "Japanese",
            "Portuguese",
            "Spanish",
        ),
        (4, 9, 52, 7, 6, 8, 5, 9),
    ),
    "turns": (("1", "11+", "2", "3-5", "6-10"), (41, 5, 24, 20, 10)),
}

#: Domain -> subjects. A subject is a middle level; leaves combine it with a verb and a setting.
DOMAINS: Mapping[str, str] = {
    "Software development": "Python scripts|React components|SQL queries|API clients|unit tests|"
    "shell commands|game engines|mobile screens|build pipelines|data structures",
    "Writing and editing": "cover letters|short stories|poems|blog posts|newsletters|speeches|"
    "product reviews|dialogue|essays|headlines",
    "Education": "lesson plans|chemistry homework|algebra problems|history summaries|vocabulary "
    "lists|reading questions|lab reports|grammar drills|exam revision|study schedules",
    "Business": "marketing copy|pitch decks|budgets|customer surveys|job descriptions|meeting "
    "notes|pricing pages|supplier contracts|sales e-mails|market research",
    "Data and statistics": "spreadsheets|charts|regression models|dashboards|survey data|time "
    "series|sampling plans|pivot tables|data cleaning|probability puzzles",
    "Health and wellbeing": "training plans|meal plans|sleep routines|first-aid questions|allergy "
    "advice|stretching exercises|medical notes|habit trackers|breathing exercises|vitamins",
    "Cooking": "bread recipes|vegetarian dinners|leftovers|cake icing|spice mixes|party menus|"
    "soups|grilling|pickles|school lunches",
    "Travel": "itineraries|rail journeys|packing lists|visa questions|city walks|camping trips|"
    "flight changes|language phrases|museum visits|road trips",
    "Law and administration": "tenancy questions|tax forms|legal clauses|complaint letters|privacy "
    "notices|pension forms|parking fines|company registration|copyright|wills",
    "Leisure and play": "board games|game worlds|crosswords|film lists|gardening|knitting patterns|"
    "football tactics|guitar chords|model railways|photo editing",
}
VERBS = _listed(
    "Debug|Explain|Plan|Review|Compare|Draft|Summarise|Translate|Design|Optimise|Practise|"
    "Teach|Refactor|Organise|Research|Simplify|Check|Rewrite|Estimate|Illustrate"
)
SETTINGS = _listed(
    "for beginners|for students|for a client|for small firms|under deadline|with examples|in "
    "production|at home|for a team|on a budget|step by step|for children|in plain words|with a "
    "checklist|for a portfolio|for older readers|from scratch|as a table|after a mistake|for a blog"
)
NEEDS = _listed(
    "structured steps|worked examples|short answers|a second opinion|a comparison of options|"
    "corrections in place|a checklist|a friendly tone|a formal tone|sources to read further|"
    "a table of results|gentle explanations|several versions|hints before solutions"
)
CONCERNS = _listed(
    "length|clarity|common mistakes|edge cases|deadlines|cost|audience|vocabulary|format|naming|"
    "accuracy|structure|ordering|safety|performance|layout|spelling|units|versions|style"
)


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


@dataclass(frozen=True)
class Nodes:
    """The clusters of one map, tops first: level, number within it, parent's row (-1: none)."""

    level: Whole
    number: Whole
    parent: Whole

    @property
    def leaves(self) -> Whole:
        """Rows of the leaves."""
        return np.flatnonzero(self.level == 0)


def build_release(path: Path, shape: Shape | None = None, seed: int = 0) -> Path:
    """Write a public database of that shape; the same seed gives the same rows."""
    shape = shape or Shape()
    write_release(path, make_tables(shape, seed))
    return path


def make_tables(shape: Shape, seed: int = 0) -> dict[str, pa.Table]:
    """Every published table, and `releases`."""
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
            "manifest": _digest("manifest", window, str(seed)),
            "policy_digest": _digest("policy"),
            "run_id": f"run-{window}",
            "released_at": RELEASED_AT,
        }
        for window in windows
    ]
    tables["verdicts"] = _verdicts(windows)
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
    sizes = _upwards(nodes, sizes[:, None])[:, 0]
    users = np.maximum(sizes * generator.uniform(0.55, 0.9, len(sizes)) // 5 * 5, 10)
    ids = [
        f"{window}:{facet}:{level}:{number}"
        for level, number in zip(nodes.level, nodes.number, strict=True)
    ]
    names, descriptions = _texts(nodes, at)
    x, y = _coordinates(nodes, generator)
    coherence = _coherence(nodes, sizes, generator)
    coherent = int(sizes[(nodes.level == 0) & (coherence >= MIN_COHERENCE)].sum())
    same = {"window": window, "facet": facet}
    clusters = pa.table(
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
    head = {
        **same,
        "kind": kind,
        "first_day": weeks[0],
        "last_day": weeks[-1] + timedelta(days=6),
        "conversations": everyone,
        "users": everyone * 7 // 10 // 5 * 5,
        "clusters": len(ids),
        "unpublished": unpublished,
        "coherent": coherent,
        "min_coherence": MIN_COHERENCE,
        "min_users": 10,
        "min_conversations": 20,
        "analyst": "local",
    }
    accounts = _accounts(same, everyone, unpublished, first=facet == shape.clustered[0])
    return {
        "windows": pa.Table.from_pylist([head], schema=PUBLISHED["windows"]),
        "clusters": clusters,
        "breakdowns": _breakdowns(nodes, ids, sizes, head, weeks, generator),
        "accounts": accounts,
        "lineage": _lineage(ids, accounts),
    }


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
    return _upwards(nodes, np.where(leaves, sizes, 0)[:, None] * steps)[:, 0] // sizes / 20


def _upwards(nodes: Nodes, columns: Whole) -> Whole:
    """Sums over the tree: every parent's row becomes the sum of its children's."""
    found = columns.copy()
    for row in range(len(nodes.parent) - 1, -1, -1):
        if nodes.parent[row] >= 0:
            found[nodes.parent[row]] += found[row]
    return found


def _texts(nodes: Nodes, at: int) -> tuple[list[str], list[str]]:
    """Names and descriptions; a later window changes some of the leaves' words."""
    generator = np.random.default_rng([11, at])
    settings = list(product(VERBS, SETTINGS))
    domains = list(DOMAINS)
    names: list[str] = []
    descriptions: list[str] = []
    for level, number, parent in zip(nodes.level, nodes.number, nodes.parent, strict=True):
        if level == 2:
            name = domains[number % len(domains)]
        elif level == 1:
            subjects = _listed(DOMAINS[names[parent]])
            subject = subjects[number % len(subjects)]
            name = f"{subject[0].upper()}{subject[1:]}"
        else:
            above = names[parent]
            shift = at if generator.random() < 0.05 else 0
            verb, setting = settings[(int(number) * 37 + shift * 13) % len(settings)]
            name = f"{verb} {above[0].lower()}{above[1:]} {setting}"
        names.append(name)
        descriptions.append(_description(name, int(level), generator))
    return names, descriptions


def _description(name: str, level: int, generator: np.random.Generator) -> str:
    subject = f"{name[0].lower()}{name[1:]}"
    first, second = generator.choice(len(NEEDS), 2, replace=False)
    about = [CONCERNS[at] for at in generator.choice(len(CONCERNS), 3, replace=False)]
    start = "Users asked to" if level == 0 else "A group of requests about"
    return (
        f"{start} {subject}, usually wanting {NEEDS[first]} and {NEEDS[second]}. Compared with "
        f"neighbouring clusters, they more often mentioned {about[0]}, {about[1]} and {about[2]}."
    )


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


# --- breakdowns --------------------------------------------------------------------------------


def _breakdowns(
    nodes: Nodes,
    ids: Sequence[str],
    sizes: Whole,
    head: Mapping[str, Any],
    weeks: Sequence[date],
    generator: np.random.Generator,
) -> pa.Table:
    values = {**FACETS, "time": ([str(week) for week in weeks], np.linspace(1, 1.8, len(weeks)))}
    parts = []
    for facet in sorted(values):
        names, weights = values[facet]
        cells = np.zeros((len(ids), len(names)), dtype=np.int64)
        chances = _chances(nodes, np.asarray(weights, dtype=float), generator)
        cells[nodes.leaves] = _split(sizes[nodes.leaves], chances, generator)
        cells = _upwards(nodes, cells)
        rest = head["conversations"] - int(sizes[nodes.parent < 0].sum())
        base = cells[nodes.parent < 0].sum(axis=0) + _split(
            np.array([rest]), np.asarray(weights, dtype=float)[None] / sum(weights), generator
        )
        hidden = _hidden(cells)
        everyone = [head["conversations"]]
        parts.append(_rows(head, facet, names, ([None], base, base, everyone, base < 0)))
        parts.append(_rows(head, facet, names, (ids, cells, base, sizes, hidden)))
    return pa.concat_tables(parts)


def _chances(nodes: Nodes, weights: Real, generator: np.random.Generator) -> Real:
    """Each leaf's shares of the values: the base rate, bent by its parents and by itself."""
    bend = np.zeros((len(nodes.level), len(weights)))
    noise = generator.normal(0, 0.35, bend.shape)
    for row, parent in enumerate(nodes.parent):
        bend[row] = noise[row] + (bend[parent] if parent >= 0 else 0)
    chances = weights * np.exp(bend[nodes.leaves])
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))


def _split(totals: Whole, chances: Real, generator: np.random.Generator) -> Whole:
    """Totals divided over values in units of the rounding: rows sum to the totals."""
    return np.asarray(generator.multinomial(totals // ROUNDING, chances)) * ROUNDING


def _hidden(cells: Whole) -> npt.NDArray[np.bool_]:
    """Cells under the threshold, and the smallest other one where only one would be hidden."""
    hidden = cells < MIN_CELL
    alone = np.flatnonzero(hidden.sum(axis=1) == 1)
    others = np.where(hidden[alone], np.iinfo(np.int64).max, cells[alone])
    hidden[alone, others.argmin(axis=1)] = True
    return hidden


def _rows(
    head: Mapping[str, Any], facet: str, names: Sequence[str], numbers: tuple[Any, ...]
) -> pa.Table:
    """BREAKDOWNS rows; `numbers`: clusters, their cells, the window's, cluster sizes, hidden."""
    clusters, cells, base, totals, hidden = numbers
    count, wide = len(clusters), len(names)
    share = cells / np.asarray(totals)[:, None]
    lift = share / (base / head["conversations"])
    mask = hidden.ravel()
    return pa.table(
        {
            "window": pa.repeat(head["window"], count * wide),
            "clustered_facet": pa.repeat(head["facet"], count * wide),
            "cluster": pa.array(list(clusters), pa.string()).take(
                pa.array(np.repeat(np.arange(count), wide))
            ),
            "facet": pa.repeat(facet, count * wide),
            "value": pa.array(list(names) * count, pa.string()),
            "size": pa.array(cells.ravel(), mask=mask),
            "share": pa.array(share.ravel(), mask=mask),
            "lift": pa.array(lift.ravel(), mask=mask),
            "suppressed": pa.array(mask),
        }
    ).cast(PUBLISHED["breakdowns"])


# --- lineage and verdicts ----------------------------------------------------------------------


def _accounts(same: Mapping[str, str], everyone: int, unpublished: int, *, first: bool) -> pa.Table:
    """What became of the conversations: a tenth is not sampled, some have no request. The days'
    rows belong to all clustered facets and come with the `first`.
    """
    silent, sampled_out = (everyone // part // ROUNDING * ROUNDING for part in (50, 10))
    failed = unpublished // 10 // ROUNDING * ROUNDING
    small = unpublished // 2 // ROUNDING * ROUNDING
    facet = same["facet"]
    counts: list[tuple[str, str | None, str | None, int]] = [
        ("conversations", None, None, everyone + silent + 40),
        ("conversations", None, "not_sampled", sampled_out),
        ("conversations", None, "superseded", 240),
        ("facets", None, None, everyone + silent),
        ("facets", None, "other", 40),
        ("embeddings", facet, None, everyone),
        ("embeddings", facet, "empty_text", silent),
        ("clusters", facet, None, everyone - unpublished + failed),
        ("clusters", facet, "below_min_conversations", small),
        ("clusters", facet, "below_min_users", unpublished - failed - small),
        ("audited_summaries", facet, None, everyone - unpublished),
        ("audited_summaries", facet, "text_failed", failed),
    ]
    names = ("stage", "facet", "reason", "conversations")
    rows = [dict(zip(names, row, strict=True)) for row in counts if row[3] and (row[1] or first)]
    schema = PUBLISHED["accounts"]
    return pa.Table.from_pylist([{"window": same["window"], **row} for row in rows], schema=schema)


def _lineage(ids: Sequence[str], accounts: pa.Table) -> pa.Table:
    schema = PUBLISHED["lineage"]
    counts = dict.fromkeys(STAGES, (0, 0))
    for row in accounts.to_pylist():
        kept, aside = counts[row["stage"]]
        is_kept = row["reason"] is None
        counts[row["stage"]] = (
            kept + row["conversations"] * is_kept,
            aside + row["conversations"] * (not is_kept),
        )
    counts["hierarchy"] = counts["audited_summaries"] = (len(ids) // ROUNDING * ROUNDING, 0)
    parts = []
    for stage in STAGES:
        kept, aside = counts[stage]
        row = {
            "stage": stage,
            "data_digest": _digest(stage, ids[0]),
            "runs": json.dumps([] if stage in STAGES[:3] else [f"run-{ids[0].split(':')[0]}"]),
            "code_version": "1",
            "analyst": "" if stage in ("conversations", "embeddings") else "local",
            "models": json.dumps({"embedding": "all-MiniLM-L6-v2 sha256:" + _digest("model")}),
            "prompts": json.dumps({} if stage == "embeddings" else {"name": _digest("name")}),
            "policy_version": 1,
            "policy_digest": _digest("policy"),
            "rows_in": kept + aside,
            "rows_kept": kept,
            "rows_set_aside": aside,
            "input_tokens": 0,
            "output_tokens": 0,
            "usd": 0.0,
        }
        columns = {name: pa.repeat(value, len(ids)) for name, value in row.items()}
        parts.append(pa.table({"cluster": list(ids), **columns}).cast(schema))
    return pa.concat_tables(parts)


def _verdicts(windows: Sequence[str]) -> pa.Table:
    rows = [
        {
            "window": window,
            "stage": stage,
            "check": check,
            "passed": True,
            "policy_digest": _digest("policy"),
            "sealed_at": RELEASED_AT,
        }
        for window in windows
        for stage in STAGES
        for check in ("columns", "accounting", "personal_data", "thresholds")
    ]
    return pa.Table.from_pylist(rows, schema=PUBLISHED["verdicts"])


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


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
