"""A new pseudonym key: recorded without the key, then put in the old one's place in one step."""

import json
import os
import secrets
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from filelock import FileLock

from clio_assets.errors import HomeError, UsageError
from clio_assets.ground.files import TEMPORARY_PREFIX, write_whole
from clio_assets.home.home import KEY_VARIABLE, Home

LOG = "key_rotations.jsonl"
_KEY_BYTES = 32  # written as twice as many hexadecimal digits


def fingerprint(key: bytes) -> str:
    """Tells keys apart without giving one away: a key is 32 random bytes, so it cannot be tried."""
    return sha256(b"fingerprint:" + key).hexdigest()[:16]


def rotate_key(home: Home) -> tuple[str, str]:
    """Replace the key file by a new random key; fingerprints of the old key and the new one.

    Everything pseudonymised so far is stale afterwards. Refused where the key comes from the
    environment, which this process cannot change, and where there is no key yet.
    """
    if home.key_from_environment:
        raise UsageError(
            f"the key comes from {KEY_VARIABLE}, so rotate it where that is set: put a new one of "
            "at least 32 bytes there (for example of `openssl rand -hex 32`), destroy the old one, "
            "and run `clio run`"
        )
    if not home.key_file.exists():
        raise HomeError("there is no pseudonym key yet; the first `clio run` makes one")
    with FileLock(home.key_file.with_name("key.lock"), mode=0o600):
        for leftover in home.key_file.parent.glob(f"{TEMPORARY_PREFIX}*-{home.key_file.name}"):
            leftover.unlink(missing_ok=True)
        old, new = home.key_file.read_bytes(), secrets.token_hex(_KEY_BYTES).encode()
        before, after = fingerprint(old), fingerprint(new)
        _record(home.private / LOG, before, after)
        write_whole(home.key_file, new)
    return before, after


def _record(path: Path, before: str, after: str) -> None:
    """Append the rotation to the log before it happens: one JSON object a line."""
    line = {"rotated_at": datetime.now(UTC).isoformat(), "old": before, "new": after}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(json.dumps(line, sort_keys=True) + "\n")
        handle.flush()
        os.fsync(handle.fileno())
