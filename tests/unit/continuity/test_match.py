"""Clusters of two windows are paired by what is known of both."""

import numpy as np
import pytest

from clio_assets.continuity.match import Side, likeness, nearest, pairs, turned


def side(*ids: str, angles: tuple[float, ...] = (), space: str = "one") -> Side:
    """Clusters that are called as their ids; `angles` in degrees make their centroids."""
    turns = np.radians(angles)
    vectors = np.stack([np.cos(turns), np.sin(turns)], axis=1).astype(np.float32)
    return Side(ids, {i: i for i in ids}, dict(zip(ids, vectors, strict=bool(angles))), space)


def test_pairs_are_the_best_over_all_when_one_cluster_is_near_to_two() -> None:
    new, old = side("a", "b", angles=(10, 24)), side("x", "y", angles=(18, 0))
    # alone, both would take x; together they are nearest as b-x and a-y
    assert pairs(likeness(new, old)) == {0: 1, 1: 0}


def test_nothing_is_paired_when_it_is_below_the_floor_though_the_names_are_the_same() -> None:
    new, old = side("Plan a trip", angles=(0,)), side("Plan a trip", angles=(80,))
    assert pairs(likeness(new, old)) == {}


def test_names_decide_when_centroids_are_equally_near() -> None:
    new = side("Plan a trip", "Book a flight", angles=(0, 0))
    old = side("Book a flight", "Plan a trip", angles=(0, 0))
    assert pairs(likeness(new, old)) == {0: 1, 1: 0}


@pytest.mark.parametrize(
    "old", [side("Plan a long trip"), side("Plan a long trip", angles=(90,), space="two")]
)
def test_names_are_compared_when_centroids_are_gone_or_of_another_model(old: Side) -> None:
    new = side("Write a poem", "Plan a trip", angles=(90, 0))
    assert pairs(likeness(new, old)) == {1: 0}


def test_parents_are_paired_when_most_of_what_lies_below_is_the_same() -> None:
    names = {"p": "A", "q": "B", "r": "C"}
    new = Side(["p", "q"], names, below={"p": {"t1": 30, "t2": 10}, "q": {"t3": 20}})
    old = Side(["r"], names, below={"r": {"t1": 30, "t3": 10}})
    assert pairs(likeness(new, old)) == {0: 0}


def test_nearest_is_found_on_both_sides_when_one_has_more_clusters() -> None:
    found = likeness(side("a", "b", angles=(0, 10)), side("x", angles=(4,)))
    assert nearest(found) == {0: 0, 1: 0}
    assert nearest(turned(found)) == {0: 0}


def test_nothing_is_paired_when_a_side_is_empty() -> None:
    found = likeness(side("a", angles=(0,)), Side([], {}))
    assert (pairs(found), nearest(found)) == ({}, {})
