"""Which groups no line of the phrase book may name."""

import numpy as np

from clio_assets.phrases.book import Line, PhraseBook
from clio_assets.phrases.missing import Group, WithoutLine, groups_without_line

BOOK = PhraseBook((Line("Bake bread", "Bake", "Food"), Line("Pack for a trip", "Plan", "Travel")))
VECTORS = np.eye(3, dtype=np.float32)[:2]


def group(name: str, size: int, centroid: tuple[float, ...], *supported: str) -> Group:
    return Group(name, size, np.array(centroid, dtype=np.float32), supported)


def test_groups_are_listed_by_size_when_no_line_is_near_or_its_words_lack_support() -> None:
    groups = [
        group("Far", 20, (0.6, 0.0, 0.8), "bake", "bread"),
        group("Named", 90, (0.8, 0.0, 0.6), "bake", "bread"),
        group("Unsupported", 40, (0.8, 0.0, 0.6), "bread", "oven"),
    ]
    assert groups_without_line(groups, BOOK, VECTORS, 0.65) == [
        WithoutLine("Unsupported", 40, "Bake bread", 0.8, ("bake",), ("bread", "oven")),
        WithoutLine("Far", 20, "Bake bread", 0.6, (), ("bake", "bread")),
    ]


def test_group_has_a_line_when_a_farther_one_is_near_enough_and_supported() -> None:
    found = [group("Trip", 20, (0.74, 0.67, 0.06), "pack", "trip")]
    assert groups_without_line(found, BOOK, VECTORS, 0.65) == []


def test_nothing_is_listed_when_there_is_no_group_or_no_line() -> None:
    nothing = np.empty((0, 3), dtype=np.float32)
    assert groups_without_line([], BOOK, VECTORS, 0.65) == []
    assert groups_without_line([group("Any", 20, (1, 0, 0))], PhraseBook(()), nothing, 0.65) == []
