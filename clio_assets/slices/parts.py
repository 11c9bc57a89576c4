"""What two maps of one home may not give away together: how few are on one and not on the other.

Whoever holds two maps can take the numbers of one from those of the other. Of the home's own map
and the named ones before it, conversations fall into parts: those that are on the very same maps.
Every number that can be worked out by taking maps apart is one of whole parts. So a further map may
take a part as a whole, or leave it, or split it in two sides that are each of enough conversations
and users, never take or leave a few of it.

The same holds within what another map numbers: within each value of a breakdown, where the map is
to number that value; and within all that fits one line of the map's own `where`, because of that
the other maps' breakdowns tell the size.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.domain.maps import MapDefinition
from privacy_checks.policy.model import PrivacyPolicy

Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


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


def parts_of(labels: pa.Table, before: Sequence[MapDefinition]) -> Codes:
    """A number for each row, alike for conversations that are on the same maps of those before."""
    part = np.zeros(labels.num_rows, dtype=np.int64)
    for one in before:
        part = np.unique(part * 2 + is_on(labels, one), return_inverse=True)[1].astype(np.int64)
    return part


def split_too_finely(part: Codes, on_map: Mask, users: Codes, policy: PrivacyPolicy) -> Codes:
    """The parts that a map takes some of and not all, where one of the two sides is of too few.

    Six conversations of six users in two parts; the map takes one of the first part:

    >>> policy = PrivacyPolicy(min_cell_users=2, min_cell_conversations=2)
    >>> part, on_map = np.array([0, 0, 0, 1, 1, 1]), np.array([1, 0, 0, 1, 1, 1], dtype=bool)
    >>> split_too_finely(part, on_map, np.arange(6), policy).tolist()
    [0]
    """
    side = part * 2 + on_map
    width = int(users.max(initial=0)) + 1
    side_of_user = np.unique(side * width + users) // width
    count = 2 * (int(part.max(initial=-1)) + 1)
    size, people = (np.bincount(of, minlength=count).reshape(-1, 2) for of in (side, side_of_user))
    few = (size < policy.min_cell_conversations) | (people < policy.min_cell_users)
    found: Codes = np.flatnonzero((size > 0).all(axis=1) & few.any(axis=1)).astype(np.int64)
    return found


def numbered(values: pa.ChunkedArray) -> Codes:
    """A small number for each distinct value; null is one of them."""
    encoded = values.combine_chunks().dictionary_encode(null_encoding="encode")
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def indistinct_values(
    values: Mapping[str, pa.ChunkedArray],
    part: Codes,
    on_map: Mask,
    users: Codes,
    policy: PrivacyPolicy,
) -> dict[str, frozenset[str | None]]:
    """Breakdown -> its values that the map may not number: of some part it would tell few apart."""
    found = {}
    for name, column in values.items():
        value = numbered(column)
        width = int(value.max(initial=0)) + 1
        group, own = np.unique(part * width + value, return_inverse=True)
        split = split_too_finely(own.astype(np.int64), on_map, users, policy)
        which = np.unique(group[split] % width)
        at = [int(np.flatnonzero(value == one)[0]) for one in which]
        found[name] = frozenset(column.take(pa.array(at, pa.int64())).to_pylist())
    return found
