"""What single members ask for, cut to its core: names that a person wrote.

"Can you please help me book a table for two" asks to "book a table for two". Such a phrase is one
member's own, so it is open only where no part of it is: every content word is supported, and so is
every pair of content words that stand side by side in it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from clio_assets.analyst.local.naming.candidate import Candidate
from clio_assets.analyst.local.naming.chunks import DROPPED
from clio_assets.analyst.local.naming.clauses import as_clause, shortened
from clio_assets.analyst.local.naming.parse import BREAK, ParsedRequest, requests_of
from clio_assets.analyst.local.naming.profiles import Comparison, Profile
from clio_assets.analyst.local.naming.word_classes import WordClasses, with_articles
from clio_assets.analyst.local.naming.wordlists import (
    AUXILIARIES,
    DETERMINERS,
    NO_WISH,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    REQUEST_VERBS,
    UNITS,
    word_set,
)
from clio_assets.domain.clusters import Term
from privacy_checks.language.lemmas import content_lemmas, lemmas

Words = tuple[str, ...]

#: Words of a phrase with its lead ("Ask how ..."), and content words.
_WORDS_AT_MOST = 8
_CONTENT = range(1, 6)
#: Phrases of a cluster that are judged further.
_KEPT = 8
#: Words with which no phrase ends.
_OPEN_ENDS = DETERMINERS | POSSESSIVES | PREPOSITIONS | AUXILIARIES | word_set("and or not to than")
_TAILS = word_set("please now today right again thanks here there yet then still")
_NOT_SAID = DROPPED - {"us", "me", "myself"}


def whole_requests(number: int, comparison: Comparison, terms: Sequence[Term]) -> list[Candidate]:
    """At most `_KEPT` requests of members of cluster `number` of a comparison, the best first.

    A pair of words has support where as many users wrote it as wrote the rarest of the terms.
    """
    profile = comparison.profiles[number]
    min_users = min(term.users for term in terms)
    supported = {term.lemma for term in terms}
    pairs = _supported_pairs(profile, min_users)
    ways: Counter[tuple[str, Words]] = Counter()
    how: Counter[tuple[str, Words]] = Counter()
    for text in profile.members:
        for request in requests_of(text)[:1]:
            for template, words in _phrases(request, supported, comparison.classes):
                if _is_open(words, supported, pairs):
                    ways[template, words] += 1
                    how[template, words] += request.kind == "how"
    found = []
    for (template, words), times in ways.items():
        key = frozenset(lemma for word in words for lemma in lemmas(word))
        weight = sum(comparison.weight(number, lemma) for lemma in key) / (len(key) + 1) ** 0.5
        written = with_articles(words, comparison.classes.counted)
        asked_how = 2 * how[template, words] > times
        found.append(
            (
                weight,
                Candidate(
                    template, key, written, 0.0, 0.0, joins=False, asked_how=asked_how, whole=True
                ),
            )
        )
    found.sort(key=lambda pair: (-pair[0], pair[1].template, pair[1].words))
    kept: dict[frozenset[str], Candidate] = {}
    for _, one in found:
        kept.setdefault(one.lemmas, one)
    return list(kept.values())[:_KEPT]


def _supported_pairs(profile: Profile, min_users: int) -> set[tuple[str, str]]:
    """Content words that so many distinct users wrote side by side, function words left out."""
    authors: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for text, user in zip(profile.members, profile.users, strict=True):
        for pair in pairwise(content_lemmas(text)):
            authors[pair].add(user)
    return {pair for pair, who in authors.items() if len(who) >= min_users}


def _is_open(words: Words, supported: Collection[str], pairs: Collection[tuple[str, str]]) -> bool:
    said = [lemma for word in words for lemma in lemmas(word)]
    return (
        len(said) in _CONTENT
        and all(lemma in supported for lemma in said)
        and all(pair in pairs for pair in pairwise(said))
    )


def _phrases(
    request: ParsedRequest, supported: Collection[str], classes: WordClasses
) -> Iterator[tuple[str, Words]]:
    """The request as a wish ("do") or a question ("wh", "whether"), if it is short and whole."""
    if request.kind in ("do", "how"):
        words = _trimmed(request.words)
        if len(words) > 1 and words[0] in REQUEST_VERBS - NO_WISH:
            yield "do", words
    elif request.kind in ("wh", "whether"):
        words = _trimmed(shortened(as_clause(request, supported, classes)))
        if len(words) > 2 and not _is_turned(words):
            yield request.kind, words


def _is_turned(words: Words) -> bool:
    """Whether a clause has the order of a question: "how is the weather"."""
    at = next((i for i, word in enumerate(words) if word in AUXILIARIES), len(words))
    after = words[at + 1 : at + 2]
    return (
        at > 0
        and lemmas(words[at - 1]) == ()
        and bool((DETERMINERS | POSSESSIVES | PRONOUNS | {"your"}).intersection(after))
    )


def _trimmed(words: Words) -> Words:
    """The first part of the words, without politeness; empty where it breaks off or is long."""
    kept: list[str] = []
    for word in words:
        if word == BREAK:
            break
        if word not in _NOT_SAID:
            kept.append(word)
    while kept and (kept[-1] in _TAILS or kept[-1] in UNITS):
        kept.pop()
    if not 2 <= len(kept) <= _WORDS_AT_MOST or kept[-1] in _OPEN_ENDS:
        return ()
    if any(word.isdigit() for word in kept) or PRONOUNS.intersection(kept) - {"you", "i", "it"}:
        return ()
    return tuple(kept)
