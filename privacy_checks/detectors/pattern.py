"""The common case of a detector: a regular expression and a test of what it matched.

It finds no kind of its own; an operator may make detectors of it (docs/detectors.md).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from privacy_checks.detectors.protocol import Hit, Trigger


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
