"""The second pass: what is mixed is split, twins are merged, strays go to the nearest group."""

import numpy as np
import numpy.typing as npt

from clio_assets.clusters.refine import refine
from clio_assets.home.settings import ClusterSettings

Floats = npt.NDArray[np.float32]
SETTINGS = ClusterSettings()
FEWEST = 10


def around(*axes: int, each: int = 30, spread: float = 0.05) -> Floats:
    """So many unit vectors near each of some axes."""
    random = np.random.default_rng(0)
    vectors = np.eye(12)[np.repeat(axes, each)]
    vectors = vectors + random.normal(scale=spread, size=vectors.shape)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_group_is_split_when_it_holds_several_topics() -> None:
    # three topics in one group have a mean cosine of .58, two .71
    vectors, together = around(0, 1, 2), np.zeros(90, dtype=np.intp)
    found = refine(vectors, together, SETTINGS, FEWEST, seed=0)
    assert len(set(found.tolist())) == 2
    assert all(len(set(found[start : start + 30].tolist())) == 1 for start in (0, 30, 60))
    finer = refine(vectors, together, ClusterSettings(split_below=0.8), FEWEST, seed=0)
    assert finer.tolist() == np.repeat(np.arange(3), 30).tolist()


def test_group_stays_when_a_half_would_be_too_small() -> None:
    vectors = np.concatenate([around(0, 1, each=30), around(2, each=30)])
    found = refine(vectors, np.zeros(90, dtype=np.intp), SETTINGS, fewest=46, seed=0)
    assert set(found.tolist()) == {0}


def test_group_stays_when_no_half_would_be_more_coherent() -> None:
    # hardly alike, and alike in no way: nothing to split by
    random = np.random.default_rng(1)
    vectors = random.normal(size=(80, 400)) + 0.9
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = refine(
        vectors.astype(np.float32),
        np.zeros(80, dtype=np.intp),
        ClusterSettings(split_below=0.99),
        FEWEST,
        seed=0,
    )
    assert set(found.tolist()) == {0}


def test_groups_are_merged_when_their_centroids_are_nearly_alike() -> None:
    vectors = around(0, 1)
    cut = np.repeat([0, 1, 2], [15, 15, 30])  # one topic in two groups
    found = refine(vectors, cut, SETTINGS, FEWEST, seed=0)
    assert found.tolist() == np.repeat([0, 1], 30).tolist()
    apart = refine(vectors, cut, ClusterSettings(merge_above=1), FEWEST, seed=0)
    assert len(set(apart.tolist())) == 3


def test_stray_vector_goes_to_the_nearest_group_when_it_lies_in_another() -> None:
    vectors = around(0, 1)
    astray = np.repeat([0, 1], 30)
    astray[0] = 1
    found = refine(vectors, astray, SETTINGS, FEWEST, seed=0)
    assert found.tolist() == np.repeat([0, 1], 30).tolist()


def test_result_is_the_same_when_run_again() -> None:
    vectors = around(0, 1, 2, 3, spread=0.3)
    start = np.zeros(120, dtype=np.intp)
    first, second = (refine(vectors, start, SETTINGS, FEWEST, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first, second)
