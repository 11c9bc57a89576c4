"""Which clusters of two windows are the same topic: one-to-one, the best that can be had.

Where both windows still have the centroids of their clusters, those are compared; else the names.
Clusters above the leaves are the same topic where most of what lies below them is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]

#: Cosine of two centroids from which they may be the same topic.
MIN_COSINE: Final = 0.8
#: Likeness of two names from which they may be, where there are no centroids.
MIN_LIKENESS: Final = 0.6
#: How much of two clusters above the leaves must be the same topics.
MIN_OVERLAP: Final = 0.5
#: What the likeness of names adds, so that it decides between clusters that are equally near.
_OF_NAMES: Final = 0.1


@dataclass(frozen=True)
class Side:
    """Clusters of one level of a window's facet, in the order of their ids.

    `centroids` maps an id to its unit vector and is empty where there are none; `space` names the
    model of the vectors: those of two models are not compared. `below` holds for each id the topics
    of the leaves below with their sizes; empty for the leaves.
    """

    ids: Sequence[str]
    names: Mapping[str, str]
    centroids: Mapping[str, npt.NDArray[np.float32]] = field(default_factory=dict)
    space: str = ""
    below: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Likeness:
    """How alike the clusters of two sides are, row by column, and the least that counts."""

    scores: Scores
    floor: float


def likeness(new: Side, old: Side) -> Likeness:
    """How alike every new cluster is to every old one, by the best evidence there is of both."""
    shape = len(new.ids), len(old.ids)
    if not all(shape):
        return Likeness(np.zeros(shape), 1.0)
    if new.below and old.below:
        return Likeness(_overlaps(new, old), MIN_OVERLAP)
    names = _names_alike(new, old)
    if _comparable(new, old):
        ours = np.stack([new.centroids[i] for i in new.ids]).astype(np.float64)
        theirs = np.stack([old.centroids[i] for i in old.ids]).astype(np.float64)
        cosines = ours @ theirs.T
        # below the floor no name helps
        scores = np.where(cosines < MIN_COSINE, -1.0, cosines + _OF_NAMES * names)
        return Likeness(scores, MIN_COSINE)
    return Likeness(names, MIN_LIKENESS)


def pairs(found: Likeness) -> dict[int, int]:
    """New cluster -> old one: the one-to-one assignment that is best over all; none below the
    floor.
    """
    from scipy.optimize import linear_sum_assignment

    usable = np.where(found.scores < found.floor, 0.0, found.scores)
    rows, columns = linear_sum_assignment(-usable)
    return {
        int(row): int(column)
        for row, column in zip(rows, columns, strict=True)
        if found.scores[row, column] >= found.floor
    }


def nearest(found: Likeness) -> dict[int, int]:
    """Row -> its nearest column, for rows that have one at the floor or above."""
    if not found.scores.size:
        return {}
    best = found.scores.argmax(axis=1)
    return {
        row: int(column)
        for row, column in enumerate(best)
        if found.scores[row, column] >= found.floor
    }


def turned(found: Likeness) -> Likeness:
    """The same from the other side."""
    return Likeness(found.scores.T, found.floor)


def _comparable(new: Side, old: Side) -> bool:
    """Whether all clusters of both sides have centroids of one model."""
    if new.space != old.space or not new.space:
        return False
    return all(i in new.centroids for i in new.ids) and all(i in old.centroids for i in old.ids)


def _overlaps(new: Side, old: Side) -> Scores:
    """How much of what lies below two clusters is in topics that both have."""
    scores = np.zeros((len(new.ids), len(old.ids)))
    for row, ours in enumerate(new.below.get(i, {}) for i in new.ids):
        for column, theirs in enumerate(old.below.get(i, {}) for i in old.ids):
            both = sum(ours[topic] + theirs[topic] for topic in ours.keys() & theirs.keys())
            total = sum(ours.values()) + sum(theirs.values())
            scores[row, column] = both / total if total else 0.0
    return scores


def _names_alike(new: Side, old: Side) -> Scores:
    """How many runs of three letters two names share (Dice): words of any language and script."""
    ours = [_runs(new.names[i]) for i in new.ids]
    theirs = [_runs(old.names[i]) for i in old.ids]
    return np.array(
        [[2 * len(a & b) / max(1, len(a) + len(b)) for b in theirs] for a in ours], dtype=np.float64
    )


def _runs(text: str) -> frozenset[str]:
    words = "".join(c if c.isalnum() else " " for c in text.casefold()).split()
    padded = f" {' '.join(words)} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))
