"""What is sent when something needs an operator: fixed words, names of ours, keys and counts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from clio_assets.home.notify_settings import Occasion

#: Names of jobs, stages and rules, keys of partitions, ids of runs. Nothing of a conversation's
#: form passes: no spaces, no sentences.
_NAME: Final = re.compile(r"[A-Za-z0-9_@./:-]{1,100}")
_WITHHELD: Final = "withheld"

#: More partitions than these are counted, not listed.
_LISTED: Final = 50

_WORDS: Final[Mapping[Occasion, str]] = {
    "failure": "a run did not make all that it was asked for",
    "overdue": "days or windows should be there by now and are not",
    "doctor": "the home is not well; `clio doctor` says what to do",
}


@dataclass(frozen=True)
class Notice:
    """One thing that an operator should look at.

    `rules` are names of checks that did not pass, `counts` numbers by a name of ours.
    """

    occasion: Occasion
    job: str
    partitions: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    run_id: str = ""

    @property
    def text(self) -> str:
        """One line for people, in fixed words."""
        partitions = _names(self.partitions)
        some = ", ".join(partitions[:3])
        more = f" and {len(partitions) - 3} more" if len(partitions) > 3 else ""
        where = f" ({some}{more})" if some else ""
        rules = f"; rules: {', '.join(_names(self.rules))}" if self.rules else ""
        return f"Clio, job {_name(self.job)}: {_WORDS[self.occasion]}{where}{rules}"

    def body(self, now: datetime | None = None) -> dict[str, Any]:
        """The JSON that is sent; docs/notifications.md documents it."""
        partitions = _names(self.partitions)
        return {
            "source": "clio",
            "version": 1,
            "occasion": self.occasion,
            "text": self.text,
            "job": _name(self.job),
            "partitions": partitions[:_LISTED],
            "more_partitions": max(0, len(partitions) - _LISTED),
            "rules": _names(self.rules),
            "counts": {_name(name): int(count) for name, count in sorted(self.counts.items())},
            "run": _name(self.run_id) if self.run_id else "",
            "at": (now or datetime.now(UTC)).isoformat(timespec="seconds"),
        }


def _names(given: Iterable[str]) -> list[str]:
    """Each once, in the order given."""
    return list(dict.fromkeys(map(_name, given)))


def _name(given: str) -> str:
    """A name as it stands; anything that is of no name's form does not leave."""
    return given if _NAME.fullmatch(given) else _WITHHELD
