"""Joins and distinct counts over columns, vectorised: a window may have a million rows."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.stored.columns import Columns, empty
from privacy_checks.stored.protocol import StoredPartition

Codes = npt.NDArray[np.int64]
ColumnValues: TypeAlias = "pa.Array | pa.ChunkedArray"

#: Stages whose partitions are days; and the one that says which of their rows a map is of.
_OF_DAYS = ("conversations", "facets", "embeddings")
_SLICES = "slices"
#: Stands between the parts of a joined key; no id, facet or number holds it.
_BETWEEN = "\x1f"


def upstream(
    partition: StoredPartition, stage: str, table: str, columns: Columns, names: Sequence[str]
) -> pa.Table:
    """Columns of a table of all inputs of a stage, one after the other; empty without inputs.

    Of a day's table only what is on the partition's map, if it has a named one.
    """
    within = on_map(partition) if stage in _OF_DAYS else None
    parts = [
        rows_within(source.table(table), within).select(names) for source in partition.inputs(stage)
    ]
    return pa.concat_tables(parts) if parts else empty(columns).select(names)


def of_all(
    partition: StoredPartition, stage: str, table: str, columns: Columns, names: Sequence[str]
) -> pa.Table:
    """As `upstream`, whatever the map."""
    parts = [source.table(table).select(names) for source in partition.inputs(stage)]
    return pa.concat_tables(parts) if parts else empty(columns).select(names)


def on_map(partition: StoredPartition) -> pa.Array | None:
    """The conversations of the named map that a partition is of; None of the home's own, which is
    of all. Without a sealed slice it is of nothing.
    """
    if partition.declared.named is None:
        return None
    slices = [whole(source.table(_SLICES)["conversation"]) for source in partition.inputs(_SLICES)]
    return pa.concat_arrays([pa.array([], pa.string()), *slices])


def rows_within(rows: pa.Table, conversations: pa.Array | None) -> pa.Table:
    """The rows of some conversations; None: all rows."""
    if conversations is None:
        return rows
    return rows.filter(pc.is_in(rows["conversation"], value_set=conversations))


def whole(values: ColumnValues) -> pa.Array:
    """The column as one array."""
    if not isinstance(values, pa.ChunkedArray):
        return values
    combined = values.combine_chunks()
    return pa.concat_arrays(combined.chunks) if isinstance(combined, pa.ChunkedArray) else combined


def joined(*columns: ColumnValues) -> pa.Array:
    """One text key a row, made of several columns.

    >>> keys = joined(pa.array(["request", "task"]), pa.array([0, 7]))
    >>> [key.split("\x1f") for key in keys.to_pylist()]
    [['request', '0'], ['task', '7']]
    """
    texts = [whole(column).cast(pa.string()) for column in columns]
    return pc.binary_join_element_wise(*texts, _BETWEEN)


def indices_in(values: ColumnValues, among: ColumnValues) -> Codes:
    """Where each value first stands in the other column; -1 where it does not.

    >>> indices_in(pa.array(["b", "x", "a"]), pa.array(["a", "b", "a"])).tolist()
    [1, -1, 0]
    """
    found = pc.index_in(whole(values), value_set=whole(among)).fill_null(-1)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def missing(values: ColumnValues, among: ColumnValues) -> int:
    """Number of rows whose value does not stand in the other column."""
    return int(np.count_nonzero(indices_in(values, among) < 0))


def repeated(values: ColumnValues) -> int:
    """Number of rows whose value has stood before."""
    return len(values) - int(pc.count_distinct(whole(values), mode="all").as_py())


def codes(values: ColumnValues) -> tuple[Codes, pa.Array]:
    """A small number for each distinct value, -1 for null, and the values by number.

    >>> number, names = codes(pa.array(["u2", "u1", None, "u2"]))
    >>> number.tolist(), names.to_pylist()
    ([0, 1, -1, 0], ['u2', 'u1'])
    """
    encoded = whole(values).dictionary_encode()
    indices = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.asarray(indices, dtype=np.int64), encoded.dictionary


def alike(ours: ColumnValues, theirs: ColumnValues) -> tuple[Codes, Codes]:
    """Numbers for two columns of one type, equal where their values are; null equals null.

    >>> ours, theirs = alike(pa.array(["a", None, "b"]), pa.array(["a", None, "c"]))
    >>> (ours == theirs).tolist()
    [True, True, False]
    """
    both, _ = codes(pa.concat_arrays([whole(ours), whole(theirs)]))
    return both[: len(ours)], both[len(ours) :]


def numbers(values: ColumnValues) -> Codes:
    """An integer column without nulls, as an array."""
    return np.asarray(whole(values).to_numpy(zero_copy_only=False), dtype=np.int64)


def sizes_of_groups(groups: Codes, count: int) -> Codes:
    """Rows of each group; rows of group -1 count for none."""
    return np.bincount(groups[groups >= 0], minlength=count).astype(np.int64)


def distinct_in_groups(groups: Codes, who: Codes, count: int) -> Codes:
    """Distinct values in each group; rows with a group or value of -1 count for none.

    Five rows, three groups. Users 7 and 8 are in group 0, nobody in group 1, user 7 in group 2:

    >>> group, user = np.array([0, 0, 0, 2, -1]), np.array([7, 8, 7, 7, 9])
    >>> distinct_in_groups(group, user, 3).tolist()
    [2, 0, 1]
    """
    within = (groups >= 0) & (who >= 0)
    if not within.any():
        return np.zeros(count, dtype=np.int64)
    width = int(who.max()) + 1
    distinct = distinct_sorted(groups[within] * width + who[within])
    return np.bincount(distinct // width, minlength=count).astype(np.int64)


def distinct_sorted(values: Codes) -> Codes:
    """The distinct values, none of them negative, in order.

    Sorting beats np.unique, which hashes, by far on large columns.
    """
    ordered: Codes = np.sort(values)
    return ordered[np.flatnonzero(np.diff(ordered, prepend=-1))]


def numbers_in_ranges(starts: Codes, lengths: Codes) -> Codes:
    """The numbers of all ranges, one range after the other.

    >>> numbers_in_ranges(np.array([5, 0, 2]), np.array([2, 0, 3])).tolist()
    [5, 6, 2, 3, 4]
    """
    before = np.cumsum(lengths) - lengths
    found: Codes = np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)
    return found


def matrix(vectors: pa.ChunkedArray) -> npt.NDArray[np.float32]:
    """A vector column as an array of shape (rows, dimension)."""
    parts = [chunk.flatten().to_numpy(zero_copy_only=False) for chunk in vectors.chunks]
    flat = np.concatenate(parts) if parts else np.empty(0, np.float32)
    return np.asarray(flat, dtype=np.float32).reshape(-1, vectors.type.list_size)
