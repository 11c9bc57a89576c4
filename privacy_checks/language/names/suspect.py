"""Which words of a published text may be names.

Three signs, and two lists of exceptions. A capital inside a sentence makes a name of any word,
unless the whole sentence is in Title Case or in a language that writes all nouns so. A known given
name, surname or town is one in any letter case and place, where it is no ordinary word. A word that
begins a sentence, or stands in Title Case, is one where it is no word of the language at all. What
is on the public list, and what the policy allows, is none.
"""

import functools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from privacy_checks.language.function_words import FUNCTION_WORDS, FUNCTION_WORDS_OF
from privacy_checks.language.names.lists import allowed_phrases, folded, known_names, ordinary_names
from privacy_checks.language.normalise import normalise
from privacy_checks.language.ordinary_words import is_ordinary

_WORD = re.compile(r"[^\W\d_][^\W_]*(?:'[^\W_]+)*|[0-9]+[^\W_]*")
_POSSESSIVE = re.compile("'s$", re.IGNORECASE)
#: A sentence begins behind one of these; behind an opening quotation mark too.
_BOUNDARY = re.compile(r"(?:[.!?:…]+[\"')\]]*\s|\n|(?:^|[\s(])[\"'«“])")
_ABBREVIATION = re.compile(r"(?<![^\W_])(?:mr|mrs|ms|dr|prof|st|jr|sr|vs|no|sen|gov|rep)\.$", re.I)
#: Function words of this length have a small letter in no Title Case.
_LONG_FUNCTION_WORD = 5
#: Function words that are given names: their capital counts.
_NAMES_TOO = frozenset({"will", "may"})
_ENGLISH = FUNCTION_WORDS_OF["English"]
#: Zipf frequency from which an acronym, and any other word, is known to everyone.
_KNOWN_ACRONYM = 3.0
_KNOWN_WORD = 2.0
_LONGEST_ACRONYM = 5
#: How a text says that it quotes words of a language that writes all nouns with capitals.
_IN_GERMAN = re.compile(r"(?:(?<![^\W_])in German(?![^\W_])|\(German\)$)")
_IDENTIFIER_ENDINGS = frozenset({"error", "exception", "warning", "file", "type", "list", "class"})
_PREFIXES = (
    "anti", "auto", "co", "cross", "de", "dis", "e", "inter", "micro", "mis", "multi", "non", "out",
    "over", "post", "pre", "re", "self", "sub", "super", "un", "under",
)  # fmt: skip


@dataclass(frozen=True)
class _Word:
    """One word of a sentence, where it stands, and what it is folded to."""

    text: str
    start: int
    end: int

    @property
    def folded(self) -> str:
        return folded(self.text)

    @property
    def has_capital(self) -> bool:
        return self.text[0].isupper()


def suspected_names(text: str, allowed: Collection[str] = ()) -> list[str]:
    """The suspected names of a published text, in lower case and in order; neighbours are one.

    `allowed` are further names that may be published, of one or more words, in any letter case.
    Callers report how many there are, never which.
    """
    return [text[start:end].lower() for start, end in name_spans(text, allowed)]


def name_spans(text: str, allowed: Collection[str] = ()) -> list[tuple[int, int]]:
    """Where the suspected names of a text stand: first character and the one behind the last."""
    view = normalise(text)
    spans: list[tuple[int, int]] = []
    quotes_german = _IN_GERMAN.search(view.text) is not None
    for sentence in _sentences(view.text):
        for word in _suspects(sentence, allowed, quotes_german=quotes_german):
            if spans and not view.text[spans[-1][1] : word.start].strip(" -"):
                spans[-1] = (spans[-1][0], word.end)
            else:
                spans.append((word.start, word.end))
    return [view.span(start, end) for start, end in spans]


def _sentences(text: str) -> Iterator[list[_Word]]:
    """The words of each sentence that has any."""
    begin = 0
    for boundary in _BOUNDARY.finditer(text):
        around_point = text[max(0, boundary.start() - 6) : boundary.start() + 1]
        if not _ABBREVIATION.search(around_point):
            yield from _words(text, begin, boundary.end())
            begin = boundary.end()
    yield from _words(text, begin, len(text))


def _words(text: str, start: int, end: int) -> Iterator[list[_Word]]:
    words = [_Word(found.group(), *found.span()) for found in _WORD.finditer(text, start, end)]
    if words:
        yield words


def _suspects(
    sentence: list[_Word], allowed: Collection[str], *, quotes_german: bool
) -> Iterator[_Word]:
    phrases = allowed_phrases(allowed)
    forms = [word.folded for word in sentence]
    language = "German" if quotes_german else _language(forms)
    judged: list[tuple[int, _Word]] = []
    at = 0
    while at < len(sentence):
        length = phrases.longest_at(forms, at)
        if not length:
            judged.append((at, sentence[at]))
        at += length or 1
    title_case = _is_title_case(sentence, [word for _, word in judged])
    capitals_count = language != "German" and not title_case
    for position, word in judged:
        at_start = position == 0
        if _is_name(word, capitals_count, at_start=at_start, english=language == "English"):
            yield word


def _is_name(word: _Word, capitals_count: bool, *, at_start: bool, english: bool) -> bool:
    """Whether a word is suspected; `capitals_count`: its sentence uses them for names alone."""
    inside = capitals_count and not at_start
    form = word.folded
    letters = re.sub("[0-9]", "", form)
    if len(letters) < 2 or (len(letters) < 4 and letters != form):
        return False
    bare = folded(_POSSESSIVE.sub("", word.text))
    if _is_known_name(bare):
        return word.has_capital or form not in FUNCTION_WORDS
    if _is_english_function_word(word):
        return inside and word.has_capital and form in _NAMES_TOO
    if word.text.isupper() and len(form) <= _LONGEST_ACRONYM:
        return capitals_count and _frequency(form) < _KNOWN_ACRONYM
    if word.text[1:] != word.text[1:].lower() and not word.text.isupper():
        return not _is_identifier(word.text)
    if not word.has_capital:
        return False
    return inside or (english and word.text.isascii() and not _is_word(bare))


def _is_identifier(text: str) -> bool:
    """Whether capitals inside a word make a program's identifier of it: "ZeroDivisionError"."""
    parts = [part.lower() for part in re.findall("[A-Z]?[a-z]+", text)]
    if not parts or not (text[0].islower() or parts[-1] in _IDENTIFIER_ENDINGS):
        return False
    return all(_is_word(part) and not _is_known_name(part) for part in parts)


def _is_known_name(form: str) -> bool:
    """Whether a known name stands there, or several people of one: "the smiths"."""
    if form in known_names():
        return True
    return len(form) > 4 and form.removesuffix("s") in known_names() and not is_ordinary(form)


def _is_english_function_word(word: _Word) -> bool:
    return word.text.lower().partition("'")[0] in _ENGLISH or word.folded in _ENGLISH


def _is_title_case(sentence: list[_Word], judged: list[_Word]) -> bool:
    """Whether the sentence's words have capitals because it is a title, or all in capitals.

    All content words have one, no longer function word has a small letter, and two of them at
    least are ordinary words and no names.
    """
    functional = {word for word in sentence if _is_english_function_word(word)}
    content = [word for word in sentence if word not in functional]
    if not all(word.text != word.text.lower() or word.text[0].isdigit() for word in content):
        return False
    if any(len(w.text) >= _LONG_FUNCTION_WORD and not w.has_capital for w in functional):
        return False
    ordinary = [
        word
        for word in judged
        if word not in functional
        and word.folded not in known_names()
        and word.folded not in ordinary_names()
        and _frequency(word.folded) >= _KNOWN_ACRONYM
    ]
    return len(ordinary) >= 2


def _language(forms: list[str]) -> str:
    """The language with most of the function words; English where none has more."""
    counts = {
        language: sum(form in words for form in forms)
        for language, words in FUNCTION_WORDS_OF.items()
    }
    return max(counts, key=lambda language: (counts[language], language == "English"))


@functools.lru_cache(maxsize=1 << 14)
def _frequency(form: str) -> float:
    from wordfreq import zipf_frequency

    return float(zipf_frequency(form, "en"))


@functools.lru_cache(maxsize=1 << 14)
def _is_word(form: str) -> bool:
    """Whether English has the word, or has it behind a prefix."""
    if len(form) < 3 or _frequency(form) >= _KNOWN_WORD:
        return True
    import simplemma

    rests = [form.removeprefix(prefix) for prefix in _PREFIXES if form.startswith(prefix)]
    return any(simplemma.is_known(word, lang="en") for word in (form, *rests) if len(word) > 2)
