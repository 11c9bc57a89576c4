"""Calls the tops by headings of the phrase book, where it is clear what they are about.

A heading is fixed public text and no quotation, so nobody needs to have written its words. It says
what a group is about and accuses nobody: the book words it so.
"""

from collections.abc import Sequence

import numpy as np

from clio_assets.domain.clusters import ClusterText
from clio_assets.hierarchy.nodes import vectors_of
from clio_assets.hierarchy.rename import Family
from clio_assets.hierarchy.topics import Topics


def with_headings(
    texts: Sequence[ClusterText], families: Sequence[Family], topics: Topics
) -> list[ClusterText]:
    """The parents' texts, those with clear topics under a heading; the clearest first.

    A heading is given once, and not to the parent of a cluster of that name.
    """
    shares = [_shares(family, topics) for family in families]
    order = sorted(range(len(texts)), key=lambda at: (-round(float(max(shares[at])), 6), at))
    named = list(texts)
    taken = {text.name.casefold() for text in texts}
    for at in order:
        below = {child.text.name.casefold() for child in families[at].children}
        for heading in topics.headings(shares[at].tolist()):
            if heading.casefold() not in taken | below:
                taken.add(heading.casefold())
                named[at] = ClusterText(heading, texts[at].description)
                break
    return named


def _shares(family: Family, topics: Topics) -> "np.typing.NDArray[np.float64]":
    """Shares of areas, each child by its size."""
    sizes = np.array([max(child.size, 1) for child in family.children], dtype=np.float64)
    found = topics.shares(vectors_of(family.children))
    mean: np.typing.NDArray[np.float64] = np.average(found, axis=0, weights=sizes)
    return mean
