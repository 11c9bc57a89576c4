import numpy as np

from clio_assets.hierarchy.neighbourhoods import OUTSIDERS, neighbourhoods
from clio_assets.hierarchy.nodes import vectors_of
from tests.fakes.nodes import grouped


def test_neighbourhoods_find_known_groups_and_hold_each_cluster_once() -> None:
    places = neighbourhoods(vectors_of(grouped(3, 20)), size=20, seed=0)
    assert sorted(place.inside for place in places) == [
        list(range(start, start + 20)) for start in (0, 20, 40)
    ]


def test_neighbourhoods_name_the_nearest_outsiders() -> None:
    angles = np.concatenate([np.linspace(0, 0.1, 15), np.linspace(1, 1.4, 20)])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    first = neighbourhoods(vectors, size=18, seed=0)[0]
    assert first.inside == list(range(15))  # holds the first cluster, and is the smaller
    assert first.outside == list(range(15, 15 + OUTSIDERS))


def test_neighbourhoods_are_one_without_outsiders_when_clusters_are_few() -> None:
    (place,) = neighbourhoods(vectors_of(grouped(2, 5)), size=40, seed=0)
    assert place.inside == list(range(10))
    assert place.outside == []
