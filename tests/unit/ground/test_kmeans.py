import numpy as np
import pytest
import sklearn.cluster
from threadpoolctl import threadpool_info

from clio_assets.ground.kmeans import group


def unit(rows: int, dimension: int = 8, seed: int = 0) -> "np.typing.NDArray[np.float32]":
    vectors = np.random.default_rng(seed).normal(size=(rows, dimension))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


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
    monkeypatch.setattr("clio_assets.ground.kmeans.MINI_BATCH_FROM", mini_batch_from)
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
