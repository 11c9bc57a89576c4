"""The keys of a home: where they lie, how they are made, and how one takes another's place.

HOME/private/keys/pseudonym.key    of the pseudonyms, unless the environment names one
                  delimiters.key   of delimiters in prompts and of digests of conversations
                  erasure.key      of the digests of forgotten users (home/erasures.py)
"""

import os
import secrets
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from filelock import FileLock

from clio_assets.errors import HomeError, UsageError
from clio_assets.ground.files import TEMPORARY_PREFIX, append_line, private_folder, write_whole

KEY_VARIABLE: Final = "CLIO_PSEUDONYM_KEY"
SHORTEST_KEY: Final = 32  # bytes
LOG: Final = "key_rotations.jsonl"


def key_file(private: Path, name: str) -> Path:
    """Where the private zone keeps the key of that name."""
    return private / "keys" / f"{name}.key"


def key_in(path: Path) -> bytes:
    """The key in a file, which is made with a random one, for the owner alone, where there is none.

    Not judged: a damaged file gives a shorter key than SHORTEST_KEY.
    """
    private_folder(path.parent)
    if not path.exists():
        with _lock_beside(path):
            if not path.exists():
                write_whole(path, _new_key())
    return path.read_bytes()


def key_from_environment() -> bytes | None:
    """The pseudonym key that the environment names; the file does not count then."""
    value = os.environ.get(KEY_VARIABLE)
    return value.encode() if value else None


def pseudonym_key(path: Path) -> bytes:
    """The key of the pseudonyms: the environment's, or that of the file, made at first use.

    Raises HomeError where it is too short.
    """
    key = key_from_environment() or key_in(path)
    if len(key) < SHORTEST_KEY:
        raise HomeError(f"the pseudonym key is shorter than 32 bytes; see {KEY_VARIABLE}")
    return key


def delimiter_key(path: Path) -> bytes:
    """The key of delimiters in prompts and of digests of conversations, made at first use.

    Raises HomeError where it is too short.
    """
    key = key_in(path)
    if len(key) < SHORTEST_KEY:
        raise HomeError(
            f"private/keys/{path.name} is damaged: restore it from a "
            "backup, or delete it, in which case stored answers are not found any more"
        )
    return key


def fingerprint(key: bytes) -> str:
    """Tells keys apart without giving one away: a key is 32 random bytes, so it cannot be tried."""
    return sha256(b"fingerprint:" + key).hexdigest()[:16]


def rotate_key(private: Path) -> tuple[str, str]:
    """Replace the pseudonym key's file by a new random key; fingerprints of the old and the new.

    Recorded, without the keys, before it happens. Everything pseudonymised so far is stale
    afterwards. Refused where the key comes from the environment, which this process cannot change,
    and where there is no key yet.
    """
    if key_from_environment() is not None:
        raise UsageError(
            f"the key comes from {KEY_VARIABLE}, so rotate it where that is set: put a new one of "
            "at least 32 bytes there (for example of `openssl rand -hex 32`), destroy the old one, "
            "and run `clio run`"
        )
    path = key_file(private, "pseudonym")
    if not path.exists():
        raise HomeError("there is no pseudonym key yet; the first `clio run` makes one")
    with _lock_beside(path):
        for leftover in path.parent.glob(f"{TEMPORARY_PREFIX}*-{path.name}"):
            leftover.unlink(missing_ok=True)
        old, new = path.read_bytes(), _new_key()
        before, after = fingerprint(old), fingerprint(new)
        rotated_at = datetime.now(UTC).isoformat()
        append_line(private / LOG, {"rotated_at": rotated_at, "old": before, "new": after})
        write_whole(path, new)
    return before, after


def _new_key() -> bytes:
    """A random key, as hexadecimal digits."""
    return secrets.token_hex(SHORTEST_KEY).encode("ascii")


def _lock_beside(path: Path) -> FileLock:
    """One lock for all keys of a folder."""
    return FileLock(path.with_name("key.lock"), mode=0o600)
