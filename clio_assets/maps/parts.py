"""What the maps of one home may not give away together: how many a group of few is.

Whoever holds several maps can add and subtract their numbers. Conversations that are on the very
same maps make a part; a published number is a sum of parts, and what can be worked out of several
are their linear combinations. A further map is held back, or one of its values is not numbered,
where that would let somebody work out the number of a group of too few conversations or users that
could not be worked out before. Two maps that overlap give nothing away by that alone; one of all
but three users, beside the map of all, does.

What other maps number is their size and the values of their breakdowns, and so also the size of
what fits one line of the further map's `where`; each where enough stand behind it, else they hide
it.

Numbers are meant before rounding. Those of different maps are rounded apart, so that what follows
from several is known to within the rounding of each.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.domain.maps import MapDefinition
from privacy_checks.policy.model import PrivacyPolicy

Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

#: Parts of few that are looked at in all combinations; with more, a map is held back unseen.
MOST_SMALL_PARTS: Final = 12
_ZERO: Final = 1e-9


def fits_each(labels: pa.Table, one: MapDefinition) -> list[Mask]:
    """For each line of a map's `where`, the rows that fit it; `labels` has a column for each facet
    or attribute."""
    return [
        np.asarray(
            pc.is_in(labels[name], value_set=pa.array(wanted, pa.string())).to_numpy(), dtype=bool
        )
        for name, wanted in one.where
    ]


def is_on(labels: pa.Table, one: MapDefinition) -> Mask:
    """The rows that a map asks for: those that fit every line."""
    found: Mask = np.logical_and.reduce(fits_each(labels, one))
    return found


def is_few(rows: Mask, users: Codes, policy: PrivacyPolicy) -> bool:
    """Whether too few conversations or users stand behind some rows to be numbered."""
    if np.count_nonzero(rows) < policy.min_cell_conversations:
        return True
    return len(np.unique(users[rows])) < policy.min_cell_users


def tells_of_few(told: Sequence[Mask], further: Mask, users: Codes, policy: PrivacyPolicy) -> bool:
    """Whether a further set of rows, numbered beside those `told`, gives the number of few away.

    Eight conversations of eight users, all numbered; numbering seven of them tells of one:

    >>> policy = PrivacyPolicy(min_cell_users=2, min_cell_conversations=2)
    >>> users = np.arange(8)
    >>> everyone, first = users >= 0, users < 4
    >>> tells_of_few([everyone], users < 7, users, policy)
    True

    Two that overlap in one do not, since its number does not follow from theirs; unless together
    they are everyone:

    >>> tells_of_few([everyone, first], (users > 2) & (users < 6), users, policy)
    False
    >>> tells_of_few([everyone, first], users > 2, users, policy)
    True
    """
    sets = [*(rows for rows in told if not is_few(rows, users, policy)), further]
    part = np.zeros(len(further), dtype=np.int64)
    for rows in sets:
        part = np.unique(part * 2 + rows, return_inverse=True)[1].astype(np.int64)
    _, first = np.unique(part, return_index=True)
    sums = np.array([rows[first] for rows in sets], dtype=np.float64).reshape(len(sets), -1)
    small = [at for at in range(len(first)) if is_few(part == at, users, policy)]
    if len(small) > MOST_SMALL_PARTS:
        return True
    before, after = _basis(sums[:-1]), _basis(sums)
    for group in _groups_of_few(small, part, users, policy):
        alone = np.isin(np.arange(len(first)), group).astype(np.float64)
        if _follows(alone, after) and not _follows(alone, before):
            return True
    return False


def _basis(sums: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Orthonormal rows of which the given ones are combinations."""
    if not len(sums):
        return sums
    _, weights, rows = np.linalg.svd(sums, full_matrices=False)
    found: npt.NDArray[np.float64] = rows[weights > _ZERO]
    return found


def _follows(group: npt.NDArray[np.float64], basis: npt.NDArray[np.float64]) -> bool:
    """Whether the number of a group of parts is a combination of those of the basis."""
    return bool(np.abs(group - basis.T @ (basis @ group)).max(initial=0) < _ZERO)


def _groups_of_few(
    small: Sequence[int], part: Codes, users: Codes, policy: PrivacyPolicy
) -> Iterator[tuple[int, ...]]:
    """All groups of small parts that are few together. More of them are never fewer."""
    waiting: list[tuple[int, ...]] = [(at,) for at in small]
    while waiting:
        group = waiting.pop()
        if is_few(np.isin(part, group), users, policy):
            yield group
            waiting += [(*group, at) for at in small if at > group[-1]]


def numbered(values: pa.ChunkedArray) -> Codes:
    """A small number for each distinct value; null is one of them."""
    encoded = values.combine_chunks().dictionary_encode(null_encoding="encode")
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def indistinct_values(
    values: Mapping[str, pa.ChunkedArray],
    maps: Sequence[Mask],
    further: Mask,
    users: Codes,
    policy: PrivacyPolicy,
) -> dict[str, frozenset[str | None]]:
    """Breakdown -> its values that a further map may not number beside other maps."""
    found = {}
    for name, column in values.items():
        value = numbered(column)
        indistinct = set()
        for at in np.unique(value[further]).tolist():
            rows = value == at
            within = [one[rows] for one in maps]
            if tells_of_few(within, further[rows], users[rows], policy):
                indistinct.add(column[int(np.flatnonzero(rows)[0])].as_py())
        found[name] = frozenset(indistinct)
    return found
