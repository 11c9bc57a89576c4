from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from clio_assets.analyst.protocol import ChildToAssign, ClusterToName, NotAnswered, ParentToRename
from clio_assets.clusters.build import ClusterRules, DayTables, build_clusters
from clio_assets.domain.clusters import ClusterText
from clio_assets.domain.facets import FacetDefinition
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.hierarchy.build import BaseClusters, HierarchyRules, build_hierarchy
from clio_assets.hierarchy.levels import bounds, level_sizes
from clio_assets.hierarchy.schema import NODES
from clio_assets.home.settings import ClusterSettings, HierarchySettings
from privacy_checks.gates.hierarchy import RULES as GATE
from privacy_checks.gates.hierarchy import HierarchyEvidence
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.tree import cluster_tree
from privacy_checks.stored.declared import Declared
from tests.fakes.analyst import FakeAnalyst, FakeEmbedder
from tests.fakes.window import DIMENSION, topics, window

SETTINGS = HierarchySettings(top_clusters=4, level_ratio=4, neighbourhood_size=10)
RULES = HierarchyRules(DEFAULT_FACETS, SETTINGS, seed=0)
POLICY = PrivacyPolicy(min_conversations=10, min_users=5)


def base(number: int) -> BaseClusters:
    """So many base clusters of 20 conversations by 10 users each."""
    settings = ClusterSettings(conversations_per_cluster=20, small_window_factor=0)
    rules = ClusterRules(DEFAULT_FACETS, settings, POLICY, seed=0)
    tables = build_clusters(DayTables(*window(topics(number, 20, 10))), FakeAnalyst(), rules)
    return BaseClusters(tables.clusters, tables.members, tables.centroids, tables.terms)


@pytest.fixture(scope="module")
def sixty() -> BaseClusters:
    return base(60)


@pytest.mark.parametrize("extractive", [True, False])
def test_build_gives_every_child_one_parent_and_adds_up(
    sixty: BaseClusters, extractive: bool
) -> None:
    analyst = FakeAnalyst(extractive=extractive)
    nodes = build_hierarchy(sixty, analyst, FakeEmbedder(DIMENSION), RULES).nodes
    assert nodes.schema == NODES
    rows = nodes.to_pylist()
    by_key = {(row["level"], row["cluster"]): row for row in rows}
    assert len(by_key) == len(rows)
    sizes: Counter[tuple[int, int]] = Counter()
    top = max(row["level"] for row in rows)
    for row in rows:
        assert (row["parent"] is None) == (row["level"] == top)
        if row["parent"] is not None:
            sizes[row["level"] + 1, row["parent"]] += row["size"]
    assert sizes == {key: row["size"] for key, row in by_key.items() if key[0] > 0}


@pytest.mark.parametrize("extractive", [True, False])
def test_build_keeps_level_sizes_within_the_bounds(sixty: BaseClusters, extractive: bool) -> None:
    analyst = FakeAnalyst(extractive=extractive)
    nodes = build_hierarchy(sixty, analyst, FakeEmbedder(DIMENSION), RULES).nodes
    found = Counter(nodes["level"].to_pylist())
    wanted = level_sizes(found[0], SETTINGS)
    assert len(wanted) == 2
    assert len(found) == 3
    for level, size in enumerate(wanted, start=1):
        fewest, most = bounds(size)
        assert fewest <= found[level] <= most


@pytest.mark.parametrize(("extractive", "told_by_base"), [(True, True), (False, False)])
def test_build_names_tops_by_base_clusters_when_the_analyst_quotes(
    sixty: BaseClusters, extractive: bool, told_by_base: bool
) -> None:
    heard: list[list[str]] = []

    class Listening(FakeAnalyst):
        def rename(self, parents: Sequence[ParentToRename]) -> Sequence[ClusterText | NotAnswered]:
            heard.append([child.text.name for parent in parents for child in parent.children])
            return super().rename(parents)

    analyst = Listening(extractive=extractive)
    build_hierarchy(sixty, analyst, FakeEmbedder(DIMENSION), RULES)
    of_top = sorted(heard[-1])
    assert (of_top == sorted(sixty.clusters["name"].to_pylist())) is told_by_base


def test_build_counts_distinct_users_of_a_parent(sixty: BaseClusters) -> None:
    everybody = sixty.members.set_column(
        3,
        sixty.members.field("user"),
        pc.replace_substring_regex(sixty.members["user"], r"^u\d+_", "u"),
    )
    tables = BaseClusters(sixty.clusters, everybody, sixty.centroids, sixty.terms)
    nodes = build_hierarchy(tables, FakeAnalyst(), FakeEmbedder(), RULES).nodes
    assert set(nodes["users"].to_pylist()) == {10}  # the same ten users write about everything


def test_build_keeps_base_clusters_and_numbers_parents_by_first_child(sixty: BaseClusters) -> None:
    rows = build_hierarchy(sixty, FakeAnalyst(), FakeEmbedder(), RULES).nodes.to_pylist()
    leaves = [{**row} for row in rows if row["level"] == 0]
    of_clusters = sixty.clusters.drop_columns(["coherence"])
    kept = [{name: row[name] for name in of_clusters.column_names} for row in leaves]
    assert kept == of_clusters.to_pylist()
    numbers: defaultdict[int, list[int]] = defaultdict(list)
    parents: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        numbers[row["level"]].append(row["cluster"])
        parents[row["level"]].append(row["parent"])
    for level, found in numbers.items():
        assert found == list(range(len(found)))
        if level + 1 in numbers:
            assert list(dict.fromkeys(parents[level])) == numbers[level + 1]


def test_build_gives_the_same_bytes_every_time(sixty: BaseClusters) -> None:
    first, second = (
        build_hierarchy(sixty, FakeAnalyst(), FakeEmbedder(), RULES).nodes for _ in range(2)
    )
    assert first.equals(second)


def test_build_embeds_texts_only_when_the_analyst_describes(sixty: BaseClusters) -> None:
    for extractive, embedded in ((True, False), (False, True)):
        embedder = FakeEmbedder(DIMENSION)
        build_hierarchy(sixty, FakeAnalyst(extractive=extractive), embedder, RULES)
        assert bool(embedder.batches) == embedded


@pytest.mark.parametrize("number", [1, 5])
def test_build_gives_one_level_when_base_clusters_are_few(number: int) -> None:
    nodes = build_hierarchy(base(number), FakeAnalyst(), FakeEmbedder(), RULES).nodes
    assert nodes["level"].to_pylist() == [0] * number
    assert nodes["parent"].null_count == number


def test_build_gives_an_empty_table_when_there_are_no_clusters() -> None:
    result = build_hierarchy(base(0), FakeAnalyst(), FakeEmbedder(), RULES)
    assert result.nodes.schema == NODES
    assert result.nodes.num_rows == 0


def test_build_keeps_facets_apart(sixty: BaseClusters) -> None:
    both = BaseClusters(
        *(
            pa.concat_tables(
                [table, table.set_column(0, table.field("facet"), [["task"] * table.num_rows])]
            )
            for table in (sixty.clusters, sixty.members, sixty.centroids, sixty.terms)
        )
    )
    definitions = (DEFAULT_FACETS[0], FacetDefinition("task", "text", "?", clustered=True))
    rules = HierarchyRules(definitions, SETTINGS, seed=0)
    nodes = build_hierarchy(both, FakeAnalyst(), FakeEmbedder(), rules).nodes
    request, task = (
        nodes.filter(pc.equal(nodes["facet"], name)).drop_columns(["facet"])
        for name in ("request", "task")
    )
    assert request.equals(task)


class Inventive(FakeAnalyst):
    """Uses words that nobody wrote: at first everywhere, then still in every other text."""

    def name_clusters(
        self, clusters: Sequence[ClusterToName]
    ) -> Sequence[ClusterText | NotAnswered]:
        return [self._said(at, one.avoid) for at, one in enumerate(clusters)]

    def rename(self, parents: Sequence[ParentToRename]) -> Sequence[ClusterText | NotAnswered]:
        return [self._said(at, one.avoid) for at, one in enumerate(parents)]

    def _said(self, at: int, avoid: Sequence[str]) -> ClusterText:
        if avoid and at % 2:
            return ClusterText("Ask to explain", "Users asked to explain things.")
        return ClusterText("Ask Kowalski about Pfizer", "Users asked for a good explanation.")


@pytest.mark.parametrize("vocabulary", ["all", "rare"])
def test_build_passes_its_gate_whatever_the_analyst_says(vocabulary: str) -> None:
    policy = PrivacyPolicy.model_validate(
        {"min_conversations": 10, "min_users": 5, "vocabulary": vocabulary}
    )
    facets, embeddings = window(topics(60, 20, 10))
    settings = ClusterSettings(conversations_per_cluster=20, small_window_factor=0)
    analyst = Inventive(extractive=False)
    tables = build_clusters(
        DayTables(facets, embeddings),
        analyst,
        ClusterRules(DEFAULT_FACETS, settings, policy, seed=0),
    )
    base = BaseClusters(tables.clusters, tables.members, tables.centroids, tables.terms, facets)
    rules = HierarchyRules(DEFAULT_FACETS, SETTINGS, seed=0, policy=policy)
    result = build_hierarchy(base, analyst, FakeEmbedder(DIMENSION), rules)
    evidence = HierarchyEvidence(
        cluster_tree(result.nodes),
        tables.clusters,
        tables.members,
        facets,
        analyst.name,
        policy,
        Declared(),
    )
    found = GATE["vocabulary"](evidence, policy)
    assert found.violations == 0
    assert found.numbers["words"] > 0
    for counts in (tables.counts, result.counts):
        assert counts["renamed"] > 0
        assert counts["named_plainly"] > 0
        assert counts["unsupported_vocabulary"] == 0


CATEGORIES = tuple(
    ClusterText(f"Ask about {word}", f"Users asked about {word} and the like.")
    for word in ("topicaa", "topicab", "submarines", "zebras")
)


def fixed(number: int, analyst: FakeAnalyst | None = None, **settings: int) -> list[dict[str, Any]]:
    """Rows of a hierarchy over so many base clusters whose top is given."""
    rules = HierarchyRules(
        DEFAULT_FACETS, SETTINGS.model_copy(update=settings), 0, top_level=CATEGORIES
    )
    nodes = build_hierarchy(base(number), analyst or FakeAnalyst(), FakeEmbedder(DIMENSION), rules)
    return nodes.nodes.to_pylist()


@pytest.mark.parametrize("extractive", [True, False])
@pytest.mark.parametrize(
    ("number", "levels"), [(1, 2), (4, 2), (16, 2), (60, 3)], ids=["1", "4", "16", "60"]
)
def test_build_puts_everything_under_the_categories_when_the_top_is_fixed(
    number: int, levels: int, extractive: bool
) -> None:
    rows = fixed(number, FakeAnalyst(extractive=extractive))
    top = [row for row in rows if row["parent"] is None]
    assert {row["level"] for row in rows} == set(range(levels))
    assert {row["level"] for row in top} == {levels - 1}
    texts = {(row["name"], row["description"]) for row in top}
    assert texts <= {(one.name, one.description) for one in CATEGORIES}
    assert len(texts) == len(top)
    parents = {row["parent"] for row in rows if row["level"] == levels - 2}
    assert parents == {row["cluster"] for row in top}  # none without children
    assert sum(row["size"] for row in top) == 20 * number


def test_build_offers_all_categories_and_renames_none_when_the_top_is_fixed() -> None:
    class Listening(FakeAnalyst):
        def assign(self, children: Sequence[ChildToAssign]) -> Sequence[int | NotAnswered]:
            offered.extend([one.text.name for one in child.candidates] for child in children)
            return [NotAnswered("refused")] * len(children)

        def rename(self, parents: Sequence[ParentToRename]) -> Sequence[ClusterText | NotAnswered]:
            raise AssertionError("categories have their names")

    offered: list[list[str]] = []
    rules = HierarchyRules(DEFAULT_FACETS, SETTINGS, 0, top_level=CATEGORIES)
    result = build_hierarchy(base(10), Listening(), FakeEmbedder(DIMENSION), rules)
    names = sorted(one.name for one in CATEGORIES)
    assert all(sorted(names_offered) == names for names_offered in offered)
    assert len({tuple(names_offered) for names_offered in offered}) > 1
    assert result.counts["assigned_by_vector"] == 10
