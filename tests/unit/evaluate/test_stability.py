"""Agreement of runs over seeds and resamples."""

import numpy as np
import pytest

from clio_assets.evaluate.stability import over_resamples, over_seeds, steadiness
from clio_assets.ground.kmeans import group
from clio_assets.ground.types import Indices, Vector


def blobs() -> Vector:
    """Four groups that no grouping can miss."""
    random = np.random.default_rng(0)
    rows = np.repeat(np.eye(4, 8), 25, axis=0) + random.normal(scale=0.01, size=(100, 8))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def four(vectors: Vector, seed: int) -> Indices:
    return group(vectors, 4, seed)


def test_runs_agree_wholly_when_groups_are_far_apart() -> None:
    vectors = blobs()
    assert steadiness(list(over_seeds(vectors, four, 2, 0))).pairs == 1
    parts = list(over_resamples(vectors, four, 3, 0))
    assert [len(part) for part in parts] == [80, 80, 80]
    assert len({tuple(part) for part in parts}) == 3
    found = steadiness(parts)
    assert (found.runs, found.pairs) == (3, 3)


def test_means_are_over_pairs_when_one_of_three_runs_differs() -> None:
    same = {0: 0, 1: 0, 2: 1, 3: 1}
    found = steadiness([same, same, {0: 0, 1: 0, 2: 0, 3: 0}])
    assert found.ari == pytest.approx(1 / 3)
    assert found.v_measure == pytest.approx(1 / 3)


def test_rows_of_both_count_alone_when_resamples_differ() -> None:
    assert steadiness([{0: 0, 1: 0, 2: 1}, {1: 5, 2: 6, 3: 6}]).ari == 1.0
