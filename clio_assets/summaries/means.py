"""Means of the numbers that a source says of conversations, of a window and of each cluster.

One person must not be readable off a mean. Numbers were drawn into the range between the outermost
edges of their attribute when they were stored. Each user counts once, with the mean of what is
theirs in the place. A mean is told in steps of 1, 2 or 5 times a power of ten, at least as wide as
the range divided by the users: one user, whatever is said of them, moves it by one step at most.

    range 0 to 60, 25 users: steps of 5      range 0 to 60, 600 users: steps of .1

It is told of as many conversations and users as a cell of a breakdown needs, of nothing below a
place that it is not told of, and only where what is left of a place without those below that it is
told of (*rest*) is nobody, or as many again.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.domain.attributes import AttributeDefinition
from clio_assets.summaries.beside import Values, is_untold
from clio_assets.summaries.identifiers import cluster_id
from clio_assets.summaries.places import Mask, Numbers, Places
from clio_assets.summaries.schema import MEANS
from privacy_checks.policy.model import PrivacyPolicy

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Averaged:
    """One clustered facet: its places, and the conversations of the window that have it, each with
    its base cluster. `indistinct` is what the maps beside this one leave untold.
    """

    places: Places
    leaves: pa.Table
    indistinct: Values


@dataclass(frozen=True)
class _Said:
    """Conversations that say a number: the atom, the user (numbered) and the number of each."""

    atom: Numbers
    user: Numbers
    number: Reals


@dataclass(frozen=True)
class _Means:
    """What is told of one attribute in the places of a facet."""

    attribute: str
    mean: Reals
    step: Reals
    shown: Mask


def means_table(
    window: str,
    facets: Sequence[Averaged],
    numbers: pa.Table,
    attributes: Sequence[AttributeDefinition],
    policy: PrivacyPolicy,
) -> pa.Table:
    """The MEANS table: of every published place, for each attribute that all windows tell.

    `numbers` has `conversation`, `user` and a column for each attribute that has a mean. What one
    facet's window does not tell no other one does: they group the same conversations.
    """
    found = [
        [_means(facet, numbers, one, policy) for one in attributes if one.has_mean]
        for facet in facets
    ]
    untold = {means.attribute for of_facet in found for means in of_facet if not means.shown[0]}
    parts = [
        _rows(window, facet.places, means)
        for facet, of_facet in zip(facets, found, strict=True)
        for means in of_facet
        if means.attribute not in untold
    ]
    return pa.concat_tables([MEANS.empty_table(), *parts])


def with_users(numbers: pa.Table, facets: pa.Table) -> pa.Table:
    """The numbers with the user of each conversation that has facets."""
    at = pc.index_in(numbers["conversation"], value_set=facets["conversation"].combine_chunks())
    return numbers.append_column("user", facets["user"].take(at))


def steps(width: float, users: Numbers) -> Reals:
    """For so many users each, the least of 1, 2 and 5 times a power of ten that is not less than
    the width of the range over them.

    >>> steps(60, np.array([25, 600])).tolist()
    [5.0, 0.1]
    """
    return np.array([_step(width / max(count, 1)) for count in users.tolist()])


def _step(least: float) -> float:
    power = math.floor(math.log10(least))
    steps_up = (float(f"{factor}e{at}") for at in (power - 1, power, power + 1) for factor in "125")
    return next(step for step in steps_up if step >= least)


def _in_steps(mean: float, step: float) -> float:
    """The nearest multiple of a step, written with no more digits than the step has."""
    digits = max(0, -math.floor(math.log10(step)))
    return float(f"{round(mean / step) * step:.{digits}f}") + 0.0  # no negative zero


def _means(
    facet: Averaged, numbers: pa.Table, attribute: AttributeDefinition, policy: PrivacyPolicy
) -> _Means:
    places, said = facet.places, _said(facet, numbers, attribute.name)
    place, mean_of_user = _by_user(places, said)
    count = len(places.parent)
    users = np.bincount(place, minlength=count)
    mean = np.bincount(place, weights=mean_of_user, minlength=count) / np.maximum(users, 1)
    size = _summed(places, np.bincount(said.atom, minlength=count))
    shown = places.published & ~_few(size, users, policy)
    shown[0] &= not is_untold(attribute, facet.indistinct)
    for row in range(1, count):
        shown[row] &= shown[places.parent[row]]
    shown = _with_safe_rests(places, said, size, shown, policy)
    step = steps(attribute.bins[-1] - attribute.bins[0], users)
    told = [_in_steps(*both) for both in zip(mean.tolist(), step.tolist(), strict=True)]
    return _Means(attribute.name, np.array(told), step, shown)


def _said(facet: Averaged, numbers: pa.Table, name: str) -> _Said:
    places, leaves = facet.places, facet.leaves
    at = pc.index_in(leaves["conversation"], value_set=numbers["conversation"].combine_chunks())
    number = numbers[name].take(at)
    says = number.is_valid()
    users = numbers["user"].take(at).filter(says).combine_chunks().dictionary_encode().indices
    atoms = np.flatnonzero(places.is_atom)
    atom_of = dict(zip(places.leaf[atoms].tolist(), atoms.tolist(), strict=True))
    atom = [atom_of[leaf] for leaf in leaves["leaf"].filter(says).to_pylist()]
    return _Said(
        np.array(atom, dtype=np.int64),
        users.to_numpy().astype(np.int64),
        number.filter(says).to_numpy().astype(np.float64),
    )


def _by_user(places: Places, said: _Said) -> tuple[Numbers, Reals]:
    """Place, and the mean of what the user said in it, for each user of each place."""
    width = int(said.user.max(initial=0)) + 1
    keys, values = [np.zeros(0, np.int64)], [np.zeros(0)]
    row = said.atom
    inside = row >= 0
    while inside.any():
        keys.append(row[inside] * width + said.user[inside])
        values.append(said.number[inside])
        row = np.where(inside, places.parent[row], -1)
        inside = row >= 0
    both, of_both, times = np.unique(np.concatenate(keys), return_inverse=True, return_counts=True)
    sums = np.bincount(of_both, weights=np.concatenate(values), minlength=len(both))
    return both // width, sums / np.maximum(times, 1)


def _summed(places: Places, of_atoms: Numbers) -> Numbers:
    """Numbers of all places, given those of the atoms."""
    found = of_atoms.astype(np.int64)
    for row in places.upwards():
        if places.parent[row] >= 0:
            found[places.parent[row]] += found[row]
    return found


def _few(size: Numbers, users: Numbers, policy: PrivacyPolicy) -> Mask:
    few: Mask = (size < policy.min_cell_conversations) | (users < policy.min_cell_users)
    return few


def _with_safe_rests(
    places: Places, said: _Said, size: Numbers, shown: Mask, policy: PrivacyPolicy
) -> Mask:
    """What may be shown so that no rest is of few: a place whose rest is hides the smallest place
    below it as well, which makes the rest large enough. Parents come first."""
    count = len(shown)
    nearest = np.where(shown, np.arange(count), -1)
    for row in range(1, count):
        nearest[row] = row if shown[row] else nearest[places.parent[row]]
    rest = nearest[said.atom]
    told = rest >= 0
    width = int(said.user.max(initial=0)) + 1
    both = np.unique(rest[told] * width + said.user[told])
    users = np.bincount(both // width, minlength=count)
    sizes = np.bincount(rest[told], minlength=count)
    exposed = shown & (sizes > 0) & _few(sizes, users, policy)
    found = shown.copy()
    for row in range(count):
        if row and not found[places.parent[row]]:
            found[row] = False
        elif exposed[row] and found[row]:
            below = np.flatnonzero((places.parent == row) & shown)
            found[below[np.argmin(size[below])]] = False
    return found


def _rows(window: str, places: Places, means: _Means) -> pa.Table:
    rows = np.flatnonzero(places.published)
    gone = ~means.shown[rows]
    keys: Sequence[tuple[str, int, int] | None] = [places.keys[row] for row in rows.tolist()]
    same: Mapping[str, str] = {
        "window": window,
        "clustered_facet": places.facet,
        "attribute": means.attribute,
    }
    columns = {name: pa.repeat(text, len(rows)) for name, text in same.items()}
    columns["cluster"] = pa.array([key and cluster_id(window, *key) for key in keys], pa.string())
    columns["mean"] = pa.array(means.mean[rows], mask=gone)
    columns["step"] = pa.array(means.step[rows], mask=gone)
    columns["suppressed"] = pa.array(gone)
    return pa.table(columns).select(MEANS.names).cast(MEANS)
