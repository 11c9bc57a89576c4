"""All detectors as one: find, mask, or just say whether there is anything."""

import re
from collections.abc import Iterable, Iterator, Sequence

from privacy_checks.detectors.protocol import Detector, Hit
from privacy_checks.language.normalise import MASKED, Normalised, normalise

_UNMASKED = re.compile(f"[^{MASKED}]+")
_DIGITS = "0123456789"


class Registry:
    """A set of detectors; an operator's own are added with `extended`.

    Offsets refer to the text as it was given. What a placeholder covers is never a hit, whether
    this registry put it there or another one that shares its `placeholders`. Hits that a detector
    is less sure of than `min_score` are none.
    """

    def __init__(
        self,
        detectors: Sequence[Detector],
        placeholders: Iterable[str] = (),
        min_score: float = 0.0,
    ) -> None:
        self.detectors = tuple(detectors)
        self.min_score = min_score
        self._placeholder_of = {detector.name: detector.placeholder for detector in detectors}
        if len(self._placeholder_of) != len(self.detectors):
            raise ValueError("two detectors have the same name")
        self.placeholders = frozenset(placeholders) | frozenset(self._placeholder_of.values())
        for placeholder in self.placeholders:
            if not re.fullmatch(r"\[[A-Za-z][A-Za-z -]*\]", placeholder):
                raise ValueError("a placeholder is not letters, spaces and hyphens in brackets")
        self._without_digits = tuple(d for d in self.detectors if not d.trigger.min_digits)
        alternatives = "|".join(map(re.escape, sorted(self.placeholders))) or "(?!)"
        self._placeholder = re.compile(alternatives)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of personal data it finds."""
        return tuple(self._placeholder_of)

    def extended(self, *detectors: Detector) -> "Registry":
        """This registry and further detectors."""
        return Registry((*self.detectors, *detectors), self.placeholders, self.min_score)

    def without(self, *kinds: str) -> "Registry":
        """This registry less some kinds; their placeholders stay known."""
        kept = [detector for detector in self.detectors if detector.name not in kinds]
        return Registry(kept, self.placeholders, self.min_score)

    def find(self, text: str) -> list[Hit]:
        """All hits in order of position; overlapping ones are one hit over all they cover.

        The kind and score of such a hit are those of its surest, then longest part.
        """
        view = self._view(text)
        hits = sorted(self._hits(view.text), key=lambda hit: (hit.start, hit.end))
        return [Hit(hit.kind, *view.span(hit.start, hit.end), hit.score) for hit in _merged(hits)]

    def has_hit(self, text: str) -> bool:
        """Whether `find` would find anything; stops at the first hit."""
        return next(self._hits(self._view(text).text), None) is not None

    def mask(self, text: str) -> str:
        """The text with a placeholder in place of every hit; nothing is found in the result.

        Taking one hit away may uncover another that leaned on it, so this goes on until nothing is
        left to find. It ends: every round replaces characters that are not part of a placeholder.
        """
        hits = self.find(text)
        while hits:
            parts, end = [], 0
            for hit in hits:
                parts += [text[end : hit.start], self._placeholder_of[hit.kind]]
                end = hit.end
            text = "".join([*parts, text[end:]])
            hits = self.find(text)
        return text

    def _view(self, text: str) -> Normalised:
        view = normalise(text)
        if "[" not in view.text:
            return view
        covered = self._placeholder.sub(lambda match: MASKED * len(match.group()), view.text)
        return Normalised(covered, view.origins)

    def _hits(self, text: str) -> Iterator[Hit]:
        digits = sum(map(text.count, _DIGITS))
        holds = text.lower().__contains__
        for detector in self.detectors if digits else self._without_digits:
            trigger = detector.trigger
            if digits < trigger.min_digits:
                continue
            if trigger.any_of and not any(map(holds, trigger.any_of)):
                continue
            for hit in detector.find(text):
                if hit.score < self.min_score:
                    continue
                yield from _outside_masked(text, hit)


def _outside_masked(text: str, hit: Hit) -> Iterator[Hit]:
    """The parts of a hit that no placeholder covers and that are not blank."""
    for part in _UNMASKED.finditer(text, hit.start, hit.end):
        if not part.group().isspace():
            yield Hit(hit.kind, part.start(), part.end(), hit.score)


def _merged(hits: Iterable[Hit]) -> list[Hit]:
    """Sorted hits with overlapping ones made one."""
    merged: list[Hit] = []
    surest: list[tuple[float, int]] = []
    for hit in hits:
        rank = (hit.score, hit.end - hit.start)
        if not merged or hit.start >= merged[-1].end:
            merged.append(hit)
            surest.append(rank)
            continue
        last = merged[-1]
        name = hit if rank > surest[-1] else last
        surest[-1] = max(surest[-1], rank)
        merged[-1] = Hit(name.kind, last.start, max(last.end, hit.end), name.score)
    return merged
