"""Which groups the phrase book has no line for: a work list for an operator's own book."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from clio_assets.ground.types import Vector
from clio_assets.ground.vectors import similarities
from clio_assets.phrases.book import PhraseBook
from privacy_checks.language.vocabulary import unsupported

#: Words that are listed of a group.
_WORDS = 8


@dataclass(frozen=True)
class Group:
    """A published group: `size` as published, its unit-length `centroid`, and the lemmas that
    enough of its users wrote, those of most users first."""

    name: str
    size: int
    centroid: Vector = field(repr=False)
    supported: Sequence[str] = field(repr=False)


@dataclass(frozen=True)
class WithoutLine:
    """A group that no line may name. `likeness` is the cosine of the nearest line's vector to the
    centroid; `lacking` are the words of that line that too few of the group's users wrote, `words`
    some that a line of its own may be made of."""

    name: str
    size: int
    nearest: str
    likeness: float
    lacking: tuple[str, ...]
    words: tuple[str, ...]


def groups_without_line(
    groups: Sequence[Group], book: PhraseBook, vectors: Vector, least: float
) -> list[WithoutLine]:
    """The groups without a line that lies near enough and has the support of users for every word.

    `vectors` are those of the book's lines, in order; `least` the likeness from which a line may
    name a group. The largest groups first, then by name.
    """
    if not groups or not book.lines:
        return []
    likeness = np.round(similarities(np.stack([one.centroid for one in groups]), vectors), 6)
    found = []
    for group, row in zip(groups, likeness, strict=True):
        near = np.flatnonzero(row >= least).tolist()
        supported = set(group.supported)
        if all(unsupported(book.lines[at].text, supported) for at in near):
            best = int(np.argmax(row))
            text, words = book.lines[best].text, tuple(group.supported[:_WORDS])
            lacking = tuple(dict.fromkeys(unsupported(text, supported)))
            found.append(
                WithoutLine(
                    group.name, group.size, text, round(float(row[best]), 4), lacking, words
                )
            )
    return sorted(found, key=lambda one: (-one.size, one.name))
