"""Words that tell what stands next to them: "phone" before a number."""

import re

#: Characters before a match in which a word such as "phone" tells what the match is.
CUE_DISTANCE = 40


def whole_words(*alternatives: str) -> str:
    """A regular expression for one of the words or phrases, as whole words of Latin letters.

    A space stands for any blank; letters of scripts without spaces may stand next to others.
    """
    escaped = (re.escape(word).replace(r"\ ", r"\s") for word in alternatives)
    return rf"(?<![a-zA-Z])(?:{'|'.join(escaped)})(?![a-zA-Z])"


def cue_before(pattern: re.Pattern[str], text: str, start: int) -> bool:
    """Whether a cue stands in the `CUE_DISTANCE` characters before a position."""
    return pattern.search(text, max(0, start - CUE_DISTANCE), start) is not None
