"""Reads an English request: what kind it is, and the words that carry it.

"can you please tell me how i change the oil" and "i need to change my oil" are both the wish to
"change the oil". Openers are taken off from the left, each saying what must follow: a verb, a
question, or the thing asked about. No tagger is needed: a verb is what stands where one must.
"""

import functools
import re
from dataclasses import dataclass, replace
from typing import Literal

from clio_assets.analyst.local.naming.openers import OPENERS
from clio_assets.analyst.local.naming.wordlists import (
    AUXILIARIES,
    REQUEST_VERBS,
    WH_WORDS,
    word_set,
)
from privacy_checks.language.lemmas import lemma, replace_bracketed, tokens

Kind = Literal["do", "how", "wh", "whether", "about", "want", "say"]

Sought = Literal["", "value", "more"]

#: Stands where punctuation stood: no phrase runs across it.
BREAK = "|"


@dataclass(frozen=True)
class ParsedRequest:
    """One sentence. `words` are lower-case, contractions resolved, `BREAK` at punctuation.

    do: `words` begin with the verb of what is wished; how: the same, asked how to do it;
    wh: a question from its question word on, in the order of a clause if `embedded`;
    whether: a yes-or-no question, from its auxiliary on or, if `embedded`, from its subject on;
    about: the thing asked about; want: the thing wished for; say: a statement. `sought`, of a thing
    asked about: a "value" ("what is my balance") or "more" on it ("tell me about jazz").
    """

    kind: Kind
    words: tuple[str, ...]
    embedded: bool = False
    sought: Sought = ""


_EXPANSIONS = {
    "wanna": "want to",
    "gonna": "going to",
    "gotta": "got to",
    "gimme": "give me",
    "lemme": "let me",
    "lets": "let us",
    "let's": "let us",
    "u": "you",
    "pls": "please",
    "plz": "please",
    "cannot": "can not",
    "can't": "can not",
    "cant": "can not",
    "won't": "will not",
    "im": "i am",
    "ive": "i have",
    "whats": "what is",
    "wheres": "where is",
    "whens": "when is",
    "hows": "how is",
    "dont": "do not",
    "doesnt": "does not",
    "isnt": "is not",
}
_CLITICS = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would", "s": "is"}
_CLITIC_HOSTS = word_set(
    "i you he she it we they that there this here what who where when why how which"
)
_SENTENCE_END = re.compile(r"[.!?…。！？\n]+(?:\s+|$)")
_PUNCTUATION = re.compile(r"[,;:()\[\]\"“”—–]+|\s-+\s|[.!?]+")

_ASKS_VALUE = re.compile(r"(?:what|which) (?:is|are|was|were|will be|would be) |find out|see ")
_ASKS_MORE = re.compile(r" (?:about|on|regarding|of|concerning) $")

#: Sentences of a text that are read; facets have one or two.
_SENTENCES = 3
_OPENERS_AT_MOST = 8


def sentences_in_words(text: str) -> list[tuple[str, ...]]:
    """The first sentences as lower-case words with contractions resolved and breaks."""
    found: list[tuple[str, ...]] = []
    for sentence in _SENTENCE_END.split(replace_bracketed(text, instead=", ")):
        words: list[str] = []
        for part in _PUNCTUATION.split(sentence):
            if words and words[-1] != BREAK:
                words.append(BREAK)
            for token in tokens(part):
                words.extend(_expand(token.lower()))
        if any(word != BREAK for word in words):
            found.append(tuple(words))
    return found[:_SENTENCES]


@functools.lru_cache(maxsize=1 << 16)
def _expand(token: str) -> tuple[str, ...]:
    if token in _EXPANSIONS:
        return tuple(_EXPANSIONS[token].split())
    host, apostrophe, clitic = token.rpartition("'")
    if apostrophe and clitic == "t" and host.endswith("n") and len(host) > 2:
        return (host[:-1], "not")
    if apostrophe and host in _CLITIC_HOSTS and clitic in _CLITICS:
        return (host, _CLITICS[clitic])
    return (token,)


def requests_of(text: str) -> list[ParsedRequest]:
    """What the first sentences of a text ask for; a statement's later clauses are read as well."""
    found: list[ParsedRequest] = []
    for words in sentences_in_words(text):
        request = read(words)
        found.append(request)
        if request.kind == "say" and BREAK in request.words:
            clauses = " ".join(request.words).split(f" {BREAK} ")[1:]
            found.extend(read(tuple(clause.split())) for clause in clauses if clause)
    return found


def read(words: tuple[str, ...]) -> ParsedRequest:
    """The request that one sentence of `sentences_in_words` makes."""
    left = " ".join(words) + " "
    follows = "anything"
    sought: Sought = ""
    for _ in range(_OPENERS_AT_MOST):
        if follows == "about" and left.split(" ", 1)[0] in WH_WORDS | {"if", "whether"}:
            taken = _opener(left, ("how",))
        elif follows in ("do", "how"):
            taken = _opener(left, ("anything", "how", "about", "do"))
        elif follows in ("about", "want"):
            taken = _opener(left, ("how",))
        else:
            taken = _opener(left, ("anything", "how", "about", "do", "want"))
        if taken is None:
            break
        kind, length = taken
        if kind == "do" and follows == "how":
            kind = "how"
        if not left[length:].strip(f" {BREAK}"):
            break
        if kind == "about":
            sought = _sought(left[:length])
        left = left[length:]
        follows = follows if kind == "anything" else kind
    request = _classify(tuple(left.split()), follows)
    return replace(request, sought=sought) if request.kind == "about" else request


def _sought(opener: str) -> Sought:
    if _ASKS_VALUE.match(opener):
        return "value"
    return "more" if _ASKS_MORE.search(opener) else ""


def _opener(left: str, allowed: tuple[str, ...]) -> tuple[str, int] | None:
    for kind, pattern in OPENERS:
        if kind in allowed and (match := pattern.match(left)):
            return kind, match.end()
    return None


def _classify(words: tuple[str, ...], follows: str) -> ParsedRequest:
    first, rest = words[0], words[1:]
    if first in ("if", "whether") and rest:
        if follows == "about":
            return ParsedRequest("whether", rest, embedded=True)
        return ParsedRequest("say", rest)
    if first in WH_WORDS:
        return ParsedRequest("wh", words, embedded=follows == "about")
    if follows == "do":
        return ParsedRequest("do", words)
    if follows == "how":
        return ParsedRequest("how", words)
    if follows == "about":
        return ParsedRequest("about", words)
    if follows == "want":
        return ParsedRequest("want", words)
    if first in AUXILIARIES:
        return ParsedRequest("whether", words)
    if is_verb(first):
        return ParsedRequest("do", words)
    return ParsedRequest("say", words)


def is_verb(word: str) -> bool:
    """Whether a first word is read as a verb without an opener demanding one."""
    return word in REQUEST_VERBS or (word.endswith("ing") and lemma(word) in REQUEST_VERBS)
