"""Finding what users left in the private zone: by id where it was landed, else by pseudonym."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clio_assets.conversations.pseudonyms import pseudonym
from clio_assets.errors import LakeError
from clio_assets.lake.deletion import stored_keys
from clio_assets.lake.lake import Lake
from clio_assets.landing.landed import tables_by_day
from clio_assets.stages import LANDING, STAGES


@dataclass(frozen=True)
class Traces:
    """Where users were found.

    `users` of those looked for were found, with that many landed `records` and `conversations`;
    `pseudonyms` are those of all users looked for, found or not.
    """

    users: int
    records: int
    conversations: int
    days: frozenset[str]
    windows: frozenset[str]
    pseudonyms: frozenset[str]


def search(lake: Lake, user_ids: Collection[str], key: bytes) -> Traces:
    """Look for users in every landed and every stored table.

    A day or window of which a table cannot be read counts as holding them: what nobody can search
    must not stay. Raises LakeError where a landed table cannot be read.
    """
    wanted = pa.array(sorted(user_ids), pa.string())
    names = {pseudonym(key, "user", user) for user in user_ids}
    seen: set[str] = set()
    conversations: set[str] = set()
    days: set[str] = set()
    records = 0
    for day, landed in _landed(lake):
        rows = landed.filter(pc.is_in(landed["user_id"], value_set=wanted))
        if rows.num_rows:
            records += rows.num_rows
            days.add(day)
            seen.update(pseudonym(key, "user", u) for u in _distinct(rows["user_id"]))
            ids = _distinct(rows["conversation_id"])
            conversations.update(pseudonym(key, "conversation", c) for c in ids)
    for _, _, table in _stored(lake):
        if table is not None and {"user", "conversation"} <= set(table.column_names):
            rows = table.filter(_in(table["user"], names))
            seen.update(_distinct(rows["user"]))
            conversations.update(_distinct(rows["conversation"]))
    windows: set[str] = set()
    everyone = names | conversations
    for stage, partition, table in _stored(lake):
        if table is None or any(pc.any(_in(c, everyone)).as_py() for c in table.columns):
            (days if STAGES[stage].cadence == "day" else windows).add(partition)
    return Traces(
        users=len(seen),
        records=records,
        conversations=len(conversations),
        days=frozenset(days),
        windows=frozenset(windows),
        pseudonyms=frozenset(names),
    )


def _landed(lake: Lake) -> Iterator[tuple[str, pa.Table]]:
    """Day, and the ids of what was landed for it, source by source."""
    for manifest in lake.landed():
        for day, name in tables_by_day(manifest).items():
            path = lake.folder(LANDING, manifest.key) / manifest.tables[name].file
            try:
                rows = pq.read_table(path, columns=["user_id", "conversation_id"])
            except (OSError, pa.ArrowException):
                raise LakeError(
                    f"landing {manifest.key}, table {name}, cannot be read: remove that folder "
                    "from the home's private/lake, and run this again"
                ) from None
            yield day.isoformat(), rows


def _stored(lake: Lake) -> Iterator[tuple[str, str, pa.Table | None]]:
    """Stage, key and pseudonyms of every table that has any; None for what cannot be read."""
    for stage in STAGES:
        for key in stored_keys(lake, stage):
            manifest = lake.manifest(stage, key)
            if manifest is None:
                yield stage, key, None
                continue
            for _, stored in sorted(manifest.tables.items()):
                path = lake.folder(stage, key) / stored.file
                try:
                    names = set(pq.read_schema(path).names) & {"user", "conversation"}
                    table = pq.read_table(path, columns=sorted(names)) if names else None
                except (OSError, pa.ArrowException):
                    yield stage, key, None
                    continue
                if table is not None:
                    yield stage, key, table


def _in(values: pa.ChunkedArray, names: Collection[str]) -> pa.ChunkedArray:
    return pc.is_in(values, value_set=pa.array(sorted(names), pa.string()))


def _distinct(values: pa.ChunkedArray) -> list[str]:
    return [str(value) for value in pc.unique(values).to_pylist()]
