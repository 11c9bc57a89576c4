"""What a reader yields, and how it says that a file cannot be read on."""

import json
from dataclasses import dataclass
from typing import Final

from clio_assets.sources.formats.protocol import Reason, Record

#: Bytes of one record; longer ones are set aside, so that memory stays bounded.
LONGEST_RECORD: Final = 64 * 2**20


class Unreadable(Exception):  # noqa: N818 - a signal within this package, caught file by file
    """The rest of a file cannot be read; the reason is in fixed words and quotes nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record with its number in the file, from 1; or why there is none, with its raw bytes."""

    line: int
    value: Record | None
    reason: Reason | None = None
    raw: bytes | None = None

    def raw_text(self, characters: int) -> str:
        """The record as it was, at most that long."""
        if self.raw is not None:
            return self.raw[: 4 * characters].decode("utf-8", "replace")[:characters]
        try:
            return json.dumps(self.value, ensure_ascii=False, default=str)[:characters]
        except (RecursionError, TypeError):
            return "(nested too deeply to be shown)"
