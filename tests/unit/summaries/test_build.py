from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from clio_assets.clusters.build import ClusterRules, build_clusters
from clio_assets.config import ClusterSettings, HierarchySettings, SummarySettings
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.hierarchy.build import BaseClusters, HierarchyRules, build_hierarchy
from clio_assets.lake.engine import Engine, in_memory
from clio_assets.summaries.build import SummaryRules, SummaryTables, WindowTables, summarise
from clio_assets.summaries.schema import BREAKDOWNS, CLUSTERS, SUMMARIES_SET_ASIDE, WINDOWS
from privacy_checks.policy import PrivacyPolicy
from tests.fakes.analyst import FakeAnalyst, FakeEmbedder
from tests.fakes.window import Topic, topics, window

POLICY = PrivacyPolicy()
RULES = SummaryRules("2026-09-28", "week", DEFAULT_FACETS, SummarySettings(layout="pca"), POLICY, 0)


def earlier_stages(made_of: list[Topic], prefix: str = "") -> WindowTables:
    """What the stages before give of topics, with k for up to twelve topics of 40."""
    facets, embeddings = window(made_of, prefix)
    settings = ClusterSettings(conversations_per_cluster=37, small_window_factor=0)
    clusters = build_clusters(
        facets, embeddings, FakeAnalyst(), ClusterRules(DEFAULT_FACETS, settings, POLICY, 0)
    )
    base = BaseClusters(clusters.clusters, clusters.members, clusters.centroids, clusters.terms)
    rules = HierarchyRules(DEFAULT_FACETS, HierarchySettings(), 0)
    nodes = build_hierarchy(base, FakeAnalyst(), FakeEmbedder(), rules).nodes
    return WindowTables(facets, clusters.members, clusters.set_aside, clusters.centroids, nodes)


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


def test_summarise_writes_the_declared_schemas(made: WindowTables) -> None:
    tables = run(made)
    assert {name: table.schema for name, table in tables.by_name().items()} == {
        "windows": WINDOWS,
        "clusters": CLUSTERS,
        "breakdowns": BREAKDOWNS,
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
            "conversations": 452,
            "users": 232,
            "clusters": tables.clusters.num_rows,
            "unpublished": 12,
            "analyst": "fake",
        }
    ]


def test_summarise_publishes_every_node_in_order_with_its_place(made: WindowTables) -> None:
    tables = run(made)
    nodes, clusters = made.nodes.to_pylist(), tables.clusters.to_pylist()
    for node, cluster in zip(nodes, clusters, strict=True):
        level, parent = node["level"], node["parent"]
        assert cluster["id"] == f"2026-09-28:request:{level}:{node['cluster']}"
        above = None if parent is None else f"2026-09-28:request:{level + 1}:{parent}"
        assert cluster["parent"] == above
        assert [cluster[name] for name in ("name", "size", "users")] == [
            node[name] for name in ("name", "size", "users")
        ]
        assert cluster["share"] == node["size"] / 452
        assert 0 <= cluster["x"] <= 1
        assert 0 <= cluster["y"] <= 1


def test_summarise_counts_an_unpublished_leaf_for_what_lies_above_it(made: WindowTables) -> None:
    failing = next(row for row in made.nodes.to_pylist() if row["level"] == 0)
    tables = run(made, {failing["name"]: 1})
    leaf, parent = (f"2026-09-28:request:{level}:" for level in (0, 1))
    assert rows(tables.set_aside)[0]["id"] == f"{leaf}{failing['cluster']}"
    assert not rows(tables.clusters, id=f"{leaf}{failing['cluster']}")
    assert not rows(tables.breakdowns, cluster=f"{leaf}{failing['cluster']}")
    assert tables.windows["unpublished"].to_pylist() == [12 + failing["size"]]
    above = next(r for r in rows(made.nodes, level=1) if r["cluster"] == failing["parent"])
    kept = rows(tables.clusters, id=f"{parent}{failing['parent']}")[0]
    assert kept["size"] == above["size"]
    open_policy = PrivacyPolicy(min_cell_conversations=1, min_cell_users=1)
    shown = run(made, {failing["name"]: 1}, replace(RULES, policy=open_policy))
    cells = rows(shown.breakdowns, cluster=kept["id"], facet="concern")
    assert sum(cell["size"] for cell in cells) == above["size"]


def test_summarise_breaks_down_every_cluster_and_the_window(made: WindowTables) -> None:
    tables = run(made)
    places = [*tables.clusters["id"].to_pylist(), None]
    for place in places:
        facets = {row["facet"] for row in rows(tables.breakdowns, cluster=place)}
        assert facets == {"language", "concern", "turns", "flagged", "time"}
    base = rows(tables.breakdowns, cluster=None, facet="concern")
    assert sum(row["size"] for row in base) == 452
    assert {row["lift"] for row in base} == {1.0}


def test_summarise_agrees_with_counting_by_hand(made: WindowTables) -> None:
    policy = PrivacyPolicy(min_cell_conversations=1, min_cell_users=1)
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
    assert tables.windows["unpublished"].to_pylist() == ([conversations] if conversations else [])
    assert set(tables.breakdowns["cluster"].to_pylist()) <= {None}
    assert tables.breakdowns.schema == BREAKDOWNS


def test_summarise_publishes_nothing_when_every_text_fails(made: WindowTables) -> None:
    tables = run(made, {"Ask": None})
    assert tables.clusters.num_rows == 0
    assert tables.set_aside.num_rows == made.nodes.num_rows
    assert tables.windows["unpublished"].to_pylist() == [452]


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
