"""English word forms that templates need."""

import re

from privacy_checks.language.lemmas import lemmas

_IRREGULAR = {
    "child": "children",
    "foot": "feet",
    "man": "men",
    "mouse": "mice",
    "people": "people",
    "tooth": "teeth",
    "wife": "wives",
    "woman": "women",
}
_SHORT_STRESSED = re.compile(r"[^aeiou]*[aeiou][bdgklmnprt]")
_LONG_STRESSED = re.compile(r"(?:[^f]fer|cur|mit|begin|forget)$")


def gerund(verb: str) -> str:
    """The form in -ing; empty where the dictionary would not know it as a form of the verb."""
    if verb.endswith("ie"):
        form = f"{verb[:-2]}ying"
    elif verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        form = f"{verb[:-1]}ing"
    elif _SHORT_STRESSED.fullmatch(verb) or _LONG_STRESSED.search(verb):
        form = f"{verb}{verb[-1]}ing"
    else:
        form = f"{verb}ing"
    return form if lemmas(form) == lemmas(verb) else ""


def third_person(verb: str) -> str:
    """The form that follows he, she or it."""
    irregular = {"are": "is", "were": "was", "have": "has", "do": "does"}
    if verb in irregular:
        return irregular[verb]
    if verb.endswith(("s", "sh", "ch", "x", "o")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in tuple("aeiou"):
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def plural(noun: str) -> str:
    """The plural; the noun itself where the dictionary would not know that form."""
    if lemmas(noun) != (noun,):
        return noun
    if noun in _IRREGULAR:
        form = _IRREGULAR[noun]
    elif noun.endswith(("s", "sh", "ch", "x", "z")):
        form = f"{noun}es"
    elif noun.endswith("y") and noun[-2:-1] not in tuple("aeiou"):
        form = f"{noun[:-1]}ies"
    else:
        form = f"{noun}s"
    return form if lemmas(form) == lemmas(noun) else noun


def listed(words: list[str], last: str = "and") -> str:
    """The words as a list in a sentence: "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
