"""Small windows of random trees and people, published by the code under test."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from clio_assets.domain.clusters import ClusterText
from clio_assets.lake.engine import Engine, in_memory
from clio_assets.summaries.audit import AuditedCluster, Key
from clio_assets.summaries.breakdowns import Counted, breakdown_cells, breakdowns_table
from clio_assets.summaries.identifiers import cluster_id
from clio_assets.summaries.places import UNCLUSTERED, Head, places_of
from clio_assets.summaries.rounding import rounded_cells, rounded_places
from privacy_checks.policy.model import PrivacyPolicy

WINDOW = "2026-09-28"
FACET = "request"


@dataclass(frozen=True)
class People:
    """Conversations: base cluster (-1: none), user, and the value of each attribute (-1: none)."""

    leaf: np.ndarray
    user: np.ndarray
    values: dict[str, np.ndarray]


@dataclass(frozen=True)
class Window:
    """A published window: its places with their numbers, its breakdowns, and what they hide.

    `counts` and `cells` are the true and the rounded cells of each attribute, places by values in
    order, null last; `shown` is what the table shows of them.
    """

    policy: PrivacyPolicy
    those: People
    counted: Counted
    breakdowns: pa.Table
    counts: dict[str, np.ndarray]
    people: dict[str, np.ndarray]
    cells: dict[str, np.ndarray]
    shown: dict[str, np.ndarray]

    def primary(self, attribute: str) -> np.ndarray:
        """Cells with too few conversations or users."""
        few = self.counts[attribute] < self.policy.min_cell_conversations
        return few | (self.people[attribute] < self.policy.min_cell_users)


def publish(
    people: People, tree: Sequence[Sequence[int]], withheld: set[int], policy: PrivacyPolicy
) -> Window:
    """Publish a window. `tree[level][n]` is the parent of cluster n of that level, tops have none.

    The base clusters that are withheld are not published, nor what has nothing else below it.
    """
    nodes, published = _nodes(people, tree, withheld)
    users = {key: len(set(people.user[within].tolist())) for key, within in published.items()}
    clusters = [
        AuditedCluster(
            key, nodes[key][0], ClusterText("", ""), int(within.sum()), users[key], rating=5
        )
        for key, within in published.items()
    ]
    head = Head(
        FACET, len(people.leaf), len(set(people.user.tolist())), int((people.leaf < 0).sum())
    )
    places = places_of(head, clusters, nodes)
    counted = Counted(places, rounded_places(places, WINDOW, policy))
    cells = breakdown_cells(Engine(in_memory), _tables(people, counted))
    table = breakdowns_table(WINDOW, cells, [counted], policy)
    return _opened(people, counted, table, policy)


def _nodes(
    people: People, tree: Sequence[Sequence[int]], withheld: set[int]
) -> tuple[dict[Key, tuple[Key | None, int]], dict[Key, np.ndarray]]:
    nodes: dict[Key, tuple[Key | None, int]] = {}
    published: dict[Key, np.ndarray] = {}
    at = people.leaf.copy()
    left = set(range(int(at.max(initial=-1)) + 1)) - withheld
    for level in range(len(tree) + 1):
        parents = np.array(tree[level], dtype=np.int64) if level < len(tree) else None
        for number in sorted({int(cluster) for cluster in at if cluster >= 0}):
            above = None if parents is None else (FACET, level + 1, int(parents[number]))
            within = at == number
            nodes[FACET, level, number] = above, int(within.sum())
            if number in left:
                published[FACET, level, number] = within
        if parents is not None:
            at = np.where(at >= 0, parents[at], -1)
            left = {int(parents[number]) for number in left}
    return nodes, published


def _tables(people: People, counted: Counted) -> dict[str, pa.Table]:
    names = [f"c{row}" for row in range(len(people.leaf))]
    columns = {
        name: [None if value < 0 else "abcdefgh"[value] for value in values.tolist()]
        for name, values in people.values.items()
    }
    lines = list(counted.places.lines())
    return {
        "attributes": pa.table(
            {
                "conversation": names,
                "user": [f"u{user}" for user in people.user.tolist()],
                **{name: pa.array(values, pa.string()) for name, values in columns.items()},
            }
        ),
        "population": pa.table(
            {
                "facet": [FACET] * len(names),
                "conversation": names,
                "leaf": pa.array(np.where(people.leaf < 0, UNCLUSTERED, people.leaf), pa.int32()),
            }
        ),
        "lines": pa.table(
            {
                "facet": [FACET] * len(lines),
                "leaf": pa.array([leaf for leaf, _ in lines], pa.int32()),
                "place": pa.array([place for _, place in lines], pa.int32()),
            }
        ),
    }


def _opened(people: People, counted: Counted, table: pa.Table, policy: PrivacyPolicy) -> Window:
    """The window with what stands behind it, counted one by one."""
    places, rounded = counted.places, counted.rounded
    atoms = np.flatnonzero(places.is_atom)
    row_of = {int(places.leaf[atom]): int(atom) for atom in atoms}
    atom_of = [row_of[leaf] for leaf in people.leaf.tolist()]
    place_of = {key and cluster_id(WINDOW, *key): row for row, key in enumerate(places.keys)
                if places.published[row]}  # fmt: skip
    counts, crowd, cells, shown = {}, {}, {}, {}
    for attribute, values in people.values.items():
        names = sorted({value for value in values.tolist() if value >= 0})
        width = len(names) + bool((values < 0).any())
        column = {value: at for at, value in enumerate([*names, -1])}
        behind: dict[tuple[int, int], list[int]] = {}
        for atom, user, value in zip(atom_of, people.user.tolist(), values.tolist(), strict=True):
            at = atom
            while at >= 0:
                behind.setdefault((at, column[value]), []).append(user)
                at = int(places.parent[at])
        counts[attribute], crowd[attribute] = np.zeros((2, len(places.parent), width), np.int64)
        for cell, users in behind.items():
            counts[attribute][cell], crowd[attribute][cell] = len(users), len(set(users))
        cells[attribute] = np.zeros_like(counts[attribute])
        cells[attribute][atoms] = rounded_cells(
            counts[attribute][atoms], rounded.offsets, rounded.sizes[atoms], policy.rounding
        )
        for row in places.upwards():
            if places.parent[row] >= 0:
                cells[attribute][places.parent[row]] += cells[attribute][row]
        shown[attribute] = np.zeros(counts[attribute].shape, dtype=bool)
        for row in table.to_pylist():
            if row["facet"] == attribute and not row["suppressed"]:
                at = place_of[row["cluster"]], column["abcdefgh".index(row["value"])]
                shown[attribute][at] = True
                assert row["size"] == cells[attribute][at]
    return Window(policy, people, counted, table, counts, crowd, cells, shown)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """Two to four levels over one to twelve base clusters, up to two attributes of six values."""
    rounding = draw(st.sampled_from([1, 2, 3, 5, 5, 8]))
    policy = PrivacyPolicy(
        rounding=rounding,
        min_conversations=draw(st.integers(4, 14)),
        min_users=draw(st.integers(2, 4)),
        min_cell_conversations=draw(st.integers(2, 7)),
        min_cell_users=draw(st.integers(1, 3)),
    )
    leaves = draw(st.integers(1, 12))
    tree, below = [], leaves
    for _ in range(draw(st.integers(0 if leaves == 1 else 1, 3))):
        above = max(1, below // draw(st.integers(2, 4)))
        tree.append([number * above // below for number in range(below)])
        below = above
    withheld = draw(st.sets(st.integers(0, leaves - 1), max_size=min(2, leaves - 1)))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = policy.min_conversations + random.geometric(0.1, leaves)
    unclustered = draw(st.integers(0, 12))
    leaf = np.concatenate([np.repeat(np.arange(leaves), sizes), np.full(unclustered, -1)])
    users = random.integers(0, 1 + len(leaf) // draw(st.integers(1, 6)), len(leaf))
    values = {}
    for name in ("language", "turns")[: draw(st.integers(1, 2))]:
        width = draw(st.integers(1, 6))
        share = random.dirichlet(np.full(width, 0.4), leaves + 1)
        values[name] = np.array([random.choice(width, p=share[at]) for at in leaf])
        values[name][random.random(len(leaf)) < draw(st.sampled_from([0, 0, 0.1]))] = -1
    return publish(People(leaf, users, values), tree, withheld, policy)
