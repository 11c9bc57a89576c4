import numpy as np
import pyarrow as pa
import pytest
import sklearn.cluster
from threadpoolctl import threadpool_info

from clio_assets.ground.vectors import from_column, group, mean_direction, nearest, to_column


def unit(rows: int, dimension: int = 8, seed: int = 0) -> "np.typing.NDArray[np.float32]":
    vectors = np.random.default_rng(seed).normal(size=(rows, dimension))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_column_holds_the_vectors_it_was_made_of(rows: int) -> None:
    vectors = unit(rows)
    column = pa.chunked_array([to_column(vectors)])
    np.testing.assert_array_equal(from_column(column), vectors)


def test_from_column_reads_what_filtering_and_concatenation_left() -> None:
    vectors = unit(6)
    table = pa.table({"vector": to_column(vectors)})
    table = pa.concat_tables([table.slice(4), table.filter(pa.array([True, False] * 3))])
    np.testing.assert_array_equal(from_column(table["vector"]), vectors[[4, 5, 0, 2, 4]])


def test_from_column_reads_a_column_without_chunks() -> None:
    empty = pa.table({"vector": to_column(unit(2))}).slice(2)
    assert from_column(pa.chunked_array([], empty["vector"].type)).shape == (0, 8)


def test_mean_direction_has_unit_length_and_weighs() -> None:
    vectors = np.eye(2, dtype=np.float32)
    np.testing.assert_allclose(mean_direction(vectors), [0.5**0.5] * 2, rtol=1e-6)
    np.testing.assert_allclose(mean_direction(vectors, np.array([3.0, 4.0])), [0.6, 0.8], rtol=1e-6)


def test_mean_direction_is_the_first_vector_when_the_mean_points_nowhere() -> None:
    np.testing.assert_array_equal(mean_direction(np.array([[0, 1], [0, -1]], np.float32)), [0, 1])


@pytest.mark.parametrize("count", [1, 3, 50, 80])
def test_nearest_agrees_with_sorting_everything(count: int) -> None:
    queries, candidates = unit(20, seed=1), unit(50, seed=2)
    everything = np.argsort(-(queries @ candidates.T), axis=1, kind="stable")
    np.testing.assert_array_equal(nearest(queries, candidates, count), everything[:, :count])


def test_nearest_gives_the_lower_position_when_similarities_are_equal() -> None:
    same = np.tile(unit(1), (4, 1))
    np.testing.assert_array_equal(nearest(same[:1], same, 4), [[0, 1, 2, 3]])


def test_group_numbers_by_first_member_and_not_by_size() -> None:
    points = unit(3)
    vectors = points[[2, 1, 0, 1, 2, 1]]
    assert group(vectors, 3, seed=0).tolist() == [0, 1, 2, 1, 0, 1]


def test_group_gives_fewer_groups_when_vectors_repeat() -> None:
    vectors = np.tile(unit(2), (10, 1))
    assert sorted(set(group(vectors, 5, seed=0).tolist())) == [0, 1]


@pytest.mark.parametrize("groups", [0, 1])
def test_group_puts_all_together_when_one_group_is_wanted(groups: int) -> None:
    assert group(unit(4), groups, seed=0).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("mini_batch_from", [10, 10_000])
def test_group_gives_the_same_groups_every_time(
    mini_batch_from: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clio_assets.ground.vectors.MINI_BATCH_FROM", mini_batch_from)
    vectors = unit(2_000)
    first, second, other = (group(vectors, 20, seed).tobytes() for seed in (0, 0, 1))
    assert first == second
    assert first != other


def test_group_runs_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []
    fit_predict = sklearn.cluster.KMeans.fit_predict

    def spying(self, vectors):  # type: ignore[no-untyped-def]
        threads.extend(pool["num_threads"] for pool in threadpool_info())
        return fit_predict(self, vectors)

    monkeypatch.setattr(sklearn.cluster.KMeans, "fit_predict", spying)
    group(unit(100), 3, seed=0)
    assert set(threads) == {1}
