"""Turns English questions into clauses: "when is my bill due" into "when my bill is due"."""

from collections.abc import Collection

from clio_assets.analyst.local.naming.inflection import third_person
from clio_assets.analyst.local.naming.parse import ParsedRequest
from clio_assets.analyst.local.naming.word_classes import WordClasses
from clio_assets.analyst.local.naming.wordlists import (
    AUXILIARIES,
    DETERMINERS,
    POSSESSIVES,
    PRONOUNS,
)
from privacy_checks.language.lemmas import lemmas

Words = tuple[str, ...]

_BE = ("is", "are", "was", "were")
_DO = ("do", "does")
#: What a person should or can do is to be done.
_MODALS = (
    ("should",), ("can",), ("could",), ("must",), ("need", "to"), ("have", "to"), ("would",),
)  # fmt: skip


def as_clause(request: ParsedRequest, supported: Collection[str], classes: WordClasses) -> Words:
    """A question in the order of a clause; empty where the grammar here cannot tell, or where a
    word of the subject has no support."""
    words = request.words
    at = 0
    if request.kind == "wh":
        at = next((i for i, word in enumerate(words) if word in AUXILIARIES), len(words))
        if at == len(words):  # "who made you": the question word is the subject
            asks_for_subject = words[0] in ("who", "what", "which")
            return words if request.embedded or asks_for_subject else ()
    elif request.embedded:
        return words
    before, auxiliary, after = words[:at], words[at], words[at + 1 :]
    if after and after[0] in PRONOUNS:
        return _turned(before, auxiliary, after[:1], after[1:])
    if any(found not in supported for found in lemmas(after[0] if after else "")):
        return ()
    if request.embedded:
        return words
    subject_length = _subject(auxiliary, after, classes)
    bare = before in (("what",), ("how",))
    if subject_length and not bare:
        return _turned(before, auxiliary, after[:subject_length], after[subject_length:])
    return ()


def shortened(clause: Words) -> Words:
    """ "when i should change the oil" as "when to change the oil"."""
    if clause[:3] == ("what", "i", "do"):
        return ("what", "to", *clause[2:])
    for at, word in enumerate(clause[1:], start=1):
        if word not in ("i", "we", "you", "one") or clause[0] in ("why", "who", "if"):
            continue
        for modal in _MODALS:
            end = at + 1 + len(modal)
            if clause[at + 1 : end] == modal and lemmas(clause[end] if end < len(clause) else ""):
                return (*clause[:at], "to", *clause[end:])
        break
    return clause


def _turned(before: Words, auxiliary: str, subject: Words, after: Words) -> Words:
    """Subject first; "do" goes into the verb."""
    if auxiliary in ("do", "did", "does"):
        singular = subject[0] not in ("i", "you", "we", "they") and auxiliary == "does"
        if singular and after:
            after = (third_person(after[0]), *after[1:])
        return (*before, *subject, *after)
    return (*before, *subject, auxiliary, *after)


def _subject(auxiliary: str, after: Words, classes: WordClasses) -> int:
    """Length of a subject like "my bill" before what is said of it; 0 where one cannot tell."""
    if len(after) < 2 or after[0] not in DETERMINERS | POSSESSIVES:
        return 0
    end = 1
    while end < len(after) and lemmas(after[end]):
        end += 1
    last = after[end - 1]
    if auxiliary in _BE:
        return end - 1 if end > 2 and last in classes.predicates else end if end > 1 else 0
    return end - 1 if end > 2 and auxiliary in _DO and last not in classes.nouns else 0
