"""Summarise a window: audit its texts, lay out its map, break its clusters down."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.analyst.protocol import Analyst
from clio_assets.domain.attributes import AttributeDefinition
from clio_assets.domain.facets import FacetDefinition
from clio_assets.ground.vectors import from_column
from clio_assets.ground.windows import WindowKind, days_of_calendar, window_in
from clio_assets.home.settings import SummarySettings
from clio_assets.lake.engine import Engine
from clio_assets.maps.labels import labels_of
from clio_assets.summaries.accounts import LeftOut, accounts_table
from clio_assets.summaries.audit import (
    Audited,
    AuditedCluster,
    Key,
    audit_nodes,
    node_keys,
)
from clio_assets.summaries.beside import Beside, Values
from clio_assets.summaries.beside import indistinct as indistinct_values
from clio_assets.summaries.breakdowns import (
    Counted,
    breakdown_cells,
    breakdowns_table,
)
from clio_assets.summaries.coherence import published_coherence
from clio_assets.summaries.identifiers import cluster_id
from clio_assets.summaries.layout import Point, positions
from clio_assets.summaries.means import Averaged, means_table, with_users
from clio_assets.summaries.order import attributes_table
from clio_assets.summaries.places import UNCLUSTERED, Head, places_of
from clio_assets.summaries.pooling import pooled
from clio_assets.summaries.rounding import rounded_places
from clio_assets.summaries.schema import CLUSTERS, MEANS, SUMMARIES_SET_ASIDE, WINDOWS
from privacy_checks.policy.model import PrivacyPolicy

#: What breakdowns.sql counts in.
POPULATION = pa.schema(
    [("facet", pa.string()), ("conversation", pa.string()), ("leaf", pa.int32())]
)
LINES = pa.schema([("facet", pa.string()), ("leaf", pa.int32()), ("place", pa.int32())])


@dataclass(frozen=True)
class WindowTables:
    """What earlier stages say of a window: FACETS of its days; MEMBERS, CLUSTERS, centroids of its
    base clusters and what is in none; NODES of its hierarchy. `days` is what each stage of its days
    set aside, `attributes` the labels of its conversations, where attributes are declared, and
    `numbers` their numbers, where any has a mean; `beside` what a named map's window is told from.
    """

    facets: pa.Table
    members: pa.Table
    base: pa.Table
    set_aside: pa.Table
    centroids: pa.Table
    nodes: pa.Table
    days: Mapping[str, pa.Table]
    attributes: pa.Table | None = None
    numbers: pa.Table | None = None
    beside: Beside | None = None


@dataclass(frozen=True)
class SummaryRules:
    """Which window, and what the result depends on besides data and analyst."""

    window: str
    kind: WindowKind
    definitions: Sequence[FacetDefinition]
    settings: SummarySettings
    policy: PrivacyPolicy
    seed: int
    min_coherence: float
    attributes: Sequence[AttributeDefinition] = ()


@dataclass(frozen=True)
class SummaryTables:
    """The stage's output: every node of the hierarchy is a row of `clusters`, or of `set_aside`
    with a reason other than `text_withheld`. The last two are there where attributes are declared.
    """

    windows: pa.Table
    clusters: pa.Table
    breakdowns: pa.Table
    accounts: pa.Table
    set_aside: pa.Table
    attributes: pa.Table | None = None
    means: pa.Table | None = None

    def by_name(self) -> dict[str, pa.Table]:
        """Table name -> table, of those there are."""
        return {name: table for name, table in vars(self).items() if table is not None}


@dataclass(frozen=True)
class _Population:
    """All conversations of a window that have a clustered facet.

    `facets` are their facets, `leaves` their base clusters (POPULATION); `counted` is what is
    published of their numbers.
    """

    facets: pa.Table
    leaves: pa.Table
    counted: Counted


def summarise(
    tables: WindowTables, analyst: Analyst, engine: Engine, rules: SummaryRules
) -> SummaryTables:
    """The window's audited aggregates, in the order of the nodes, rounded.

    Shares are of all conversations with the clustered facet, whether their cluster was kept or not.
    """
    audited = audit_nodes(tables.nodes, analyst, rules.policy)
    populations = list(_populations(tables, audited, rules))
    labels = _attributes(tables, rules)
    indistinct = _indistinct(tables, populations, labels, rules)
    breakdowns = _breakdowns(populations, labels, indistinct, engine, rules)
    clusters = _clusters_table(audited, populations, tables, rules)
    accounts = accounts_table(
        rules.window,
        [definition.name for definition in rules.definitions if definition.clustered],
        [population.counted for population in populations],
        _left_out(tables),
        rules.policy,
    )
    return SummaryTables(
        _windows_table(populations, breakdowns, clusters, analyst.name, rules),
        clusters,
        breakdowns,
        accounts,
        _set_aside_table(audited, rules.window),
        attributes_table(rules.window, breakdowns, rules.attributes) if rules.attributes else None,
        _means(tables, populations, indistinct, rules) if rules.attributes else None,
    )


def _left_out(tables: WindowTables) -> LeftOut:
    """What the stages set aside, with the user of each conversation that has facets."""
    known = tables.facets["conversation"].combine_chunks()

    def with_users(set_aside: pa.Table) -> pa.Table:
        at = pc.index_in(set_aside["conversation"], value_set=known)
        return set_aside.append_column("user", tables.facets["user"].take(at))

    return LeftOut(
        conversations=tables.days["conversations"],
        facets=tables.days["facets"],
        embeddings=with_users(tables.days["embeddings"]),
        clusters=with_users(tables.set_aside),
    )


def _populations(
    tables: WindowTables, audited: Audited, rules: SummaryRules
) -> Iterator[_Population]:
    """One for each clustered facet that any conversation of the window has."""
    nodes: dict[Key, tuple[Key | None, int]] = {}
    for row in tables.nodes.select(["facet", "level", "cluster", "parent", "size"]).to_pylist():
        key, above = node_keys(row)
        nodes[key] = (above, row["size"])
    for definition in rules.definitions:
        facet = definition.name
        leaves = _leaves(tables, facet)
        within = pc.is_in(tables.facets["conversation"], value_set=leaves["conversation"])
        facets = tables.facets.filter(within)
        if facets.num_rows:
            users = pc.count_distinct(facets["user"]).as_py()
            alone = pc.sum(pc.equal(leaves["leaf"], UNCLUSTERED)).as_py()
            places = places_of(
                Head(facet, facets.num_rows, users, alone),
                [cluster for cluster in audited.clusters if cluster.key[0] == facet],
                {key: node for key, node in nodes.items() if key[0] == facet},
            )
            rounded = rounded_places(places, rules.window, rules.policy)
            yield _Population(facets, leaves, Counted(places, rounded))


def _leaves(tables: WindowTables, facet: str) -> pa.Table:
    """POPULATION of a facet: the members of its base clusters, and what was left out of them."""
    members, left_out = (
        table.filter(pc.equal(table["facet"], facet))
        for table in (tables.members, tables.set_aside)
    )
    parts = [
        (members["conversation"], members["cluster"]),
        (left_out["conversation"], pa.repeat(pa.scalar(UNCLUSTERED, pa.int32()), len(left_out))),
    ]
    return pa.concat_tables(
        pa.table([pa.repeat(facet, len(leaf)), conversation, leaf], schema=POPULATION)
        for conversation, leaf in parts
    )


def _days(breakdowns: pa.Table, facet: str, rules: SummaryRules) -> tuple[date | None, date | None]:
    """First and last day of a window, by the calendar.

    For `all` those of the weeks that its breakdown over time shows (none: null), because the first
    conversation's own day would tell of one person.
    """
    bounds = days_of_calendar(window_in(rules.window), rules.kind)
    if bounds is not None:
        return bounds
    shown = [
        date.fromisoformat(row["value"])
        for row in breakdowns.filter(pc.equal(breakdowns["facet"], "time")).to_pylist()
        if row["cluster"] is None and row["clustered_facet"] == facet and not row["suppressed"]
    ]
    return (min(shown), max(shown) + timedelta(days=6)) if shown else (None, None)


def _windows_table(
    populations: Sequence[_Population],
    breakdowns: pa.Table,
    clusters: pa.Table,
    analyst: str,
    rules: SummaryRules,
) -> pa.Table:
    rows = []
    for population in populations:
        first_day, last_day = _days(breakdowns, population.counted.places.facet, rules)
        places, rounded = population.counted.places, population.counted.rounded
        in_leaves = rounded.sizes[places.published & places.is_atom].sum()
        rows.append(
            {
                "window": rules.window,
                "kind": rules.kind,
                "first_day": first_day,
                "last_day": last_day,
                "facet": places.facet,
                "conversations": int(rounded.sizes[0]),
                "users": int(rounded.users[0]),
                "clusters": int(places.published.sum()) - 1,
                "unpublished": int(rounded.sizes[0] - in_leaves),
                "coherent": _coherent(clusters, places.facet, rules.min_coherence),
                "min_coherence": rules.min_coherence,
                "min_users": rules.policy.min_users,
                "min_conversations": rules.policy.min_conversations,
                "analyst": analyst,
            }
        )
    return pa.Table.from_pylist(rows, schema=WINDOWS)


def _coherent(clusters: pa.Table, facet: str, least: float) -> int:
    """Published conversations in a facet's leaves of at least that published coherence."""
    leaves = pc.and_(pc.equal(clusters["level"], 0), pc.equal(clusters["facet"], facet))
    held = clusters.filter(pc.and_(leaves, pc.greater_equal(clusters["coherence"], least)))
    return int(pc.sum(held["size"]).as_py() or 0)


def _clusters_table(
    audited: Audited,
    populations: Sequence[_Population],
    tables: WindowTables,
    rules: SummaryRules,
) -> pa.Table:
    published = _rounded(audited, populations)
    sizes = {p.counted.places.facet: int(p.counted.rounded.sizes[0]) for p in populations}
    vectors = dict(
        zip(_leaf_keys(tables.centroids), from_column(tables.centroids["vector"]), strict=True)
    )
    coherence = published_coherence(
        published,
        dict(zip(_leaf_keys(tables.base), tables.base["coherence"].to_pylist(), strict=True)),
    )
    points: dict[Key, Point] = {}
    for facet in sizes:
        # with exact sizes as weights a parent's place on the map would say what they are
        clusters = [cluster for cluster in published if cluster.key[0] == facet]
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
            "coherence": coherence[cluster.key],
            "x": points[cluster.key][0],
            "y": points[cluster.key][1],
        }
        for cluster in published
    ]
    return pa.Table.from_pylist(rows, schema=CLUSTERS)


def _leaf_keys(base: pa.Table) -> list[Key]:
    """The key of each row of a table with `facet` and `cluster` of base clusters."""
    facets, clusters = base["facet"].to_pylist(), base["cluster"].to_pylist()
    return [(facet, 0, cluster) for facet, cluster in zip(facets, clusters, strict=True)]


def _rounded(audited: Audited, populations: Sequence[_Population]) -> list[AuditedCluster]:
    """The clusters with their published numbers in place of the true ones."""
    numbers: dict[Key | None, tuple[int, int]] = {}
    for population in populations:
        keys, rounded = population.counted.places.keys, population.counted.rounded
        both = zip(rounded.sizes.tolist(), rounded.users.tolist(), strict=True)
        numbers |= dict(zip(keys, both, strict=True))
    return [
        replace(cluster, size=numbers[cluster.key][0], users=numbers[cluster.key][1])
        for cluster in audited.clusters
    ]


def _breakdowns(
    populations: Sequence[_Population],
    labels: pa.Table,
    indistinct: Mapping[str, Values],
    engine: Engine,
    rules: SummaryRules,
) -> pa.Table:
    lines = [
        {"facet": population.counted.places.facet, "leaf": leaf, "place": place}
        for population in populations
        for leaf, place in population.counted.places.lines()
    ]
    leaves = [POPULATION.empty_table(), *(population.leaves for population in populations)]
    cells = breakdown_cells(
        engine,
        {
            "attributes": labels,
            "population": pa.concat_tables(leaves),
            "lines": pa.Table.from_pylist(lines, schema=LINES),
        },
    )
    counted = [population.counted for population in populations]
    return breakdowns_table(rules.window, cells, counted, rules.policy, indistinct)


def _indistinct(
    tables: WindowTables, populations: Sequence[_Population], labels: pa.Table, rules: SummaryRules
) -> dict[str, Values]:
    """What a named map leaves untold because of the other maps; nothing of the home's own."""
    if tables.beside is None:
        return {}
    facets = [population.counted.places.facet for population in populations]
    return indistinct_values(tables.beside, facets, labels, rules.kind, rules.attributes)


def _means(
    tables: WindowTables,
    populations: Sequence[_Population],
    indistinct: Mapping[str, Values],
    rules: SummaryRules,
) -> pa.Table:
    """MEANS of the numbers of conversations that have facets."""
    if tables.numbers is None:
        return MEANS.empty_table()
    facets = [
        Averaged(places, population.leaves, indistinct.get(places.facet, {}))
        for places, population in ((one.counted.places, one) for one in populations)
    ]
    numbers = with_users(tables.numbers, tables.facets)
    return means_table(rules.window, facets, numbers, rules.attributes, rules.policy)


def _attributes(tables: WindowTables, rules: SummaryRules) -> pa.Table:
    """What breakdowns are by: facets, time, and what the source says of each conversation."""
    found = labels_of(tables.facets, rules.definitions, rules.kind)
    if tables.attributes is None:
        return found
    at = pc.index_in(
        found["conversation"], value_set=tables.attributes["conversation"].combine_chunks()
    )
    told = tables.attributes.take(at).append_column("user", found["user"])
    for attribute in rules.attributes:
        found = found.append_column(attribute.name, pooled(told, attribute, rules.policy))
    return found


def _set_aside_table(audited: Audited, window: str) -> pa.Table:
    rows = [
        {"id": _id(window, cluster.key), "reason": cluster.reason, "size": cluster.size}
        for cluster in audited.set_aside
    ]
    return pa.Table.from_pylist(rows, schema=SUMMARIES_SET_ASIDE)


def _id(window: str, key: Key) -> str:
    facet, level, number = key
    return cluster_id(window, facet, level, number)
