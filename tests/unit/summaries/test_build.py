from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from clio_assets.clusters.build import ClusterRules, DayTables, build_clusters
from clio_assets.conversations.schema import CONVERSATIONS_SET_ASIDE
from clio_assets.embeddings.schema import EMBEDDINGS_SET_ASIDE
from clio_assets.facets.schema import DEFAULT_FACETS, FACETS_SET_ASIDE
from clio_assets.hierarchy.build import BaseClusters, HierarchyRules, build_hierarchy
from clio_assets.home.settings import ClusterSettings, HierarchySettings, SummarySettings
from clio_assets.lake.engine import Engine, in_memory
from clio_assets.summaries.build import SummaryRules, SummaryTables, WindowTables, summarise
from clio_assets.summaries.schema import (
    ACCOUNTS,
    BREAKDOWNS,
    CLUSTERS,
    SUMMARIES_SET_ASIDE,
    WINDOWS,
)
from privacy_checks.policy.model import PrivacyPolicy
from tests.fakes.analyst import FakeAnalyst, FakeEmbedder
from tests.fakes.window import Topic, topics, window

POLICY = PrivacyPolicy()
#: The twelve conversations in no cluster, as published.
UNCLUSTERED = 15
FACETS_SHOWN = {"language", "concern", "turns", "flagged", "time"}
DRAWING = SummarySettings(layout="pca")
RULES = SummaryRules("2026-09-28", "week", DEFAULT_FACETS, DRAWING, POLICY, 0, min_coherence=0.5)


def earlier_stages(made_of: list[Topic], prefix: str = "") -> WindowTables:
    """What the stages before give of topics, with k for up to twelve topics of 40."""
    facets, embeddings = window(made_of, prefix)
    settings = ClusterSettings(conversations_per_cluster=37, small_window_factor=0)
    clusters = build_clusters(
        DayTables(facets, embeddings),
        FakeAnalyst(),
        ClusterRules(DEFAULT_FACETS, settings, POLICY, 0),
    )
    base = BaseClusters(clusters.clusters, clusters.members, clusters.centroids, clusters.terms)
    rules = HierarchyRules(DEFAULT_FACETS, HierarchySettings(), 0)
    nodes = build_hierarchy(base, FakeAnalyst(), FakeEmbedder(), rules).nodes
    return WindowTables(
        facets,
        clusters.members,
        clusters.clusters,
        clusters.set_aside,
        clusters.centroids,
        nodes,
        days={
            "conversations": CONVERSATIONS_SET_ASIDE.empty_table(),
            "facets": FACETS_SET_ASIDE.empty_table(),
            "embeddings": EMBEDDINGS_SET_ASIDE.empty_table(),
        },
    )


@pytest.fixture(scope="module")
def made() -> WindowTables:
    return earlier_stages([*topics(11), Topic("few", 12, 12)])


def run(
    tables: WindowTables,
    ratings: Mapping[str, int | None] | None = None,
    rules: SummaryRules = RULES,
) -> SummaryTables:
    return summarise(tables, FakeAnalyst(ratings=ratings or {}), Engine(in_memory), rules)


def rows(table: pa.Table, **equal: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pylist()
    return [row for row in found if all(row[name] == value for name, value in equal.items())]


def sizes(tables: SummaryTables) -> list[int]:
    """Published sizes of the base clusters."""
    return [row["size"] for row in rows(tables.clusters, level=0)]


def test_summarise_writes_the_declared_schemas(made: WindowTables) -> None:
    tables = run(made)
    assert {name: table.schema for name, table in tables.by_name().items()} == {
        "windows": WINDOWS,
        "clusters": CLUSTERS,
        "breakdowns": BREAKDOWNS,
        "accounts": ACCOUNTS,
        "set_aside": SUMMARIES_SET_ASIDE,
    }


def test_summarise_describes_the_window(made: WindowTables) -> None:
    tables = run(made)
    assert tables.windows.to_pylist() == [
        {
            "window": "2026-09-28",
            "kind": "week",
            "first_day": date(2026, 9, 28),
            "last_day": date(2026, 10, 4),
            "facet": "request",
            "conversations": sum(sizes(tables)) + tables.windows["unpublished"][0].as_py(),
            "users": 230,
            "clusters": tables.clusters.num_rows,
            "unpublished": UNCLUSTERED,
            "coherent": sum(sizes(tables)),
            "min_coherence": 0.5,
            "min_users": 10,
            "min_conversations": 20,
            "analyst": "fake",
        }
    ]
    assert abs(tables.windows["conversations"][0].as_py() - 452) < 12 * 5


def test_summarise_counts_as_coherent_what_lies_at_the_bound_or_above(made: WindowTables) -> None:
    coherence = pa.array([0.3] + [0.62] * (made.base.num_rows - 1), pa.float32())
    at = made.base.column_names.index("coherence")
    field = made.base.schema.field(at)
    mixed = replace(made, base=made.base.set_column(at, field, coherence))
    tables = run(mixed, rules=replace(RULES, min_coherence=0.6))
    first, *others = rows(tables.clusters, level=0)
    assert (first["coherence"], {row["coherence"] for row in others}) == (0.3, {0.6})
    assert tables.windows["coherent"].to_pylist() == [sum(sizes(tables)) - first["size"]]
    for parent in rows(tables.clusters, level=1):
        below = rows(tables.clusters, parent=parent["id"])
        mean = np.average([c["coherence"] for c in below], weights=[c["size"] for c in below])
        assert parent["coherence"] == pytest.approx(mean, abs=0.05)
        assert parent["coherence"] <= mean + 1e-9


def test_summarise_publishes_every_node_in_order_with_its_place(made: WindowTables) -> None:
    tables = run(made)
    nodes, clusters = made.nodes.to_pylist(), tables.clusters.to_pylist()
    for node, cluster in zip(nodes, clusters, strict=True):
        level, parent = node["level"], node["parent"]
        assert cluster["id"] == f"2026-09-28:request:{level}:{node['cluster']}"
        above = None if parent is None else f"2026-09-28:request:{level + 1}:{parent}"
        assert cluster["parent"] == above
        assert cluster["name"] == node["name"]
        assert cluster["size"] % 5 == cluster["users"] % 5 == 0
        below = [row["size"] for row in rows(tables.clusters, parent=cluster["id"])]
        assert cluster["size"] == (sum(below) if level else pytest.approx(node["size"], abs=4))
        assert cluster["users"] <= cluster["size"]
        assert cluster["share"] == cluster["size"] / tables.windows["conversations"][0].as_py()
        assert 0 <= cluster["x"] <= 1
        assert 0 <= cluster["y"] <= 1


def test_summarise_counts_an_unpublished_leaf_for_what_lies_above_it(made: WindowTables) -> None:
    failing = next(row for row in made.nodes.to_pylist() if row["level"] == 0)
    everything, tables = run(made), run(made, {failing["name"]: 1})
    leaf, parent = (f"2026-09-28:request:{level}:" for level in (0, 1))
    own = f"{leaf}{failing['cluster']}"
    assert rows(tables.set_aside)[0] == {
        "id": own, "reason": "audit_failed", "size": failing["size"],
    }  # fmt: skip
    assert not rows(tables.clusters, id=own)
    assert not rows(tables.breakdowns, cluster=own)
    lost = rows(everything.clusters, id=own)[0]["size"]
    assert tables.windows["unpublished"].to_pylist() == [UNCLUSTERED + lost]
    above = f"{parent}{failing['parent']}"
    assert (
        rows(tables.clusters, id=above)[0]["size"] == rows(everything.clusters, id=above)[0]["size"]
    )
    open_policy = PrivacyPolicy(min_cell_conversations=1, min_cell_users=1, rounding=1)
    shown = run(made, {failing["name"]: 1}, replace(RULES, policy=open_policy))
    cells = rows(shown.breakdowns, cluster=above, facet="concern")
    true_size = next(r for r in rows(made.nodes, level=1) if r["cluster"] == failing["parent"])
    assert sum(cell["size"] for cell in cells) == true_size["size"]


def test_summarise_breaks_down_every_cluster_and_the_window(made: WindowTables) -> None:
    tables = run(made)
    places = [*tables.clusters["id"].to_pylist(), None]
    for place in places:
        facets = {row["facet"] for row in rows(tables.breakdowns, cluster=place)}
        assert facets == FACETS_SHOWN
    base = rows(tables.breakdowns, cluster=None, facet="concern")
    assert sum(row["size"] for row in base) == tables.windows["conversations"][0].as_py()
    assert {row["lift"] for row in base} == {1.0}


def test_summarise_agrees_with_counting_by_hand(made: WindowTables) -> None:
    policy = PrivacyPolicy(min_cell_conversations=1, min_cell_users=1, rounding=1)
    tables = run(made, rules=replace(RULES, policy=policy))
    mine = made.members.filter(pc.equal(made.members["cluster"], 3))["conversation"]
    facets = made.facets.filter(pc.is_in(made.facets["conversation"], value_set=mine))
    for value in ("English", "Spanish"):
        share = pc.sum(pc.equal(facets["language"], value)).as_py() / facets.num_rows
        base = pc.sum(pc.equal(made.facets["language"], value)).as_py() / 452
        (row,) = rows(
            tables.breakdowns, cluster="2026-09-28:request:0:3", facet="language", value=value
        )
        assert row["share"] == share
        assert row["lift"] == pytest.approx(share / base)


def test_summarise_suppresses_cells_under_the_threshold(made: WindowTables) -> None:
    tables = run(made)
    shown = [row for row in tables.breakdowns.to_pylist() if not row["suppressed"]]
    assert min(row["size"] for row in shown) >= POLICY.min_cell_conversations
    assert len(shown) < tables.breakdowns.num_rows


@pytest.mark.parametrize("made_of", [[], [Topic("few", 12, 12)]])
def test_summarise_gives_valid_tables_when_nothing_is_published(made_of: list[Topic]) -> None:
    tables = run(earlier_stages(made_of))
    conversations = sum(topic.size for topic in made_of)
    assert tables.clusters.num_rows == tables.set_aside.num_rows == 0
    assert tables.windows["unpublished"].to_pylist() == ([15] if conversations else [])
    assert set(tables.breakdowns["cluster"].to_pylist()) <= {None}
    assert tables.breakdowns.schema == BREAKDOWNS


def test_summarise_places_parents_by_published_sizes(made: WindowTables) -> None:
    """With exact sizes as weights, the map would say how large the children are."""
    clusters = run(made).clusters
    for parent in rows(clusters, level=1):
        below = rows(clusters, parent=parent["id"])
        for axis in ("x", "y"):
            centre = np.average([c[axis] for c in below], weights=[c["size"] for c in below])
            assert parent[axis] == pytest.approx(centre, abs=1.1e-4)


def test_summarise_publishes_nothing_when_every_text_fails(made: WindowTables) -> None:
    tables = run(made, {"Ask": None})
    assert tables.clusters.num_rows == 0
    assert tables.set_aside.num_rows == made.nodes.num_rows
    assert tables.windows["unpublished"].to_pylist() == tables.windows["conversations"].to_pylist()


def test_summarise_gives_the_same_bytes_every_time_and_for_any_pseudonyms(
    made: WindowTables,
) -> None:
    first, again = run(made).by_name(), run(made).by_name()
    other = run(earlier_stages([*topics(11), Topic("few", 12, 12)], prefix="z")).by_name()
    for name, table in first.items():
        assert table.equals(again[name])
        assert table.equals(other[name])


def test_summarise_holds_no_pseudonym(made: WindowTables) -> None:
    tables = run(earlier_stages(topics(7), prefix="canary"))
    assert all("canary" not in str(table.to_pydict()) for table in tables.by_name().values())
