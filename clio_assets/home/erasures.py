"""What erasure keeps beside the lake. Nothing here names a person.

HOME/private/erasure/forgotten      keyed digests of the ids of forgotten users, one a line
                     intent.json    an erasure under way; whoever comes next finishes it
                     awaiting.json  windows whose public release is older than an erasure
                     log.jsonl      what was done
     private/purged/horizon.json    the first day that is still kept
     private/keys/erasure.key       the key of the digests, apart from that of the pseudonyms
"""

import hmac
import json
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, Literal

from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from clio_assets.errors import HomeError
from clio_assets.ground.files import (
    TEMPORARY_PREFIX,
    append_line,
    private_folder,
    sync_folder,
    write_whole,
)
from clio_assets.ground.windows import window_in
from clio_assets.home.keys import SHORTEST_KEY, key_file, key_in
from clio_assets.lake.records import Record

ERASURE = "erasure"
PURGED = "purged"
_RELEASES = TypeAdapter(dict[str, str])


@dataclass(frozen=True)
class Exclusions:
    """What may not be landed although it is well-formed: days past retention, forgotten users."""

    before: date | None = None
    forgotten: Callable[[str], bool] | None = None

    @property
    def any(self) -> bool:
        """Whether anything was ever purged or forgotten in this home."""
        return self.before is not None or self.forgotten is not None

    def reason(self, day: date, user_id: str) -> Literal["past_retention", "forgotten"] | None:
        """Why a conversation of that day and user stays out; None where it may be landed."""
        if self.before is not None and day < self.before:
            return "past_retention"
        if self.forgotten is not None and self.forgotten(user_id):
            return "forgotten"
        return None


NOTHING_EXCLUDED: Final = Exclusions()


class Intent(Record):
    """An erasure that has been decided on: all that is needed to finish it after a crash.

    `digests` are those of the users to forget; `pseudonyms` theirs, which go with the intent;
    `before` is the first day to keep; `days` and `windows` are the partitions to delete;
    `released` names the release of each of the windows that is public; `counts` go to the log.
    """

    id: str
    kind: Literal["forget", "purge"]
    digests: tuple[str, ...] = ()
    pseudonyms: tuple[str, ...] = ()
    before: date | None = None
    days: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    released: Mapping[str, str] = {}
    counts: Mapping[str, int] = {}


class Horizon(Record):
    """horizon.json."""

    before: date


def new_intent_id() -> str:
    """A name for an intent, so that it is logged once."""
    return secrets.token_hex(8)


@contextmanager
def one_erasure(private: Path) -> Iterator[None]:
    """One erasure at a time; a killed one lets go of the lock and leaves its intent."""
    with FileLock(private_folder(private / ERASURE) / "erasure.lock", mode=0o600):
        yield


# --- intents -------------------------------------------------------------------------------------


def pending_intent(private: Path) -> Intent | None:
    """The erasure that was begun and not finished, if there is one."""
    try:
        return Intent.model_validate_json((private / ERASURE / "intent.json").read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError:
        raise _damaged("intent.json") from None


def keep_intent(private: Path, intent: Intent) -> None:
    """From here on the erasure will be finished, whatever happens."""
    write_whole(private_folder(private / ERASURE) / "intent.json", intent.to_bytes())


def sweep_own_leftovers(private: Path) -> None:
    """Delete what a killed erasure left of its own records."""
    for folder in (ERASURE, PURGED):
        for path in (private / folder).rglob(f"{TEMPORARY_PREFIX}*"):
            path.unlink(missing_ok=True)


def drop_intent(private: Path) -> None:
    """The erasure is done."""
    (private / ERASURE / "intent.json").unlink(missing_ok=True)
    sync_folder(private / ERASURE)


# --- the log -------------------------------------------------------------------------------------


def log_once(private: Path, intent: Intent) -> None:
    """Append what was done: time, kind, counts, days and windows; never twice the same intent."""
    path = private_folder(private / ERASURE) / "log.jsonl"
    if path.exists() and f'"id": "{intent.id}"' in path.read_text("utf-8"):
        return
    entry = {
        "id": intent.id,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "kind": intent.kind,
        "before": intent.before.isoformat() if intent.before else None,
        "counts": dict(intent.counts),
        "days": list(intent.days),
        "windows": list(intent.windows),
    }
    append_line(path, entry)


# --- who may not come back -----------------------------------------------------------------------


def forgotten(private: Path) -> frozenset[str]:
    """Digests of all users that were forgotten."""
    try:
        return frozenset((private / ERASURE / "forgotten").read_text("ascii").split())
    except FileNotFoundError:
        return frozenset()


def remember_forgotten(private: Path, digests: Collection[str]) -> None:
    """Add digests to those that are known."""
    known = forgotten(private)
    if not known.issuperset(digests):
        text = "".join(f"{digest}\n" for digest in sorted(known.union(digests)))
        write_whole(private_folder(private / ERASURE) / "forgotten", text.encode("ascii"))


def keyed_digest(key: bytes, user_id: str) -> str:
    """Keyed digest of a user's id (HMAC-SHA256): without the key nobody can try ids."""
    return hmac.digest(key, f"clio forgotten\0{user_id}".encode(), "sha256").hex()


def erasure_key(private: Path) -> bytes:
    """The key of the digests, made at first use; it must outlive the pseudonym key.

    Raises HomeError where it was lost although users were forgotten: nobody could tell them any
    more, and they would come back with the next change of a source.
    """
    path = key_file(private, "erasure")
    if not path.exists() and forgotten(private):
        raise HomeError(
            "private/keys/erasure.key is gone, so forgotten users cannot be told from others "
            "any more; restore it from a backup"
        )
    key = key_in(path)
    if len(key) < SHORTEST_KEY:
        raise HomeError("private/keys/erasure.key is damaged; restore it from a backup")
    return key


def exclusions_of(private: Path) -> Exclusions:
    """What may not be landed in this home any more."""
    known = forgotten(private)
    if not known:
        return Exclusions(horizon(private))
    key = erasure_key(private)
    return Exclusions(horizon(private), lambda user_id: keyed_digest(key, user_id) in known)


# --- retention -----------------------------------------------------------------------------------


def horizon(private: Path) -> date | None:
    """The first day that is kept, None where nothing was ever purged."""
    try:
        return Horizon.model_validate_json((private / PURGED / "horizon.json").read_bytes()).before
    except FileNotFoundError:
        return None
    except ValidationError:
        raise _damaged("horizon.json") from None


def move_horizon(private: Path, before: date) -> None:
    """Keep nothing from before that day; the horizon never moves back."""
    now = horizon(private)
    if now is None or now < before:
        folder = private_folder(private / PURGED)
        write_whole(folder / "horizon.json", Horizon(before=before).to_bytes())


def is_purged(private: Path, window: str) -> bool:
    """Whether a window without landed days is empty because it was purged."""
    before = horizon(private)
    first = window_in(window)
    return before is not None and (first == "all" or date.fromisoformat(first) < before)


# --- windows that await a release ----------------------------------------------------------------


def outdated_releases(private: Path) -> dict[str, str]:
    """Window -> digest of the release that was public when one of its users was forgotten."""
    try:
        return _RELEASES.validate_json((private / ERASURE / "awaiting.json").read_bytes())
    except FileNotFoundError:
        return {}
    except ValidationError:
        raise _damaged("awaiting.json") from None


def note_outdated(private: Path, released: Mapping[str, str]) -> None:
    """Add releases that hold users who were forgotten since."""
    merged = {**outdated_releases(private), **released}
    if merged != outdated_releases(private):
        data = json.dumps(merged, sort_keys=True, indent=1) + "\n"
        write_whole(private_folder(private / ERASURE) / "awaiting.json", data.encode())


def _damaged(name: str) -> HomeError:
    return HomeError(f"{name} in the home's private folder is damaged; restore it from a backup")
