from itertools import pairwise

import pytest

from clio_assets.hierarchy.levels import bounds, level_sizes
from clio_assets.home.settings import HierarchySettings


@pytest.mark.parametrize(
    ("base", "sizes"),
    [
        (0, []),
        (1, []),
        (5, []),
        (6, [2]),
        (12, [3]),
        (36, [9]),
        (40, [10]),
        (100, [10]),
        (101, [32, 10]),
        (225, [47, 10]),
        (1_000, [100, 10]),
        (10_000, [1_000, 100, 10]),
    ],
)
def test_level_sizes_follow_the_ratio_rule(base: int, sizes: list[int]) -> None:
    assert level_sizes(base, HierarchySettings(top_clusters=10)) == sizes


@pytest.mark.parametrize(
    ("base", "sizes"),
    [(0, []), (1, [20]), (5, [20]), (100, [20]), (200, [20]), (201, [63, 20]), (2_000, [200, 20])],
)
def test_level_sizes_end_with_the_categories_when_the_top_is_fixed(
    base: int, sizes: list[int]
) -> None:
    assert level_sizes(base, HierarchySettings(top_clusters=3), fixed=20) == sizes


@pytest.mark.parametrize("base", [6, 25, 99, 100, 450, 3_000, 123_456])
@pytest.mark.parametrize("level_ratio", [2.0, 5.0, 10.0])
def test_level_sizes_keep_neighbouring_levels_within_the_ratio(
    base: int, level_ratio: float
) -> None:
    settings = HierarchySettings(top_clusters=10, level_ratio=level_ratio)
    levels = [base, *level_sizes(base, settings)]
    few_at_top = base / levels[-1] / level_ratio ** (len(levels) - 1)
    assert few_at_top <= 1 + 1e-9
    assert all(below > above for below, above in pairwise(levels))


@pytest.mark.parametrize(
    ("wanted", "expected"), [(1, (1, 1)), (2, (1, 3)), (3, (2, 4)), (10, (5, 15))]
)
def test_bounds_are_half_and_one_and_a_half(wanted: int, expected: tuple[int, int]) -> None:
    assert bounds(wanted) == expected
