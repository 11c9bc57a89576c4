"""How many levels a hierarchy has, and how many clusters each (paper, G.7)."""

from math import ceil, floor, log

from clio_assets.home.settings import HierarchySettings

#: Fewer base clusters are a list that needs no headings.
FEWEST_TO_GROUP = 6
#: Children that a top cluster should have on average in a small hierarchy.
CHILDREN_WHEN_FEW = 4


def level_sizes(base: int, settings: HierarchySettings, fixed: int = 0) -> list[int]:
    """Wanted numbers of clusters from level 1 to the top; empty where base clusters are few.

    Sizes follow n_l / n_(l-1) = (n_top / n_base)^(1 / (L - 1)), with as few levels as keep that
    ratio within `level_ratio`. A `fixed` top has so many categories (0: the top is found), and any
    base clusters at all go under them.
    """
    if fixed and base:
        top = fixed
    elif base < FEWEST_TO_GROUP:
        return []
    else:
        top = min(settings.top_clusters, max(2, round(base / CHILDREN_WHEN_FEW)))
    # the small subtraction keeps an exact power from costing a level through rounding
    steps = max(1, ceil(log(base / top) / log(settings.level_ratio) - 1e-9))
    return [round(base * (top / base) ** (step / steps)) for step in range(1, steps + 1)]


def bounds(wanted: int) -> tuple[int, int]:
    """Fewest and most parents that are accepted where so many were wanted."""
    return ceil(0.5 * wanted), floor(1.5 * wanted)
