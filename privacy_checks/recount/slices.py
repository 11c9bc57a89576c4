"""Who is on a named map, and what that would give away beside the other maps, worked out again.

`labels` are what conversations are told apart by: facet or attribute -> one text a row, null where
it is unknown. Rows are those of the facets of a window's days. Two rows are alike for the maps
before if they are on the same ones. A map tells few apart where, among rows that are alike, it
holds some and not all, and those it holds or those it does not hold are too few.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.cells import values_by_attribute
from privacy_checks.recount.counting import (
    Codes,
    codes,
    distinct_in_groups,
    indices_in,
    joined,
    of_all,
    sizes_of_groups,
    whole,
)
from privacy_checks.stored import columns
from privacy_checks.stored.declared import Declared, DeclaredMap
from privacy_checks.stored.protocol import StoredPartition

_CARRIED = ("conversation", "user", "started_at", "flagged")

Labels = Mapping[str, pa.Array]


@dataclass(frozen=True)
class Everyone:
    """All conversations with facets of a window's days, on the map or not, one a row.

    `embedded` are by facet the rows that have a vector. `on_map` are rows that the map asks for,
    `fits` those that fit each of its lines, `alike` is a number for the maps before that they are
    on.
    """

    conversation: pa.Array
    users: Codes
    labels: Labels
    embedded: Mapping[str, np.ndarray]
    on_map: np.ndarray
    fits: tuple[np.ndarray, ...]
    alike: Codes


def everyone(partition: StoredPartition, weekly: bool = False) -> Everyone:
    """Read what the days of a named map's window hold. Times are days, or weeks if `weekly`."""
    declared = partition.declared
    if declared.named is None:
        raise ValueError("the home's own map is of all conversations")
    in_home = Declared(declared.facets)
    read = (*_CARRIED, *(facet.name for facet in declared.facets))
    facets = of_all(partition, "facets", "facets", columns.facets(declared), read)
    labels = values_by_attribute(facets, in_home, weekly) | _told(partition, facets)
    vectors = columns.EMBEDDINGS["embeddings"]
    embedded = of_all(partition, "embeddings", "embeddings", vectors, ("facet", "conversation"))
    alike = np.zeros(facets.num_rows, dtype=np.int64)
    for one in declared.maps:
        both = joined(pa.array(alike), pa.array(_fits(labels, one)[0].astype(np.int8)))
        alike = codes(both)[0]
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
        alike,
    )


def _told(partition: StoredPartition, facets: pa.Table) -> dict[str, pa.Array]:
    declared = partition.declared
    if not declared.attributes:
        return {}
    allowed = columns.attributes(declared)
    names = [column.name for column in allowed]
    told = of_all(partition, "conversations", "attributes", allowed, names)
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


def tells_few_apart(all_rows: Everyone, among: np.ndarray, policy: PrivacyPolicy) -> bool:
    """Whether the map does so among some rows."""
    return bool(
        _few(all_rows.alike[among], all_rows.on_map[among], all_rows.users[among], policy).any()
    )


def values_that_tell_few_apart(
    all_rows: Everyone, name: str, column: pa.Array, facet: str, policy: PrivacyPolicy
) -> pa.Array:
    """The values of a column, one a row, among whose rows the map of a facet does so, as keys of
    `CellCounts`."""
    among = all_rows.embedded[facet]
    value, names = codes(column.filter(pa.array(among)))
    value = np.where(value < 0, len(names), value)
    width = len(names) + 1
    group = all_rows.alike[among] * width + value
    own, numbered = codes(pa.array(group))
    few = _few(own, all_rows.on_map[among], all_rows.users[among], policy)
    which = np.unique(np.asarray(numbered)[few] % width)
    texts = pa.concat_arrays([names, pa.array([None], pa.string())]).take(pa.array(which))
    return joined(pa.repeat(name, len(texts)), texts)


def _few(group: Codes, on_map: np.ndarray, users: Codes, policy: PrivacyPolicy) -> np.ndarray:
    """A mask of the groups that the map holds some of and not all, with too few on one side."""
    count = int(group.max(initial=-1)) + 1
    sizes, people = [], []
    for side in (on_map, ~on_map):
        there = np.where(side, group, -1)
        sizes.append(sizes_of_groups(there, count))
        people.append(distinct_in_groups(there, users, count))
    split = np.min(sizes, axis=0) > 0
    few = np.min(sizes, axis=0) < policy.min_cell_conversations
    few |= np.min(people, axis=0) < policy.min_cell_users
    found: np.ndarray = split & few
    return found
