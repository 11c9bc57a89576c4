"""When a home was last backed up: HOME/private/backups.jsonl, a line an archive."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from clio_assets.ground.files import append_line

LOG: Final = "backups.jsonl"


def note(private: Path, keys: bool) -> None:
    """Remember that an archive was made now."""
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    append_line(private / LOG, {"made_at": made_at, "keys": keys})


def last_backup(private: Path) -> datetime | None:
    """When the newest archive was made, as far as the home knows."""
    try:
        lines = (private / LOG).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return None
    for line in reversed(lines):
        try:
            return datetime.fromisoformat(json.loads(line)["made_at"]).astimezone(UTC)
        except (ValueError, KeyError, TypeError):
            continue  # a crash cut it short
    return None
