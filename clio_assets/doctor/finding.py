"""What a check found, in words that say what to do. Never content: paths, partitions, counts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning", "note"]

#: Paths that are named one by one; of more, only the number is given.
NAMED = 5


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be. A `note` is worth knowing, and no fault."""

    severity: Severity
    what: str
    to_do: str


def findings_of(
    severity: Severity, paths: Iterable[str], what: str, to_do: str
) -> Iterator[Finding]:
    """One finding for all the paths, a few of them named; none where there are none."""
    names = sorted(paths)
    if names:
        more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
        yield Finding(severity, f"{what}: {', '.join(names[:NAMED])}{more}", to_do)


def inside(home: Path, path: Path) -> str:
    """The path as seen from the home."""
    return str(path.relative_to(home)) if path.is_relative_to(home) else path.name
