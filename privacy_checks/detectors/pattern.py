"""The common case of a detector: a regular expression and a test of what it matched."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from privacy_checks.detectors.protocol import Hit, Trigger

#: Characters before a match in which a word such as "phone" tells what the match is.
CUE_DISTANCE = 40


@dataclass(frozen=True)
class PatternDetector:
    """Finds what `pattern` matches and `accepts` agrees to."""

    name: str
    placeholder: str
    pattern: re.Pattern[str]
    score: float
    trigger: Trigger
    accepts: Callable[[re.Match[str]], bool] | None = None

    def find(self, text: str) -> Iterator[Hit]:
        """Hits in order of position."""
        for match in self.pattern.finditer(text):
            if self.accepts is None or self.accepts(match):
                yield Hit(self.name, *match.span(), self.score)


def words(*alternatives: str) -> str:
    """A regular expression for one of the words or phrases, as whole words of Latin letters.

    A space stands for any blank; letters of scripts without spaces may stand next to others.
    """
    escaped = (re.escape(word).replace(r"\ ", r"\s") for word in alternatives)
    return rf"(?<![a-zA-Z])(?:{'|'.join(escaped)})(?![a-zA-Z])"


def cue_before(pattern: re.Pattern[str], text: str, start: int) -> bool:
    """Whether a cue stands in the `CUE_DISTANCE` characters before a position."""
    return pattern.search(text, max(0, start - CUE_DISTANCE), start) is not None
