"""Which landed records to leave out, over all sources and days, worked out once."""

import hashlib
import json
from datetime import date
from importlib.resources import files

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.lake.engine import Engine
from clio_assets.lake.partitions import Partitions
from clio_assets.landing.landed import landed_index


def find_duplicates(engine: Engine, landed_index: pa.Table) -> pa.Table:
    """Records to leave out: day, source, file, line, reason (see duplicates.sql).

    `landed_index` holds the LANDED_INDEX rows of all sources and days, with a `source` column.
    """
    sql = files(__package__).joinpath("duplicates.sql").read_text("utf-8")
    return engine.query(sql, {"landed_index": landed_index})


class Duplicates:
    """What is left out of each day, for what is landed now; found again where that changed."""

    def __init__(self, lake: Partitions, engine: Engine) -> None:
        self._lake = lake
        self._engine = engine
        self._found: tuple[tuple[str, ...], pa.Table] | None = None

    def of(self, day: date) -> pa.Table:
        """The day's records to leave out: source, file, line, reason."""
        found = self._of_all_days()
        return found.filter(pc.equal(found["day"], pa.scalar(day))).drop_columns(["day"])

    def digest(self, day: date) -> str:
        """SHA-256 of what is left out of the day."""
        rows = json.dumps(self.of(day).to_pylist(), sort_keys=True)
        return hashlib.sha256(rows.encode()).hexdigest()

    def _of_all_days(self) -> pa.Table:
        landed = tuple(self._lake.landed())
        contents = tuple(manifest.content for manifest in landed)
        if self._found is None or self._found[0] != contents:
            index = landed_index(self._lake, landed)
            self._found = (contents, find_duplicates(self._engine, index))
        return self._found[1]
