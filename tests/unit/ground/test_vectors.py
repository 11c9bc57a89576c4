import numpy as np
import pyarrow as pa
import pytest

from clio_assets.ground.vectors import from_column, mean_direction, nearest, to_column


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
