"""Grouping by the source's vectors, and everything else by those of the texts."""

import numpy as np
import pyarrow as pa
import pytest

from clio_assets.clusters.build import ClusterTables, DayTables, build_clusters
from clio_assets.clusters.group import cluster_vectors
from clio_assets.clusters.source_space import apart, source_places
from clio_assets.embeddings.schema import source_vectors_schema
from clio_assets.errors import LakeError
from clio_assets.ground.types import Vector
from clio_assets.ground.vectors import from_column, to_column
from privacy_checks.policy.model import PrivacyPolicy
from tests.fakes.analyst import FakeAnalyst
from tests.fakes.window import Topic, window
from tests.unit.clusters.test_build import RULES, SETTINGS

#: Another length than that of the texts' vectors, so that the two cannot be mixed up in silence.
WIDTH = 5
FACETS, EMBEDDINGS = window([Topic("apples", 40, 20), Topic("pears", 40, 20)])


def unit(rows: np.ndarray) -> Vector:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def drawn(groups: list[int], shared: float = 0.0) -> Vector:
    """Vectors near one point a group; `shared` is the cosine that all of them have at least."""
    random = np.random.default_rng(1)
    points = np.eye(WIDTH)[[group % (WIDTH - 1) for group in groups]]
    points = unit(points + random.normal(scale=0.1, size=points.shape) * (np.arange(WIDTH) < 4))
    return unit(np.sqrt(1 - shared) * points + np.sqrt(shared) * np.eye(WIDTH)[WIDTH - 1])


def table(vectors: Vector, conversations: pa.ChunkedArray) -> pa.Table:
    names = pa.repeat("request", len(vectors))
    schema = source_vectors_schema(WIDTH)
    return pa.table([conversations, names, to_column(vectors)], schema=schema)


def built(groups: list[int], shared: float = 0.0) -> ClusterTables:
    """Clusters of a window whose source puts its conversations in these groups."""
    found = table(drawn(groups, shared), EMBEDDINGS["conversation"])
    backwards = found.take(pa.array(range(len(groups) - 1, -1, -1)))
    days = DayTables(FACETS, EMBEDDINGS, source_vectors=backwards)
    return build_clusters(days, FakeAnalyst(), RULES)


@pytest.mark.parametrize("shared", [0.0, 0.9])
def test_groups_are_those_of_the_source_when_its_vectors_say_otherwise_than_the_texts(
    shared: float,
) -> None:
    rows = EMBEDDINGS.num_rows
    groups = [int(at >= rows // 2) for at in range(rows)]  # whatever was asked for
    tables = built(groups, shared)
    of = dict(zip(EMBEDDINGS["conversation"].to_pylist(), groups, strict=True))
    pairs = {(row["cluster"], of[row["conversation"]]) for row in tables.members.to_pylist()}
    assert pairs == {(0, 0), (1, 1)}
    assert tables.members.num_rows == rows


def test_centroids_and_coherence_are_of_the_texts_when_the_source_groups() -> None:
    rows = EMBEDDINGS.num_rows
    tables = built([int(at >= rows // 2) for at in range(rows)])
    centroids = from_column(tables.centroids["vector"])
    texts = dict(
        zip(
            EMBEDDINGS["conversation"].to_pylist(),
            from_column(EMBEDDINGS["vector"]),
            strict=True,
        )
    )
    for cluster, (centroid, said) in enumerate(
        zip(centroids, tables.clusters["coherence"].to_pylist(), strict=True)
    ):
        own = [
            texts[row["conversation"]]
            for row in tables.members.to_pylist()
            if row["cluster"] == cluster
        ]
        mean = np.mean(own, axis=0)
        np.testing.assert_allclose(centroid, mean / np.linalg.norm(mean), atol=1e-5)
        assert said == pytest.approx(np.linalg.norm(mean), abs=1e-5)


def test_another_facet_is_grouped_by_its_texts_when_the_source_groups_one() -> None:
    vectors = table(drawn([0] * EMBEDDINGS.num_rows), EMBEDDINGS["conversation"])
    assert source_places("task", EMBEDDINGS["conversation"].combine_chunks(), vectors) is None
    assert source_places("request", EMBEDDINGS["conversation"].combine_chunks(), None) is None


def test_window_is_refused_when_an_embedded_conversation_has_no_vector_of_the_source() -> None:
    vectors = table(drawn([0, 1]), EMBEDDINGS["conversation"].slice(0, 2))
    days = DayTables(FACETS, EMBEDDINGS, source_vectors=vectors)
    with pytest.raises(LakeError, match="78 embeddings"):
        build_clusters(days, FakeAnalyst(), RULES)


def test_groups_are_found_when_the_model_finds_all_texts_alike() -> None:
    vectors = drawn([at % 4 for at in range(200)], shared=0.9)
    policy = PrivacyPolicy()
    assert cluster_vectors(vectors, SETTINGS, policy, 0).max() == 0  # joined: all are alike
    found = cluster_vectors(apart(vectors), SETTINGS, policy, 0)
    assert found.tolist() == [at % 4 for at in range(200)]


@pytest.mark.parametrize(
    "vectors",
    [np.empty((0, 3), np.float32), np.tile(unit(np.ones((1, 3))), (4, 1)), unit(np.eye(3)[:1])],
    ids=["none", "all equal", "one"],
)
def test_vectors_stay_as_they_are_when_nothing_sets_them_apart(vectors: Vector) -> None:
    np.testing.assert_array_equal(apart(vectors), vectors)
