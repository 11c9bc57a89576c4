"""Figures of each level, counted by hand."""

import pytest

from clio_assets.evaluate.clusters import figures_of_levels, purity_of_clusters
from tests.unit.evaluate.worlds import small_map

#: Four in cluster 0, one of them of another label; two in 1; two in one that is not published.
LEAF_OF = {"a1": 0, "a2": 0, "a3": 0, "b1": 0, "b2": 1, "b3": 1, "c1": 2, "c2": 2}
LABELS = {name: name[0] for name in (*LEAF_OF, "c3")}
FOUND = small_map(LEAF_OF, frozenset(LABELS))


def test_leaves_are_compared_with_the_labels_when_levels_are_measured() -> None:
    leaves = figures_of_levels(FOUND, LABELS, None)[0]
    assert (leaves.level, leaves.clusters, leaves.against) == (0, 2, "labels")
    assert leaves.purity == pytest.approx(5 / 6)
    assert leaves.coverage == pytest.approx(6 / 9)


def test_top_covers_unpublished_leaves_when_their_parent_is_published() -> None:
    top = figures_of_levels(FOUND, LABELS, None)[1]
    assert (top.coverage, top.against) == (pytest.approx(8 / 9), "labels")
    assert top.purity == pytest.approx((3 + 2) / 8)


def test_top_is_compared_with_the_parents_when_they_are_given() -> None:
    parents = {name: "rest" if name[0] == "c" else "home" for name in LABELS}
    leaves, top = figures_of_levels(FOUND, LABELS, parents)
    assert (top.against, top.purity, top.v_measure, top.ari) == ("parents", 1.0, 1.0, 1.0)
    assert leaves.against == "labels"


def test_least_pure_cluster_comes_first_when_clusters_are_listed() -> None:
    assert list(purity_of_clusters(FOUND, LABELS, 5)) == [
        ("bake bread", 4, 0.75),
        ("fix a bicycle", 2, 1.0),
    ]
