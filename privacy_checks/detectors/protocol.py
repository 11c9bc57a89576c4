"""What a detector of personal data is: one kind of it, found in one text."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Hit:
    """Where one piece of personal data stands: characters `start` to `end` (exclusive).

    `score` says how sure the detector is, from 0 to 1; it decides which kind an overlap is called.
    """

    kind: str
    start: int
    end: int
    score: float


@dataclass(frozen=True)
class Trigger:
    """A cheap condition without which a detector cannot find anything in a text.

    At least `min_digits` digits, and at least one of the lower-case strings `any_of` where some
    are given.
    """

    min_digits: int = 0
    any_of: tuple[str, ...] = ()


class Detector(Protocol):
    """Finds one kind of personal data.

    `find` is given normalised text (see normalise.py) in which masked places are runs of
    `normalise.MASKED`; it takes time linear in the text's length.
    """

    @property
    def name(self) -> str:
        """The kind of its hits, in snake_case."""
        ...

    @property
    def placeholder(self) -> str:
        """What masking puts in place of a hit: a few words in square brackets, no digits."""
        ...

    @property
    def trigger(self) -> Trigger:
        """When it is worth running."""
        ...

    def find(self, text: str) -> Iterable[Hit]:
        """Hits with offsets into the given text, in any order, overlaps allowed."""
        ...
