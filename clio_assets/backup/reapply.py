"""Erasures since a backup are done again on what is restored of it.

Whose rows they were, the restored landed copy says with the keyed digests of the forgotten users;
which days and windows they were, so does the log of the home that the erasures were made in.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from clio_assets.erasure.carry_out import carry_out, finish_interrupted
from clio_assets.erasure.purge import purge
from clio_assets.errors import HomeError
from clio_assets.ground.files import private_folder, write_whole
from clio_assets.ground.windows import windows_of_maps
from clio_assets.home.erasures import (
    ERASURE,
    Intent,
    forgotten,
    horizon,
    keyed_digest,
    new_intent_id,
    one_erasure,
    pending_intent,
)
from clio_assets.home.home import Home
from clio_assets.home.keys import SHORTEST_KEY, key_file
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.release import released
from clio_assets.landing.landed import tables_by_day


@dataclass(frozen=True)
class Erasures:
    """What a home remembers of erasures: digests of the forgotten and their key, the first day
    that is kept, and by the id of each erasure the days and windows that it deleted."""

    digests: frozenset[str]
    key: bytes
    before: date | None
    deleted: dict[str, tuple[frozenset[str], frozenset[str]]]


def erasures_of(home: Path) -> Erasures:
    """What the home in a folder remembers. HomeError where that is no home, or the erasures of it
    cannot be read: nobody could tell then who was forgotten."""
    private = home / "private"
    if not private.is_dir():
        raise HomeError(
            "the folder of --erasures is no home: it needs private/erasure, private/purged and "
            "private/keys/erasure.key in it"
        )
    if pending_intent(private) is not None:
        raise HomeError(
            "an erasure is not finished in the home of --erasures; finish it there with `clio run`"
        )
    digests = forgotten(private)
    path = key_file(private, "erasure")
    key = path.read_bytes() if path.is_file() else b""
    if digests and len(key) < SHORTEST_KEY:
        raise HomeError(
            "private/keys/erasure.key of the home of --erasures is gone or damaged, so nobody can "
            "tell who was forgotten; put it there from your copy of the keys"
        )
    return Erasures(digests, key, horizon(private), dict(_log(private)))


def _log(private: Path) -> Iterator[tuple[str, tuple[frozenset[str], frozenset[str]]]]:
    path = private / ERASURE / "log.jsonl"
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        try:
            entry: dict[str, Any] = json.loads(line)
            yield entry["id"], (frozenset(entry["days"]), frozenset(entry["windows"]))
        except (ValueError, KeyError, TypeError):
            continue  # a crash cut it short; it stands again on the next line


def reapply(home: Home, lake: Partitions, since: Erasures) -> None:
    """Carry out in a restored home what was erased elsewhere since its backup.

    HomeError where the erasures are older than the backup's own, or under another key.
    """
    private = home.private
    with one_erasure(private):
        finish_interrupted(home, lake)
        if not forgotten(private) <= since.digests:
            raise HomeError(
                "the home of --erasures knows of fewer forgotten users than the backup: it is not "
                "the newest; name the newest"
            )
        _adopt_key(private, since)
        intent = _intent(home, lake, since)
        if intent is not None:
            carry_out(home, lake, intent)
    kept_from = horizon(private)
    if since.before is not None and (kept_from is None or kept_from < since.before):
        purge(home, lake, since.before)
        if horizon(private) != since.before:
            raise HomeError(
                "the days that were purged since the backup cannot be purged from it: its windows "
                "are of another kind than those of the home of --erasures"
            )


def _adopt_key(private: Path, since: Erasures) -> None:
    """The key of the digests goes with them; a backup without keys lacks it."""
    path = key_file(private, "erasure")
    if not since.digests:
        return
    if not path.exists():
        private_folder(path.parent)
        write_whole(path, since.key)
    elif path.read_bytes() != since.key:
        raise HomeError("the home of --erasures has another erasure key: it is another home's")


def _intent(home: Home, lake: Partitions, since: Erasures) -> Intent | None:
    """All erasures that the backup does not know, as one; None where it knows them all.

    Whose pseudonym is whose is not asked, for which the keys would be needed: of these days, all
    that was made and every stored answer goes.
    """
    new = since.digests - forgotten(home.private)
    known = dict(_log(home.private))
    missing = [deleted for id_, deleted in since.deleted.items() if id_ not in known]
    if not new and not missing:
        return None
    days = frozenset[str]().union(*(one[0] for one in missing)) | _days_of(lake, new, since.key)
    windows = frozenset[str]().union(*(one[1] for one in missing))
    windows |= windows_of_maps(map(date.fromisoformat, days), home.window_kinds).keys()
    public = released(home.release_folders)
    return Intent(
        id=new_intent_id(),
        kind="forget",
        digests=tuple(sorted(new)),
        days=tuple(sorted(days)),
        windows=tuple(sorted(windows)),
        released={window: public[window] for window in windows if window in public},
        counts={"users": len(new)},
    )


def _days_of(lake: Partitions, digests: frozenset[str], key: bytes) -> frozenset[str]:
    """Days for which anything of the users was landed."""
    days: set[str] = set()
    for manifest in lake.landed() if digests else ():
        for day, name in tables_by_day(manifest).items():
            users = pc.unique(lake.load(manifest, name, ["user_id"])["user_id"]).to_pylist()
            if any(keyed_digest(key, user) in digests for user in users):
                days.add(day.isoformat())
    return frozenset(days)
