"""Names that are a declared line, with or without the language that its group's users wrote.

"Plan a trip" and "Plan a trip (in German)" are both that line; "Plan a trip to Zork" is none.
"""

import re
from collections.abc import Collection

from privacy_checks.language.lemmas import content_lemmas
from privacy_checks.language.vocabulary import LANGUAGES

_IN_LANGUAGE = re.compile(
    rf" \(in (?:{'|'.join(sorted(language.capitalize() for language in LANGUAGES))})\)$"
)

#: A base cluster may be called by a line where fewer of its members than this share wrote English.
MOST_ENGLISH = 0.5


def line_of(name: str, lines: Collection[str]) -> str | None:
    """The declared line that a name is, None where it is none. `lines` should be a set."""
    if name in lines:
        return name
    said = _IN_LANGUAGE.sub("", name)
    return said if said in lines else None


def lemmas_of_line(name: str, lines: Collection[str]) -> frozenset[str]:
    """The content lemmas of a name that is a declared line; none of another name."""
    line = line_of(name, lines)
    return frozenset(content_lemmas(line)) if line else frozenset()
