from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from clio_assets.analyst.protocol import ClusterToName, NotAnswered
from clio_assets.clusters.build import ClusterRules, ClusterTables, DayTables, build_clusters
from clio_assets.clusters.schema import (
    CLUSTERS,
    CLUSTERS_SET_ASIDE,
    MEMBERS,
    TERMS,
    centroids_schema,
)
from clio_assets.domain.clusters import ClusterText
from clio_assets.domain.facets import FacetDefinition
from clio_assets.errors import LakeError
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.ground.vectors import from_column
from clio_assets.home.settings import ClusterSettings
from privacy_checks.policy.model import PrivacyPolicy
from tests.fakes.analyst import FakeAnalyst
from tests.fakes.window import DIMENSION, Topic, topics, window

# as many clusters as the tests have topics of 40 conversations
SETTINGS = ClusterSettings(conversations_per_cluster=40, small_window_factor=0)
RULES = ClusterRules(DEFAULT_FACETS, SETTINGS, PrivacyPolicy(), seed=0)


def build(
    made_of: Sequence[Topic], analyst: FakeAnalyst | None = None, prefix: str = ""
) -> ClusterTables:
    return build_clusters(DayTables(*window(made_of, prefix)), analyst or FakeAnalyst(), RULES)


class Nameless(FakeAnalyst):
    """Names no cluster that speaks of one word."""

    def name_clusters(
        self, clusters: Sequence[ClusterToName]
    ) -> Sequence[ClusterText | NotAnswered]:
        return [
            NotAnswered("refused") if "topicab" in cluster.members[0] else answer
            for cluster, answer in zip(clusters, super().name_clusters(clusters), strict=True)
        ]


def test_build_finds_known_groups_and_numbers_them_by_first_member() -> None:
    facets, embeddings = window([Topic("apples", 35, 20), Topic("pears", 45, 20)])
    tables = build_clusters(DayTables(facets, embeddings), FakeAnalyst(), RULES)
    rows = tables.clusters.drop_columns(["description"]).to_pylist()
    assert [(row["cluster"], row["size"], row["users"]) for row in rows] == [
        (0, 35, 20),
        (1, 45, 20),
    ]
    assert "apples" in rows[0]["name"]
    assert "pears" in rows[1]["name"]
    joined = tables.members.join(facets, "conversation")
    for number, word in enumerate(("apples", "pears")):
        texts = joined.filter(pc.equal(joined["cluster"], number))["request"]
        assert set(texts.to_pylist()) == {f"please explain {word}"}


def test_build_writes_the_declared_schemas() -> None:
    tables = build(topics(3))
    assert tables.members.schema == MEMBERS
    assert tables.clusters.schema == CLUSTERS
    assert tables.centroids.schema == centroids_schema(DIMENSION)
    assert tables.terms.schema == TERMS
    assert tables.set_aside.schema == CLUSTERS_SET_ASIDE


def test_build_accounts_for_every_row_in_the_order_of_the_embeddings() -> None:
    facets, embeddings = window([*topics(3), Topic("few", 12, 12)])
    tables = build_clusters(DayTables(facets, embeddings), FakeAnalyst(), RULES)
    members, left_out = (
        tables.members["conversation"].to_pylist(),
        tables.set_aside["conversation"].to_pylist(),
    )
    order = embeddings["conversation"].to_pylist()
    assert sorted(members + left_out) == sorted(order)
    assert members == sorted(members, key=order.index)
    assert left_out == sorted(left_out, key=order.index)


def test_build_gives_centroids_that_are_unit_means_of_the_members() -> None:
    facets, embeddings = window(topics(2))
    tables = build_clusters(DayTables(facets, embeddings), FakeAnalyst(), RULES)
    of_first = tables.members.filter(pc.equal(tables.members["cluster"], 0))["conversation"]
    rows = embeddings.filter(pc.is_in(embeddings["conversation"], value_set=of_first))
    mean = from_column(rows["vector"]).mean(axis=0)
    np.testing.assert_allclose(
        from_column(tables.centroids["vector"])[0], mean / np.linalg.norm(mean), atol=1e-6
    )


def test_build_keeps_terms_that_enough_users_wrote() -> None:
    terms = build([Topic("apples", 40, 20)]).terms.to_pylist()
    assert {"lemma": "apple", "surface": "apples", "users": 20}.items() <= next(
        term for term in terms if term["surface"] == "apples"
    ).items()


@pytest.mark.parametrize(
    ("small", "reason"),
    [
        (Topic("few", 19, 19), "below_min_conversations"),
        (Topic("few", 40, 9), "below_min_users"),
    ],
)
def test_build_drops_a_cluster_when_it_is_under_a_threshold(small: Topic, reason: str) -> None:
    asked: list[str] = []

    class Listening(FakeAnalyst):
        def name_clusters(
            self, clusters: Sequence[ClusterToName]
        ) -> Sequence[ClusterText | NotAnswered]:
            asked.extend(text for cluster in clusters for text in cluster.members)
            return super().name_clusters(clusters)

    tables = build([Topic("many", 61, 20), small], Listening())
    assert tables.clusters["size"].to_pylist() == [61]
    assert tables.set_aside["reason"].to_pylist() == [reason] * small.size
    assert set(asked) == {"please explain many"}


def test_build_sets_a_cluster_aside_when_it_gets_no_name() -> None:
    tables = build(
        [Topic("topicaa", 42, 20), Topic("topicab", 40, 20), Topic("topicac", 38, 20)], Nameless()
    )
    assert tables.set_aside["reason"].to_pylist() == ["not_named"] * 40
    assert tables.clusters["cluster"].to_pylist() == [0, 1]
    assert sorted(tables.clusters["size"].to_pylist()) == [38, 42]
    assert tables.centroids["cluster"].to_pylist() == [0, 1]
    assert set(tables.members["cluster"].to_pylist()) == {0, 1}
    assert set(tables.terms["cluster"].to_pylist()) == {0, 1}


def test_build_sets_a_cluster_aside_when_no_text_of_supported_words_can_be_made() -> None:
    class Inventive(FakeAnalyst):
        def name_clusters(
            self, clusters: Sequence[ClusterToName]
        ) -> Sequence[ClusterText | NotAnswered]:
            return [ClusterText("Ask about Kowalski", "Users asked.") for _ in clusters]

    policy = PrivacyPolicy(min_vocabulary_users=21)
    rules = ClusterRules(DEFAULT_FACETS, SETTINGS, policy, seed=0)
    tables = build_clusters(
        DayTables(*window([Topic("topicaa", 42, 22), Topic("topicab", 40, 20)])), Inventive(), rules
    )
    assert tables.clusters["name"].to_pylist() == ["Requests about explain and topicaa"]
    assert set(tables.set_aside["reason"].to_pylist()) == {"unsupported_vocabulary"}
    assert tables.counts == {"named_plainly": 1, "renamed": 0, "unsupported_vocabulary": 1}


@pytest.mark.parametrize("made_of", [[], [Topic("few", 12, 12)], [Topic("few", 5, 1)]])
def test_build_gives_valid_empty_tables_when_nothing_is_kept(made_of: list[Topic]) -> None:
    tables = build(made_of)
    assert tables.clusters.num_rows == tables.members.num_rows == tables.terms.num_rows == 0
    assert tables.centroids.schema == centroids_schema(DIMENSION)
    assert tables.set_aside.num_rows == sum(topic.size for topic in made_of)


def test_build_gives_the_same_bytes_every_time() -> None:
    first, second = (build(topics(5)).by_name() for _ in range(2))
    assert all(first[name].equals(second[name]) for name in first)


def test_build_does_not_depend_on_the_values_of_pseudonyms() -> None:
    first, second = build(topics(5), prefix="a"), build(topics(5), prefix="z")
    for name in ("clusters", "centroids", "terms"):
        assert first.by_name()[name].equals(second.by_name()[name])
    assert first.members["cluster"].equals(second.members["cluster"])


def test_build_keeps_facets_apart_when_several_are_clustered() -> None:
    facets, embeddings = window(topics(2))
    task = embeddings.set_column(1, "facet", pa.repeat("task", embeddings.num_rows))
    both = pa.concat_tables([embeddings, task.cast(embeddings.schema)])
    definitions = (DEFAULT_FACETS[0], FacetDefinition("task", "text", "?", clustered=True))
    rules = ClusterRules(definitions, SETTINGS, PrivacyPolicy(), seed=0)
    tables = build_clusters(DayTables(facets, both), FakeAnalyst(), rules)
    assert tables.clusters["facet"].to_pylist() == ["request"] * 2 + ["task"] * 2
    assert tables.clusters["cluster"].to_pylist() == [0, 1, 0, 1]
    assert tables.members.num_rows == 160


def test_build_fails_without_content_when_tables_do_not_belong_together() -> None:
    facets, embeddings = window(topics(2))
    with pytest.raises(LakeError, match="1 embeddings") as raised:
        build_clusters(DayTables(facets.slice(1), embeddings), FakeAnalyst(), RULES)
    assert facets["conversation"][0].as_py() not in str(raised.value).split()
