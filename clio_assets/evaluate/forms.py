"""What form a name has: counted, because some forms are known to read worse than others."""

import re
from collections.abc import Sequence
from typing import Final

#: Form -> what a name of that form looks like. A name may have several forms, or none.
FORMS: Final = {
    "or_ask": re.compile(r"\bor ask\b", re.IGNORECASE),
    "a_and_b": re.compile(r"\w,? and \w", re.IGNORECASE),
    "talk_about": re.compile(r"^(?:talk|chat) about\b", re.IGNORECASE),
    "ask_about": re.compile(r"^ask about\b", re.IGNORECASE),
    "ask_why_or_whether": re.compile(
        r"^ask (?:why|whether|how|what|when|where|which|who|if)\b", re.I
    ),
    "parentheses": re.compile(r"\("),
    "ask_in_language": re.compile(r"^(?:Ask|Write|Talk)\b[^,]*? in [A-Z]\w+(?: about\b|$)"),
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Words a name begins with that are no verb, though they may stand before one.
_NOT_VERBS: Final = _words(
    """
    a an the my your our their his her its this that these those some any all more other no not
    how what when where which who why whether if in on at of for from with without about by to and
    or but as is are was were be i you we they he she it there unnamed user users people question
    advice information
    """
)
_NOMINAL: Final = re.compile(r"(?:tion|ment|ness|ity|ship|ance|ence|ings?)$")
_VERBS_ALL_THE_SAME: Final = _words(
    """
    bring sing ring string swing mention question comment implement document supplement balance
    finance enhance silence reference influence
    """
)


def forms_of(name: str) -> list[str]:
    """The forms of a name, `verb_first` among them where it begins like an imperative."""
    found = [form for form, pattern in FORMS.items() if pattern.search(name)]
    return ["verb_first", *found] if begins_with_verb(name) else found


def begins_with_verb(name: str) -> bool:
    """Whether the first word may be an English imperative: by its shape, not by a dictionary."""
    words = re.findall(r"[^\W\d_]+", name.lower())
    if len(words) < 2 or not words[0].isascii():
        return False
    first = words[0]
    if first in _NOT_VERBS or (_NOMINAL.search(first) and first not in _VERBS_ALL_THE_SAME):
        return False
    return not (first.endswith("s") and not first.endswith(("ss", "us")))


def count_forms(names: Sequence[str]) -> dict[str, int]:
    """Form -> how many of the names have it; every form, in a fixed order."""
    found = [form for name in names for form in forms_of(name)]
    return {form: found.count(form) for form in ("verb_first", *FORMS)}
