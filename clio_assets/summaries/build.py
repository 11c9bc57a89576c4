"""Summarise a window: audit its texts, lay out its map, break its clusters down."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.analyst.protocol import Analyst
from clio_assets.config import SummarySettings
from clio_assets.facets.schema import FacetDefinition
from clio_assets.lake.engine import Engine
from clio_assets.summaries.audit import Audited, Key, audit_nodes, node_keys
from clio_assets.summaries.breakdowns import (
    Placed,
    attributes,
    breakdown_cells,
    breakdowns_table,
)
from clio_assets.summaries.identifiers import cluster_id
from clio_assets.summaries.layout import Point, positions
from clio_assets.summaries.schema import CLUSTERS, SUMMARIES_SET_ASIDE, WINDOWS
from clio_assets.vectors import from_column
from clio_assets.windows import WindowKind
from privacy_checks.policy import PrivacyPolicy

#: What breakdowns.sql counts in.
POPULATION = pa.schema([("facet", pa.string()), ("conversation", pa.string())])
ANCESTRY = pa.schema([("facet", pa.string()), ("leaf", pa.int32()), ("cluster", pa.string())])


@dataclass(frozen=True)
class WindowTables:
    """What earlier stages say of a window: FACETS of its days, MEMBERS, CLUSTERS_SET_ASIDE and
    centroids of its base clusters, NODES of its hierarchy.
    """

    facets: pa.Table
    members: pa.Table
    set_aside: pa.Table
    centroids: pa.Table
    nodes: pa.Table


@dataclass(frozen=True)
class SummaryRules:
    """Which window, and what the result depends on besides data and analyst."""

    window: str
    kind: WindowKind
    definitions: Sequence[FacetDefinition]
    settings: SummarySettings
    policy: PrivacyPolicy
    seed: int


@dataclass(frozen=True)
class SummaryTables:
    """The stage's output: every node of the hierarchy is a row of `clusters`, or of `set_aside`
    with a reason other than `text_withheld`.
    """

    windows: pa.Table
    clusters: pa.Table
    breakdowns: pa.Table
    set_aside: pa.Table

    def by_name(self) -> dict[str, pa.Table]:
        """Table name -> table."""
        return dict(vars(self))


@dataclass(frozen=True)
class _Population:
    """All conversations of a window that have a clustered facet."""

    facet: str
    facets: pa.Table
    unpublished: int

    @property
    def size(self) -> int:
        """How many they are."""
        rows: int = self.facets.num_rows
        return rows


def summarise(
    tables: WindowTables, analyst: Analyst, engine: Engine, rules: SummaryRules
) -> SummaryTables:
    """The window's audited aggregates, in the order of the nodes.

    Shares are of all conversations with the clustered facet, whether their cluster was kept or not.
    """
    audited = audit_nodes(tables.nodes, analyst, rules.policy)
    published = {cluster.key for cluster in audited.clusters}
    populations = list(_populations(tables, rules, published))
    return SummaryTables(
        _windows_table(populations, published, analyst.name, rules),
        _clusters_table(audited, populations, tables.centroids, rules),
        _breakdowns(tables, audited, populations, engine, rules),
        _set_aside_table(audited, rules.window),
    )


def _populations(
    tables: WindowTables, rules: SummaryRules, published: Container[Key]
) -> Iterator[_Population]:
    """One for each clustered facet that any conversation of the window has."""
    for facet in rules.definitions:
        members, left_out = (
            table.filter(pc.equal(table["facet"], facet.name))
            for table in (tables.members, tables.set_aside)
        )
        conversations = pa.chunked_array(
            members["conversation"].chunks + left_out["conversation"].chunks, pa.string()
        )
        within = pc.is_in(tables.facets["conversation"], value_set=conversations)
        facets = tables.facets.filter(within)
        if facets.num_rows:
            sizes = Counter(members["cluster"].to_pylist())
            shown = sum(n for leaf, n in sizes.items() if (facet.name, 0, leaf) in published)
            yield _Population(facet.name, facets, facets.num_rows - shown)


def _windows_table(
    populations: Sequence[_Population], published: Iterable[Key], analyst: str, rules: SummaryRules
) -> pa.Table:
    clusters = Counter(facet for facet, _, _ in published)
    rows = []
    for population in populations:
        times = pc.min_max(population.facets["started_at"])
        rows.append(
            {
                "window": rules.window,
                "kind": rules.kind,
                "first_day": times["min"].as_py().date(),
                "last_day": times["max"].as_py().date(),
                "facet": population.facet,
                "conversations": population.size,
                "users": pc.count_distinct(population.facets["user"]).as_py(),
                "clusters": clusters[population.facet],
                "unpublished": population.unpublished,
                "analyst": analyst,
            }
        )
    return pa.Table.from_pylist(rows, schema=WINDOWS)


def _clusters_table(
    audited: Audited,
    populations: Sequence[_Population],
    centroids: pa.Table,
    rules: SummaryRules,
) -> pa.Table:
    sizes = {population.facet: population.size for population in populations}
    keys = zip(centroids["facet"].to_pylist(), centroids["cluster"].to_pylist(), strict=True)
    vectors = {
        (facet, 0, cluster): vector
        for (facet, cluster), vector in zip(keys, from_column(centroids["vector"]), strict=True)
    }
    points: dict[Key, Point] = {}
    for facet in sizes:
        clusters = [cluster for cluster in audited.clusters if cluster.key[0] == facet]
        points |= positions(clusters, vectors, rules.settings.layout, rules.seed)
    rows = [
        {
            "id": _id(rules.window, cluster.key),
            "window": rules.window,
            "facet": cluster.key[0],
            "level": cluster.key[1],
            "parent": cluster.parent and _id(rules.window, cluster.parent),
            "name": cluster.text.name,
            "description": cluster.text.description,
            "size": cluster.size,
            "users": cluster.users,
            "share": cluster.size / sizes[cluster.key[0]],
            "audit": cluster.rating,
            "x": points[cluster.key][0],
            "y": points[cluster.key][1],
        }
        for cluster in audited.clusters
    ]
    return pa.Table.from_pylist(rows, schema=CLUSTERS)


def _breakdowns(
    tables: WindowTables,
    audited: Audited,
    populations: Sequence[_Population],
    engine: Engine,
    rules: SummaryRules,
) -> pa.Table:
    population = [
        pa.table([pa.repeat(p.facet, p.size), p.facets["conversation"]], schema=POPULATION)
        for p in populations
    ]
    cells = breakdown_cells(
        engine,
        {
            "attributes": attributes(tables.facets, rules.definitions, rules.kind),
            "population": pa.concat_tables([POPULATION.empty_table(), *population]),
            "members": tables.members,
            "ancestry": _ancestry(tables.nodes, audited, rules.window),
        },
    )
    places = [Placed(p.facet, None, None, p.size) for p in populations]
    for cluster in audited.clusters:
        above = cluster.parent and _id(rules.window, cluster.parent)
        own = _id(rules.window, cluster.key)
        places.append(Placed(cluster.key[0], own, above, cluster.size))
    return breakdowns_table(rules.window, cells, places, rules.policy)


def _ancestry(nodes: pa.Table, audited: Audited, window: str) -> pa.Table:
    """Published ids that each base cluster's conversations count for: its own and those above.

    Conversations of a base cluster that is not published still count for what lies above it.
    """
    parents = dict(
        map(node_keys, nodes.select(["facet", "level", "cluster", "parent"]).to_pylist())
    )
    published = {cluster.key for cluster in audited.clusters}
    rows = []
    for leaf in parents:
        at: Key | None = leaf if leaf[1] == 0 else None
        while at is not None:
            if at in published:
                rows.append({"facet": leaf[0], "leaf": leaf[2], "cluster": _id(window, at)})
            at = parents[at]
    return pa.Table.from_pylist(rows, schema=ANCESTRY)


def _set_aside_table(audited: Audited, window: str) -> pa.Table:
    rows = [
        {"id": _id(window, cluster.key), "reason": cluster.reason, "size": cluster.size}
        for cluster in audited.set_aside
    ]
    return pa.Table.from_pylist(rows, schema=SUMMARIES_SET_ASIDE)


def _id(window: str, key: Key) -> str:
    facet, level, number = key
    return cluster_id(window, facet, level, number)
