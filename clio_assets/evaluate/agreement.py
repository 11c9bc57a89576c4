"""How well one grouping of things agrees with another: purity, V-measure, adjusted Rand index.

Groupings are sequences with one name a thing, in one order. Of nothing, every figure is 0.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Agreement:
    """Shares between 0 and 1; `ari` is 0 by chance and may be below."""

    purity: float
    v_measure: float
    ari: float


def agreement(groups: Sequence[Hashable], labels: Sequence[Hashable]) -> Agreement:
    """How far groups are made of one label each, and labels lie in one group each."""
    if not groups:
        return Agreement(0.0, 0.0, 0.0)
    cells, by_group, by_label = _contingency(groups, labels)
    return Agreement(
        _purity(cells, by_group),
        _v_measure(cells, by_group, by_label),
        _ari(cells, by_group, by_label),
    )


@dataclass(frozen=True)
class _Cells:
    """The cells of the contingency table that are not empty."""

    group: npt.NDArray[np.intp]
    label: npt.NDArray[np.intp]
    count: Counts


def _contingency(
    groups: Sequence[Hashable], labels: Sequence[Hashable]
) -> tuple[_Cells, Counts, Counts]:
    """The cells, and the sums of each group and of each label."""
    group, label = _codes(groups), _codes(labels)
    pairs, counts = np.unique(np.stack([group, label]), axis=1, return_counts=True)
    return (
        _Cells(pairs[0], pairs[1], counts.astype(np.float64)),
        np.bincount(group).astype(np.float64),
        np.bincount(label).astype(np.float64),
    )


def _codes(names: Sequence[Hashable]) -> npt.NDArray[np.intp]:
    number: dict[Hashable, int] = {}
    return np.array([number.setdefault(name, len(number)) for name in names], dtype=np.intp)


def _purity(cells: _Cells, by_group: Counts) -> float:
    largest = np.zeros(len(by_group))
    np.maximum.at(largest, cells.group, cells.count)
    return float(largest.sum() / by_group.sum())


def _v_measure(cells: _Cells, by_group: Counts, by_label: Counts) -> float:
    """Harmonic mean of homogeneity and completeness (Rosenberg and Hirschberg, 2007)."""
    total = by_group.sum()
    joint = cells.count / total
    information = float(
        (joint * np.log(joint * total**2 / (by_group[cells.group] * by_label[cells.label]))).sum()
    )
    of_groups, of_labels = _entropy(by_group / total), _entropy(by_label / total)
    homogeneity = information / of_labels if of_labels > 0 else 1.0
    completeness = information / of_groups if of_groups > 0 else 1.0
    both = homogeneity + completeness
    return max(0.0, 2 * homogeneity * completeness / both) if both > 0 else 0.0


def _entropy(shares: Counts) -> float:
    return float(-(shares * np.log(shares)).sum()) if len(shares) > 1 else 0.0


def _ari(cells: _Cells, by_group: Counts, by_label: Counts) -> float:
    """Pairs that both keep together, against what chance would give (Hubert and Arabie, 1985)."""
    together = _pairs(cells.count)
    in_groups, in_labels = _pairs(by_group), _pairs(by_label)
    every = _pairs(by_group.sum(keepdims=True))
    expected = in_groups * in_labels / every if every else 0.0
    most = (in_groups + in_labels) / 2
    return 1.0 if most == expected else float((together - expected) / (most - expected))


def _pairs(counts: Counts) -> float:
    return float((counts * (counts - 1) / 2).sum())


@dataclass(frozen=True)
class Scores:
    """How well guesses hit: `accuracy` is the share of hits; F1 is the harmonic mean of precision
    and recall of a label, averaged over labels alike (macro) or by how many have it (weighted)."""

    accuracy: float
    macro_f1: float
    weighted_f1: float


def scores(truth: Sequence[str], guessed: Sequence[str]) -> Scores:
    """Over all labels that were given or guessed."""
    if not truth:
        return Scores(0.0, 0.0, 0.0)
    hits: dict[str, int] = {}
    given: dict[str, int] = {}
    taken: dict[str, int] = {}
    for label, guess in zip(truth, guessed, strict=True):
        given[label] = given.get(label, 0) + 1
        taken[guess] = taken.get(guess, 0) + 1
        hits[label] = hits.get(label, 0) + (label == guess)
    f1 = {
        label: 2 * hits.get(label, 0) / (given.get(label, 0) + taken.get(label, 0))
        for label in sorted(given.keys() | taken.keys())
    }
    return Scores(
        sum(hits.values()) / len(truth),
        sum(f1.values()) / len(f1),
        sum(f1[label] * count for label, count in given.items()) / len(truth),
    )
