"""The landed copy of a source in the lake: its tables, its version, and what is landed already."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

import pyarrow as pa

from clio_assets.errors import LakeError
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.records import Manifest, Provenance, recipe_of
from clio_assets.lake.writer import Making
from clio_assets.landing.schema import LANDED, LANDED_INDEX, LANDED_WITH_VECTORS
from clio_assets.stages import LANDING, landed_table

#: Raised with every change of the landing code that changes its tables.
CODE_VERSION: Final = "3"


# --- which table is whose ------------------------------------------------------------------------


def table_of(day: date) -> str:
    """Name of the table that holds a day's rows of a source."""
    return landed_table(day.isoformat())


def day_of(table: str) -> date | None:
    """The day whose rows a table holds; None of the index and of rejected records."""
    day = table.removeprefix(landed_table(""))
    return None if day == table else date.fromisoformat(day)


def tables_by_day(manifest: Manifest) -> dict[date, str]:
    """Day -> name of its table, for the days that a landed source holds, in order."""
    found = {day: table for table in manifest.tables if (day := day_of(table)) is not None}
    return dict(sorted(found.items()))


# --- what is landed already ----------------------------------------------------------------------


def landing_of(source: str, files: str) -> Making:
    """How a source is landed: its key, and the fingerprint of its files and of what decides."""
    recipe = recipe_of({"code": CODE_VERSION, "files": files})
    return Making(LANDING, source, recipe, Provenance(code_version=CODE_VERSION))


def is_current(landed: Manifest | None, landing: Making) -> bool:
    """Whether a source need not be landed again: neither its files nor the code changed."""
    return landed is not None and landed.recipe == landing.recipe


# --- reading -------------------------------------------------------------------------------------


def landed_days(lake: Partitions) -> list[date]:
    """Days for which any source holds conversations, in order."""
    return sorted({day for manifest in lake.landed() for day in tables_by_day(manifest)})


def landed_for(lake: Partitions, inputs: Mapping[str, str], day: date) -> tuple[Manifest, ...]:
    """The landed sources that a plan names, each with the very table of the day that it names.

    `inputs` are keys of sources and digests of their tables. Raises LakeError where a source was
    landed again, or is gone, since the plan was made.
    """
    found = tuple(manifest for manifest in lake.landed() if manifest.key in inputs)
    if {manifest.key: manifest.content_of(day.isoformat()) for manifest in found} != dict(inputs):
        raise LakeError("the sources were landed again meanwhile; run again")
    return found


def landed_rows(
    lake: Partitions, landed: Iterable[Manifest], day: date, *, vectors: bool = False
) -> pa.Table:
    """Rows of a day from landed sources, with a `source` column, in the order given; with the
    columns of the source's vectors where they are wanted."""
    return _of_all(lake, landed, table_of(day), LANDED_WITH_VECTORS if vectors else LANDED)


def landed_ids(lake: Partitions, landed: Iterable[Manifest], day: date) -> pa.Table:
    """What the source and what the lake calls the conversations of a day; texts are not read."""
    ids = [LANDED.field(name) for name in ("conversation_id", "source_id")]
    return _of_all(lake, landed, table_of(day), pa.schema(ids))


def landed_index(lake: Partitions, landed: Iterable[Manifest]) -> pa.Table:
    """Index rows of landed sources, with a `source` column."""
    return _of_all(lake, landed, "index", LANDED_INDEX)


def _of_all(
    lake: Partitions, landed: Iterable[Manifest], table: str, schema: pa.Schema
) -> pa.Table:
    found = [schema.append(pa.field("source", pa.string(), nullable=False)).empty_table()]
    for manifest in landed:
        if table in manifest.tables:
            rows = _as_today(lake.load(manifest, table, schema.names), schema)
            name = pa.array([manifest.key] * rows.num_rows, pa.string())
            found.append(rows.append_column(pa.field("source", pa.string(), nullable=False), name))
    return pa.concat_tables(found)


def _as_today(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Rows of a source that is gone since, as they are wanted now: landed by an earlier version,
    which knew a conversation by what the source calls it, or when other vectors were declared."""
    if rows.schema.names == schema.names or "source_id" not in schema.names:
        return rows
    later = {
        "source_id": rows["conversation_id"],
        "attributes": pa.nulls(rows.num_rows, pa.string()),
        "vector": pa.nulls(rows.num_rows, pa.binary()),
        "vector_fault": pa.nulls(rows.num_rows, pa.string()),
    }
    columns = [rows[n] if n in rows.column_names else later[n] for n in schema.names]
    return pa.Table.from_arrays(columns, schema=schema)
