"""Who is on a named map, and what that would give away beside the other maps, worked out again.

`labels` are what conversations are told apart by: facet or attribute -> one text a row, null where
it is unknown. Rows are those of the facets of a window's days. Rows on the same maps are an
atom; numbers of maps are sums of atoms. A map tells of few where some atoms together are too few,
and their sum is fixed by the numbers of all maps (orthogonal to every way in which atoms can change
and leave those as they are), and was not by those of the maps before.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.cells import values_by_attribute
from privacy_checks.recount.counting import (
    Codes,
    codes,
    indices_in,
    joined,
    of_all,
    whole,
)
from privacy_checks.stored import columns
from privacy_checks.stored.declared import Declared, DeclaredMap
from privacy_checks.stored.protocol import StoredPartition

#: With more atoms of few than that, a map is not looked at and must be of nobody.
_MOST_SMALL = 12
_CARRIED = ("conversation", "user", "started_at", "flagged")

Labels = Mapping[str, pa.Array]


@dataclass(frozen=True)
class Everyone:
    """All conversations with facets of a window's days, on the map or not, one a row.

    `embedded` are by facet the rows that have a vector. `on_map` are rows that the map asks for,
    `fits` those that fit each of its lines, `before` those of each map before: of the home's own
    map, all.
    """

    conversation: pa.Array
    users: Codes
    labels: Labels
    embedded: Mapping[str, np.ndarray]
    on_map: np.ndarray
    fits: tuple[np.ndarray, ...]
    before: tuple[np.ndarray, ...]


def everyone(partition: StoredPartition, weekly: bool = False) -> Everyone:
    """Read what the days of a named map's window hold. Times are days, or weeks if `weekly`."""
    declared = partition.declared
    if declared.named is None:
        raise ValueError("the home's own map is of all conversations")
    in_home = Declared(declared.facets)
    read = (*_CARRIED, *(facet.name for facet in declared.facets))
    facets = of_all(partition, "facets", "facets", columns.facets(declared), read)
    labels = values_by_attribute(facets, in_home, weekly)
    labels |= attributes_told(partition, facets, of_all)
    vectors = columns.EMBEDDINGS["embeddings"]
    embedded = of_all(partition, "embeddings", "embeddings", vectors, ("facet", "conversation"))
    before = [np.ones(facets.num_rows, dtype=bool)]
    before += [_fits(labels, one)[0] for one in declared.maps]
    on_map, fits = _fits(labels, declared.named)
    return Everyone(
        whole(facets["conversation"]),
        codes(facets["user"])[0],
        labels,
        {
            name: indices_in(
                facets["conversation"],
                embedded.filter(pc.equal(embedded["facet"], name))["conversation"],
            )
            >= 0
            for name in declared.clustered
        },
        on_map,
        fits,
        tuple(before),
    )


def attributes_told(
    partition: StoredPartition, facets: pa.Table, read: Callable[..., pa.Table]
) -> dict[str, pa.Array]:
    """Labels of declared attributes, one a row of `facets`; `read` is `upstream` or `of_all`."""
    declared = partition.declared
    if not declared.attributes:
        return {}
    allowed = columns.attributes(declared)
    names = [column.name for column in allowed]
    told = read(partition, "conversations", "attributes", allowed, names)
    at = indices_in(facets["conversation"], told["conversation"])
    rows = pa.array(at, mask=at < 0)
    return {one.name: whole(told[one.name]).take(rows) for one in declared.attributes}


def _fits(labels: Labels, one: DeclaredMap) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """The rows that fit all of a map's lines, and those that fit each."""
    rows = len(next(iter(labels.values())))
    each = tuple(
        indices_in(labels[name], pa.array(wanted, pa.string())) >= 0
        if name in labels
        else np.zeros(rows, dtype=bool)
        for name, wanted in one.where
    )
    # a map without a line would be of nobody
    return np.min([*each], axis=0) if each else np.zeros(rows, dtype=bool), each


def tells_of_few_in_all(all_rows: Everyone, facet: str, policy: PrivacyPolicy) -> bool:
    """Whether the map's size does, among what a facet counts, or among what of that fits one of the
    map's lines: the breakdowns of the maps before tell how much that is."""
    counted = all_rows.embedded[facet]
    groups = [counted, *(counted & line for line in all_rows.fits)]
    return any(_tells_of_few(all_rows, among, policy) for among in groups)


def values_that_tell_of_few(
    all_rows: Everyone, name: str, column: pa.Array, facet: str, policy: PrivacyPolicy
) -> pa.Array:
    """The values of a column, one a row, whose numbers on the map of a facet do so, as keys of
    `CellCounts`."""
    value, names = codes(column)
    texts: list[str | None] = []
    for at, text in enumerate([None, *names.to_pylist()], start=-1):
        among = all_rows.embedded[facet] & (value == at)
        if _tells_of_few(all_rows, among, policy):
            texts.append(text)
    return joined(pa.repeat(name, len(texts)), pa.array(texts, pa.string()))


def _tells_of_few(all_rows: Everyone, among: np.ndarray, policy: PrivacyPolicy) -> bool:
    users, new = all_rows.users[among], all_rows.on_map[among]
    if not new.any():
        return False
    told = [rows[among] for rows in all_rows.before]
    told = [rows for rows in told if not _few(users[rows], policy)]
    rows = np.stack([*told, new], axis=1)
    kinds, atom = np.unique(rows, axis=0, return_inverse=True)
    atom = np.asarray(atom).ravel()
    small = [at for at in range(len(kinds)) if _few(users[atom == at], policy)]
    if len(small) > _MOST_SMALL:
        return True
    free, free_before = (
        _ways_to_change(kinds[:, :count].T.astype(np.float64))
        for count in (len(told) + 1, len(told))
    )
    for size in range(1, len(small) + 1):
        for group in combinations(small, size):
            alone = np.zeros(len(kinds))
            alone[list(group)] = 1
            newly = np.allclose(alone @ free, 0) and not np.allclose(alone @ free_before, 0)
            if newly and _few(users[np.isin(atom, group)], policy):
                return True
    return False


def _ways_to_change(sums: np.ndarray) -> np.ndarray:
    """Columns: how atoms can change so that no sum does."""
    from scipy.linalg import null_space

    found: np.ndarray = null_space(sums) if len(sums) else np.eye(sums.shape[1])
    return found


def _few(users: Codes, policy: PrivacyPolicy) -> bool:
    """Whether conversations, by their users, are too few to be numbered."""
    if len(users) < policy.min_cell_conversations:
        return True
    return len(np.unique(users)) < policy.min_cell_users
