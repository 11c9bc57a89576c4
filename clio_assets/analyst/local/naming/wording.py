"""Writes candidates as names and as parts of sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clio_assets.analyst.local.naming.candidate import Candidate
from clio_assets.analyst.local.naming.inflection import listed, third_person
from clio_assets.analyst.local.naming.wordlists import CASED, word_list, word_set
from clio_assets.domain.clusters import Term
from privacy_checks.language.capitals import with_capital
from privacy_checks.language.lemmas import lemma

MAX_NAME_WORDS = 10
_ACRONYM_LETTERS = 5

#: Tell groups apart that nothing else does.
ORDINALS = word_list("second third fourth fifth sixth seventh eighth ninth tenth")


@dataclass(frozen=True)
class Choice:
    """What a name is made of: one candidate, or two of the same template that complete each other.

    `marks` are words in parentheses that tell it from a cluster of the same name.
    """

    first: Candidate
    second: Candidate | None = None
    language: str = "English"
    marks: tuple[str, ...] = ()

    @property
    def lemmas(self) -> frozenset[str]:
        """The content lemmas of its candidates."""
        return self.first.lemmas | (self.second.lemmas if self.second else frozenset())


def capitals_of(terms: Sequence[Term]) -> dict[str, str]:
    """Written forms of the terms that most users write with capitals, by their lower-case form.

    Words all in capitals count only where they are short: long ones are shouted.
    """
    return {
        term.surface.lower(): term.surface
        for term in terms
        if term.surface != term.surface.lower()
        and (not term.surface.isupper() or len(term.surface) <= _ACRONYM_LETTERS)
    }


def cased(words: Sequence[str], capitals: Mapping[str, str]) -> str:
    """The words in one string, each with the capitals it is written with."""
    written = []
    for word in words:
        host, apostrophe, ending = word.partition("'")
        lower = host.lower()
        host = "I" if lower == "i" else CASED.get(lower) or capitals.get(lower) or host
        written.append(host + apostrophe + ending)
    return " ".join(written)


def name_of(choice: Choice, capitals: Mapping[str, str]) -> str:
    """The name: a request in the imperative, first letter a capital."""
    one, two = choice.first, choice.second
    if one.template == "native":
        words = f"{_native_list(choice, capitals)} ({choice.language})"
    elif one.template == "mixed" and not one.words:
        words = "mixed requests"
    else:
        words = f"{_LEADS[one.template]} {_joined(one, two, capitals)}".strip()
    if choice.marks:
        marks = ", ".join(cased([mark], capitals) for mark in choice.marks)
        words = f"{words} ({marks})"
    return with_capital(words)


_LEADS = {
    "do": "",
    "for": "ask for",
    "about": "ask about",
    "value": "find out",
    "learn": "learn about",
    "talk": "discuss",
    "greet": "say",
    "mixed": "mixed requests about",
    "wh": "ask",
    "whether": "ask whether",
}


#: Templates of two candidates that can stand in one name -> the words between them.
_LINKS = {
    ("do", "do"): "or",
    ("do", "about"): "or ask about",
    ("do", "for"): "or ask for",
    ("for", "for"): "and",
    ("about", "about"): "and",
    ("about", "for"): "and",
    ("for", "about"): "and",
    ("talk", "talk"): "and",
    ("talk", "about"): "and",
    ("about", "talk"): "and",
    ("greet", "greet"): "and",
    ("native", "native"): "and",
}


def joinable(one: str, two: str) -> bool:
    """Whether candidates of these templates can stand in one name, in this order."""
    return (one, two) in _LINKS


def _joined(one: Candidate, two: Candidate | None, capitals: Mapping[str, str]) -> str:
    if two is None:
        return cased(one.words, capitals)
    link, second = _LINKS[one.template, two.template], two.words
    if one.template == "do" and one.words[0] == two.words[0]:
        second, link = two.words[1:], "and"
    return f"{cased(one.words, capitals)} {link} {cased(second, capitals)}"


def _native_list(choice: Choice, capitals: Mapping[str, str]) -> str:
    parts = [choice.first.words, *([choice.second.words] if choice.second else [])]
    return listed([cased(words, capitals) for words in parts])


def clause_of(choice: Choice, capitals: Mapping[str, str]) -> str:
    """What users did, after "Users ...": "asked to book a flight"."""
    one, two = choice.first, choice.second
    if one.template == "native":
        return f"asked in {choice.language} about {_native_list(choice, capitals)}"
    if one.template == "do":
        lead = "asked how to" if one.asked_how else "asked to"
    else:
        lead = PAST_LEADS[one.template]
    return f"{lead} {reported(_joined(one, two, capitals))}"


#: Template -> what users did, before the words of the candidate.
PAST_LEADS = {
    "for": "asked for",
    "about": "asked about",
    "value": "wanted to find out",
    "learn": "wanted to learn about",
    "talk": "talked about",
    "greet": "said",
    "mixed": "asked different things, about",
    "wh": "asked",
    "whether": "asked whether",
}

_NOT_INFLECTED = word_set(
    "can could will would should may might must did had was to in at on for with from"
)
_REPORTED = {"I": "they", "my": "their", "me": "them", "am": "were", "your": "the assistant's"}


def reported(words: str) -> str:
    """The words as a narrator would write them: "I" is they and "you" is the assistant."""
    found: list[str] = []
    addressed = False
    for word in words.split():
        if word == "you":
            found.append("the assistant")
            addressed = True
            continue
        if word == "was" and found[-1:] == ["they"]:
            found.append("were")
        elif addressed and word not in _NOT_INFLECTED and lemma(word) in (word, "be"):
            found.append(third_person(word))
        else:
            found.append(_REPORTED.get(word, word))
        addressed = False
    return " ".join(found)
