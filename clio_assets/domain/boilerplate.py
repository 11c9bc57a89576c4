"""What many conversations share word for word: a product's preamble, a template, a signature.

It says nothing of what a person asks for. `clio_assets/facets/boilerplate.py` finds it over the
conversations of a day; an analyst that quotes reads a turn without it.
"""

import re
from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Final

#: A part ends with its line, or with a sentence or a clause that announces something.
_END = re.compile(r"((?<=[.!?…؟।:])[ \t]+|(?<=[。！？：])|\n+)")
_NUMBER = re.compile(r"\d+")

#: Characters of what is cut out at a time; less is a greeting, or a request as common as "Why?".
_SHORTEST: Final = 30


def parts_of(turn: str) -> list[str]:
    """The sentences of a turn with the white space behind each; joined they are the turn.

    >>> parts_of("Be kind. The question is: why?")
    ['Be kind. ', 'The question is: ', 'why?']
    """
    cut = _END.split(turn)
    pairs = zip(cut[::2], [*cut[1::2], ""], strict=True)
    return [text + space for text, space in pairs if text or space]


def normal(part: str) -> str:
    """What makes two parts the same: case, white space and numbers do not tell them apart."""
    return _NUMBER.sub("0", " ".join(part.casefold().split()))


def without_boilerplate(turns: Sequence[str], boilerplate: Collection[str]) -> Sequence[str]:
    """The turns without stretches of boilerplate; as they are if no word would be left.

    `boilerplate` are parts in their `normal` form.
    """
    if not boilerplate:
        return turns
    shorter = [_without(turn, boilerplate) for turn in turns]
    return shorter if any(map(_has_words, shorter)) else turns


def _without(turn: str, boilerplate: Collection[str]) -> str:
    kept: list[str] = []
    # Empty lines belong to the stretch that they stand in.
    for shared, stretch in groupby(parts_of(turn), lambda part: _is_in(part, boilerplate)):
        text = "".join(stretch)
        kept.append("\n" if shared and len(normal(text)) >= _SHORTEST else text)
    return "".join(kept).strip()


def _is_in(part: str, boilerplate: Collection[str]) -> bool:
    return not part.strip() or normal(part) in boilerplate


def _has_words(text: str) -> bool:
    return any(map(str.isalpha, text))
