"""Whole requests as candidates: what members wish, without the opener, where many wrote its words.

A sentence of one member is a name only where it could be anybody's: every content word of it has
support, and each two that follow one another were written one after the other by enough users.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from clio_assets.analyst.local.naming.candidate import Candidate
from clio_assets.analyst.local.naming.chunks import DROPPED
from clio_assets.analyst.local.naming.parse import BREAK, ParsedRequest, requests_of
from clio_assets.analyst.local.naming.profiles import Comparison, Profile
from clio_assets.analyst.local.naming.wordlists import GENERIC, PLAIN_VERBS, UNITS
from privacy_checks.language.lemmas import lemmas

#: Users who wrote two content words one after the other; as many as support a word by default.
_PAIR_USERS = 5
_FEWEST_WORDS, _MOST_WORDS = 2, 8
_KEPT = 4

Pair = tuple[str, str]


def whole_requests(
    number: int, comparison: Comparison, supported: Collection[str]
) -> list[Candidate]:
    """At most `_KEPT` of the requests that cluster `number` of a comparison shares, best first."""
    profile = comparison.profiles[number]
    writers = _pairs(profile)
    users: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    hows: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for text, user in zip(profile.members, profile.users, strict=True):
        for request in requests_of(text)[:1]:
            words = _words(request)
            if words and _is_shared(words, supported, writers):
                users[words].add(user)
                hows[words] += request.kind == "how"
    found = []
    for words, who in users.items():
        key = frozenset(_content(words))
        fitness = comparison.fitness(number, key)
        score = fitness * (len(who) / len(set(profile.users))) ** 0.25
        found.append(
            Candidate("do", key, words, score, fitness, asked_how=2 * hows[words] > len(who))
        )
    return sorted(found, key=lambda one: (-round(one.score, 6), one.words))[:_KEPT]


def _words(request: ParsedRequest) -> tuple[str, ...]:
    """The request's words from its verb on, up to the first break; () where it makes no name."""
    if request.kind not in ("do", "how"):
        return ()
    words = request.words
    end = words.index(BREAK) if BREAK in words else len(words)
    kept = tuple(word for word in words[:end] if word not in DROPPED)
    if not _FEWEST_WORDS <= len(kept) <= _MOST_WORDS or UNITS.intersection(kept):
        return ()
    telling = set(_content(kept)) - GENERIC
    ends_well = bool(lemmas(kept[-1])) and kept[-1] not in PLAIN_VERBS
    named = telling and "you" not in kept and "i" not in kept
    return kept if named and ends_well else ()


def _is_shared(
    words: Sequence[str], supported: Collection[str], writers: Mapping[Pair, set[str]]
) -> bool:
    content = _content(words)
    return all(lemma in supported for lemma in content) and all(
        len(writers.get(pair, ())) >= _PAIR_USERS for pair in pairwise(content)
    )


def _pairs(profile: Profile) -> dict[Pair, set[str]]:
    """Who wrote two content words one after the other, whatever function words between them."""
    found: defaultdict[Pair, set[str]] = defaultdict(set)
    for text, user in zip(profile.members, profile.users, strict=True):
        for request in requests_of(text):
            for pair in pairwise(_content(request.words)):
                found[pair].add(user)
    return found


def _content(words: Sequence[str]) -> list[str]:
    return [lemma for word in words for lemma in lemmas(word)]
