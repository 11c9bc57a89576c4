"""Taking rows out of the landed copy of a source; tables that lose none keep their very bytes."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.home.erasures import Exclusions
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.revision import Revision
from clio_assets.landing.known import COUNTS, counts_of, table_of_counts
from clio_assets.landing.landed import day_of
from clio_assets.stages import LANDING

_LINES = 1 << 40  # more than a file has records


def rewrite_landing(lake: Partitions, exclusions: Exclusions) -> None:
    """Take what is excluded out of every landed source, and count it as set aside.

    Malformed records lose their text: nobody can tell whose it is, or of which day. Rewriting
    what is clean already changes nothing but sweeps what a killed rewrite left.
    """
    for key in lake.keys(LANDING):
        with lake.revision(LANDING, key) as revision:
            _rewrite(lake, revision, exclusions)


def _rewrite(lake: Partitions, revision: Revision, exclusions: Exclusions) -> None:
    manifest = revision.manifest
    gone, reasons = _without_excluded(lake, revision, exclusions)
    if "index" in manifest.tables and (gone or reasons):
        index = lake.load(manifest, "index")
        past = _is_before(index, exclusions.before)
        forgotten = pc.is_in(
            _places(index), value_set=pa.concat_arrays([pa.array([], pa.int64()), *gone])
        )
        revision.replace("index", index.filter(pc.invert(pc.or_(past, forgotten))))
        if COUNTS in manifest.tables:
            of_files = {"past_retention": index.filter(past), "forgotten": index.filter(forgotten)}
            revision.replace(COUNTS, _with_excluded(lake.load(manifest, COUNTS), of_files))
    if "rejected" in manifest.tables:
        rejected = lake.load(manifest, "rejected")
        if pc.any(pc.not_equal(rejected["record"], "")).as_py():
            at = rejected.schema.get_field_index("record")
            empty = pa.array([""] * rejected.num_rows, pa.string())
            blank = rejected.set_column(at, rejected.schema.field(at), empty)
            revision.replace("rejected", blank)
    revision.set_aside(reasons)
    revision.finish()


def _without_excluded(
    lake: Partitions, revision: Revision, exclusions: Exclusions
) -> tuple[list[pa.Array], Counter[str]]:
    """Take the rows out of the landed tables; the places (file and line) of forgotten rows, and the
    counts."""
    gone: list[pa.Array] = []
    reasons: Counter[str] = Counter()
    for name, stored in revision.manifest.tables.items():
        day = day_of(name)
        if day is None:
            continue
        if exclusions.before is not None and day < exclusions.before:
            revision.drop(name)
            reasons["past_retention"] += stored.rows
        elif exclusions.forgotten is not None:
            rows = lake.load(revision.manifest, name)
            out = _of_users(rows["user_id"], exclusions)
            if pc.any(out).as_py():
                gone.append(_places(rows.filter(out)))
                reasons["forgotten"] += pc.sum(out).as_py()
                revision.replace(name, rows.filter(pc.invert(out)))
    return gone, reasons


def _of_users(users: pa.ChunkedArray, exclusions: Exclusions) -> pa.ChunkedArray:
    """Whether each row's user was forgotten; every id is looked at once."""
    if exclusions.forgotten is None:
        raise AssertionError("only asked where users were forgotten")
    found = [user for user in pc.unique(users).to_pylist() if exclusions.forgotten(user)]
    return pc.is_in(users, value_set=pa.array(found, pa.string()))


def _is_before(index: pa.Table, day: date | None) -> pa.ChunkedArray:
    return pc.less(index["day"], pa.scalar(day or date.min))


def _with_excluded(counts: pa.Table, gone: Mapping[str, pa.Table]) -> pa.Table:
    """What was counted of each file, and its rows that are gone, by reason."""
    found = counts_of(counts)
    for reason, rows in gone.items():
        for pair in pc.value_counts(rows["file"]).to_pylist():
            found[pair["values"], "excluded", reason] += pair["counts"]
    return table_of_counts(found)


def _places(rows: pa.Table) -> pa.Array:
    """File and line of each row as one number; lines of file 0 may be large, so theirs are below
    zero."""
    file = pc.multiply(rows["file"].cast(pa.int64()), pa.scalar(_LINES, pa.int64()))
    of_pieces = pc.equal(rows["file"], pa.scalar(0, pa.int32()))
    places = pc.if_else(of_pieces, pc.negate(rows["line"]), pc.add(file, rows["line"]))
    return places.combine_chunks()
