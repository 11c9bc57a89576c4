"""Finding what users left in the private zone: by id where it was landed, else by pseudonym."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.conversations.pseudonyms import pseudonym
from clio_assets.errors import LakeError
from clio_assets.lake.partitions import Partitions, unreadable
from clio_assets.landing.landed import tables_by_day
from clio_assets.stages import STAGES

_NONE = pa.array([], pa.string())


@dataclass(frozen=True)
class FoundUsers:
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


def search(lake: Partitions, user_ids: Collection[str], key: bytes) -> FoundUsers:
    """Look for users in every landed and every stored table.

    A day or window of which a table cannot be read counts as holding them: what nobody can search
    must not stay. Raises LakeError where a landed table cannot be read.
    """
    names = {pseudonym(key, "user", user) for user in user_ids}
    seen: set[str] = set()
    conversations: set[str] = set()
    days: set[str] = set()
    records = 0
    for day, rows in _landed(lake, _sorted(user_ids)):
        if rows.num_rows:
            records += rows.num_rows
            days.add(day)
            seen.update(pseudonym(key, "user", u) for u in _distinct(rows["user_id"]))
            ids = _distinct(rows["conversation_id"])
            conversations.update(pseudonym(key, "conversation", c) for c in ids)
    of_users = {"user": _sorted(names), "conversation": _NONE}
    for _, _, found in _stored(lake, of_users):
        if found is not None and set(of_users) <= set(found.column_names):
            seen.update(_distinct(found["user"]))
            conversations.update(_distinct(found["conversation"]))
    windows: set[str] = set()
    everyone = _sorted(names | conversations)
    for stage, partition, found in _stored(lake, {"user": everyone, "conversation": everyone}):
        if found is None or found.num_rows:
            (days if STAGES[stage].cadence == "day" else windows).add(partition)
    return FoundUsers(
        users=len(seen),
        records=records,
        conversations=len(conversations),
        days=frozenset(days),
        windows=frozenset(windows),
        pseudonyms=frozenset(names),
    )


def _landed(lake: Partitions, users: pa.Array) -> Iterator[tuple[str, pa.Table]]:
    """Day, and the ids of what was landed of the users for it, source by source."""
    wanted = {"user_id": users, "conversation_id": _NONE}
    for manifest in lake.landed():
        for day, name in tables_by_day(manifest).items():
            rows = lake.search(manifest, name, wanted)
            if rows is None or not set(wanted) <= set(rows.column_names):
                raise unreadable(manifest, name)
            yield day.isoformat(), rows


def _stored(
    lake: Partitions, wanted: Mapping[str, pa.Array]
) -> Iterator[tuple[str, str, pa.Table | None]]:
    """Stage, key and found rows of every table with pseudonyms; None for what cannot be read."""
    for stage in STAGES:
        for key in lake.stored_keys(stage):
            manifest = lake.manifest(stage, key)
            if manifest is None:
                yield stage, key, None
                continue
            for name in sorted(manifest.tables):
                try:
                    rows = lake.search(manifest, name, wanted)
                except LakeError:
                    yield stage, key, None
                    continue
                if rows is not None:
                    yield stage, key, rows


def _sorted(values: Collection[str]) -> pa.Array:
    return pa.array(sorted(values), pa.string())


def _distinct(values: pa.ChunkedArray) -> list[str]:
    return [str(value) for value in pc.unique(values).to_pylist()]
