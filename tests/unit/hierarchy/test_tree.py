"""Nested levels at once: cuts through one tree."""

import numpy as np
import pytest

from clio_assets.hierarchy import tree
from clio_assets.hierarchy.nodes import vectors_of
from clio_assets.hierarchy.topics import Topics
from clio_assets.hierarchy.tree import cut_levels
from clio_assets.phrases.book import Line, PhraseBook
from tests.fakes.nodes import grouped


def test_levels_nest_and_follow_the_groups_when_clusters_are_cut() -> None:
    vectors = vectors_of(grouped(6, 5))
    fine, coarse = cut_levels(vectors, [6, 3], None, seed=0)
    assert fine.tolist() == np.repeat(np.arange(6), 5).tolist()
    assert coarse[0] == 0
    assert len(set(coarse.tolist())) == 3
    above = {(low, high) for low, high in zip(fine.tolist(), coarse.tolist(), strict=True)}
    assert len(above) == 6  # each group lies in one group of the next level


@pytest.mark.parametrize("at_once", [5_000, 12])
def test_groups_are_found_when_there_are_more_clusters_than_one_tree_takes(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "MOST_AT_ONCE", at_once)
    (found,) = cut_levels(vectors_of(grouped(4, 6)), [4], None, seed=0)
    assert found.tolist() == np.repeat(np.arange(4), 6).tolist()


@pytest.mark.parametrize(("clusters", "counts"), [(1, [1]), (5, [])])
def test_little_is_cut_when_there_is_little(clusters: int, counts: list[int]) -> None:
    found = cut_levels(vectors_of(grouped(1, clusters)), counts, None, seed=0)
    assert [cut.tolist() for cut in found] == [[0] * clusters for _ in counts]


def test_clusters_of_a_domain_come_together_when_the_book_sorts_them_so() -> None:
    axes = np.eye(8, dtype=np.float32)
    book = PhraseBook(
        tuple(
            Line(f"line {at}", f"area {at}", "Travel" if at in (0, 3) else f"domain {at}")
            for at in range(4)
        )
    )
    # nothing but the domains tells which two of four equally distant clusters belong together
    (found,) = cut_levels(axes[:4], [3], Topics(book, axes[:4]), seed=0)
    assert found[0] == found[3]
    assert len(set(found.tolist())) == 3
