"""One spelling of a text for all detectors, with the way back to the original offsets.

Compatibility forms are folded (NFKC, character by character: full-width and mathematical digits,
ligatures, no-break spaces), digits of every script become ASCII digits, dashes and quotation marks
become the ASCII ones, and characters that do not show (zero-width, soft hyphen, direction marks,
variation selectors, keycaps) disappear. Letters of other scripts stay as they are.
"""

import unicodedata
from dataclasses import dataclass

#: Stands for every character of a masked place, so that nothing is found across or inside it.
MASKED = "\ufffc"

_SINGLE = {
    MASKED: " ",
    "\x00": " ",
    **dict.fromkeys("‐‑‒–—―−⁃﹘﹣－", "-"),
    **dict.fromkeys("‘’‚‛′＇", "'"),
    **dict.fromkeys("“”„‟″＂", '"'),
    **dict.fromkeys("。｡٫", "."),
    "º": "°",
    **dict.fromkeys("\u115f\u1160\u3164\uffa0\u2800", " "),  # blank, although they count as letters
}


class _Folding(dict[str, str]):
    """Character -> what it becomes, worked out at its first use."""

    def __missing__(self, character: str) -> str:
        folded = self[character] = _fold(character)
        return folded


def _fold(character: str) -> str:
    if character in _SINGLE:
        return _SINGLE[character]
    category = unicodedata.category(character)
    if category in ("Cf", "Me") or character == "\u034f" or "\ufe00" <= character <= "\ufe0f":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    folded = unicodedata.normalize("NFKC", character)
    return "".join(_SINGLE.get(part, part) for part in folded)


_FOLDING = _Folding()


@dataclass(frozen=True)
class Normalised:
    """A normalised text; `origins` holds each character's original offset, None where equal."""

    text: str
    origins: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original characters behind the normalised ones from `start` to `end`."""
        if self.origins is None:
            return start, end
        return self.origins[start], self.origins[end - 1] + 1


def normalise(text: str) -> Normalised:
    """The text in the one spelling that detectors read."""
    if text.isascii() and "\x00" not in text:
        return Normalised(text)
    parts = [_FOLDING[character] for character in text]
    folded = "".join(parts)
    if len(folded) == len(parts) and "" not in parts:
        return Normalised(folded)
    origins = tuple(at for at, part in enumerate(parts) for _ in part)
    return Normalised(folded, origins)
