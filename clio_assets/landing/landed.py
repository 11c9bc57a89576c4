"""The landed copy of a source in the lake: its tables, its version, and what is landed already."""

from datetime import date

import pyarrow as pa

from clio_assets.lake.partitions import Partitions
from clio_assets.landing.schema import LANDED, LANDED_INDEX

#: Raised with every change of the landing code that changes its tables.
CODE_VERSION = "1"

LANDED_PREFIX = "landed_"


def landed_days(lake: Partitions) -> list[date]:
    """Days for which any source holds conversations, in order."""
    names = {name for manifest in lake.landed() for name in manifest.tables}
    return sorted(
        date.fromisoformat(name.removeprefix(LANDED_PREFIX))
        for name in names
        if name.startswith(LANDED_PREFIX)
    )


def landed_rows(lake: Partitions, day: date) -> pa.Table:
    """All sources' rows of a day, with a `source` column, in source order."""
    return _of_all_sources(lake, f"{LANDED_PREFIX}{day.isoformat()}", LANDED)


def landed_index(lake: Partitions) -> pa.Table:
    """All sources' index rows, with a `source` column."""
    return _of_all_sources(lake, "index", LANDED_INDEX)


def _of_all_sources(lake: Partitions, table: str, schema: pa.Schema) -> pa.Table:
    found = [schema.append(pa.field("source", pa.string(), nullable=False)).empty_table()]
    for manifest in lake.landed():
        if table in manifest.tables:
            rows = lake.load(manifest, table)
            name = pa.array([manifest.key] * rows.num_rows, pa.string())
            found.append(rows.append_column(pa.field("source", pa.string(), nullable=False), name))
    return pa.concat_tables(found)
