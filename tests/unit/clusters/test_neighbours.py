import numpy as np
import pytest

from clio_assets.clusters.neighbours import nearest_clusters

ANGLES = np.array([0.0, 0.1, 0.3, 1.5])
CENTROIDS = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1).astype(np.float32)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, [[1], [0], [1], [2]]),
        (2, [[1, 2], [0, 2], [1, 0], [2, 1]]),
        (9, [[1, 2, 3], [0, 2, 3], [1, 0, 3], [2, 1, 0]]),
    ],
)
def test_nearest_clusters_lists_others_by_distance(count: int, expected: list[list[int]]) -> None:
    assert nearest_clusters(CENTROIDS, count) == expected


def test_nearest_clusters_is_empty_when_there_is_one_cluster() -> None:
    assert nearest_clusters(CENTROIDS[:1], 10) == [[]]


def test_nearest_clusters_never_lists_a_cluster_itself_when_all_are_equal() -> None:
    found = nearest_clusters(np.tile(CENTROIDS[:1], (5, 1)), 2)
    assert all(len(row) == 2 and own not in row for own, row in enumerate(found))
