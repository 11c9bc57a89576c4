"""Reads the names that this analyst gives, to tell them again in a parent's text."""

import re
from dataclasses import dataclass

from clio_assets.analyst.local.naming.languages import IN_LANGUAGE
from clio_assets.analyst.local.naming.wording import PAST_LEADS, reported
from clio_assets.analyst.local.naming.wordlists import FORMULAE, WH_WORDS
from privacy_checks.language.lemmas import tokens

_MARKS = re.compile(r"\s*\([^)]*\)$")
_LEADS = (
    ("about", re.compile(r"ask about ", re.IGNORECASE)),
    ("for", re.compile(r"ask for ", re.IGNORECASE)),
    ("whether", re.compile(r"ask whether ", re.IGNORECASE)),
    ("talk", re.compile(r"(?:talk about|discuss) ", re.IGNORECASE)),
    ("value", re.compile(r"find out ", re.IGNORECASE)),
    ("learn", re.compile(r"learn about ", re.IGNORECASE)),
    ("mixed", re.compile(r"mixed requests about ", re.IGNORECASE)),
    ("help", re.compile(r"get help with ", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Told:
    """A name taken apart: its template (as of candidates, or help), what it says and the words.

    `verb` is what a wish begins with, "" for others; `language` that of a native phrase. Words in
    parentheses are left out.
    """

    template: str
    said: str
    words: tuple[str, ...]
    verb: str = ""
    language: str = "English"


def told_as(name: str) -> Told:
    """Take a name apart; one of another making is read as a wish."""
    if found := IN_LANGUAGE.match(name):
        said = found["said"]
        return Told("native", said, _words(said), language=found["language"])
    said = _MARKS.sub("", name)
    for template, lead in _LEADS:
        if found := lead.match(said):
            said = said[found.end() :]
            return Told(template, said, _words(said))
    first, _, rest = said.partition(" ")
    second = rest.partition(" ")[0].lower()
    if first.lower() == "ask" and second in WH_WORDS:
        return Told("wh", rest, _words(rest))
    if first.lower() == "say" and second in FORMULAE:
        return Told("greet", rest, _words(rest))
    lower = f"{first.lower()} {rest}".strip()
    return Told("do", lower, _words(rest), verb=first.lower())


def _words(said: str) -> tuple[str, ...]:
    """The words; commas are words of their own, because no run of words goes across them."""
    return tuple(word for part in said.split(",") for word in (*tokens(part), ","))[:-1]


def retold(told: Told) -> str:
    """What users did, after "Users ...": "asked to book a flight"."""
    if told.template == "native":
        return f"asked in {told.language} about {told.said}"
    lead = {"do": "asked to", "help": "asked for help with"}.get(told.template)
    return f"{lead or PAST_LEADS[told.template]} {reported(told.said)}"
