"""Candidate names of an English cluster, the best first."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from clio_assets.analyst.local.naming.candidate import (
    KEPT,
    MIN_SHARE,
    MIN_USERS,
    SUPPORT_POWER,
    Candidate,
    best_first,
)
from clio_assets.analyst.local.naming.dictionary import is_only_noun
from clio_assets.analyst.local.naming.parse import ParsedRequest, requests_of
from clio_assets.analyst.local.naming.phrases import Phrase, phrases_of
from clio_assets.analyst.local.naming.profiles import Comparison, Profile
from clio_assets.analyst.local.naming.word_classes import (
    WordClasses,
    definite,
    is_plural,
    with_articles,
)
from clio_assets.analyst.local.naming.wordlists import (
    CASED,
    DONE_TO_PEOPLE,
    DULL,
    FORMULAE,
    GENERIC,
    INTRANSITIVE,
    PREPOSITIONS,
    UNCOUNTED,
)
from clio_assets.domain.clusters import Term

#: Worth of a phrase by its number of telling words: one says little, many read badly.
_LENGTH_WORTH = {0: 0.3, 1: 1.0, 2: 1.35, 3: 1.5, 4: 1.5, 5: 1.4}
#: A gap where an object should stand reads badly.
_GAP_WORTH = 0.85
#: So does a head without the words that say which ("the voice").
_TRIMMED_WORTH = 0.88
#: "Ask about declined" and a mere "Order" are no names where there is a better one.
_ACTION_WORTH = 0.5
_BARE_VERB_WORTH = 0.7
#: By the share of requests that wish something done: where people wish, a verb names it best;
#: where they ask, the thing asked about.
_TEMPLATE_WORTH: Mapping[str, Callable[[float], float]] = {
    "do": lambda wishes: 0.95 + 0.6 * wishes,
    "about": lambda wishes: 0.95 - 0.25 * wishes,
    "wh": lambda wishes: 1.05,
    "whether": lambda wishes: 0.85,
}
#: Share of the requests that decides the form of a thing asked about.
_MOSTLY = 0.4
#: Score of a wish, as a share of that of the thing it is about, from which it is preferred.
_GOOD_VERB = 0.55


@dataclass
class _PhraseUse:
    """Who used a phrase, how they wrote it, and in what kind of request."""

    users: set[str]
    written: Counter[tuple[str, ...]]
    kinds: Counter[str]
    gaps: int = 0
    trims: int = 0
    things: int = 0
    actions: int = 0
    led: int = 0
    values: int = 0
    more: int = 0

    def add(self, phrase: Phrase, request: ParsedRequest, user: str) -> None:
        self.users.add(user)
        self.written[phrase.words] += phrase.noun >= 0
        self.kinds[request.kind] += 1
        self.values += request.sought == "value"
        self.more += request.sought == "more"
        self.gaps += phrase.gap
        self.trims += phrase.trimmed
        self.led += phrase.led
        self.things += phrase.noun > 0
        self.actions += phrase.noun < 0

    @property
    def has_gap(self) -> bool:
        """Whether most occurrences step over a word where an object should stand."""
        return 2 * self.gaps > sum(self.kinds.values())

    @property
    def worth(self) -> float:
        """Less where most occurrences leave something out."""
        trimmed = 2 * self.trims > sum(self.kinds.values())
        return (_GAP_WORTH if self.has_gap else 1.0) * (_TRIMMED_WORTH if trimmed else 1.0)


def english_candidates(
    number: int, comparison: Comparison, terms: Sequence[Term]
) -> list[Candidate]:
    """Candidate names of cluster `number` of a comparison, at most `KEPT`, the best first."""
    profile = comparison.profiles[number]
    supported = {term.lemma for term in terms}
    uses: defaultdict[tuple[str, frozenset[str]], _PhraseUse] = defaultdict(
        lambda: _PhraseUse(set(), Counter(), Counter())
    )
    for text, user in zip(profile.members, profile.users, strict=True):
        for request in requests_of(text):
            for phrase in phrases_of(request, supported, comparison.classes):
                uses[phrase.template, frozenset(phrase.key)].add(phrase, request, user)
    return _ranked(number, comparison, uses)


def _ranked(
    number: int,
    comparison: Comparison,
    uses: Mapping[tuple[str, frozenset[str]], _PhraseUse],
) -> list[Candidate]:
    profile = comparison.profiles[number]
    users = len(set(profile.users))
    enough = max(MIN_SHARE * users, MIN_USERS)
    wishes = _share_of_wishes(profile)
    found = []
    for (template, key), use in uses.items():
        if len(use.users) < enough:
            continue
        words = min(use.written, key=lambda way: (-use.written[way], way))
        form = _form(template, words, use)
        if template in ("do", "about"):
            words = with_articles(words, comparison.classes.counted)
        if template == "about" and not _is_thing(words, key, use, comparison.classes):
            continue
        if form == "value":
            words = definite(words)
        fitness = comparison.fitness(number, key)
        action = template == "about" and use.actions > use.things
        bare = template == "do" and len(words) == 1
        if bare:
            words = _with_object(words[0])
        elif template == "do" and words[1] in PREPOSITIONS and use.has_gap:
            if words[1] == "of" or words[0] in DONE_TO_PEOPLE:
                continue  # "the glue of a clavichord"
            words = (words[0], "something", *words[1:])
        worth = _TEMPLATE_WORTH[template](wishes) * _LENGTH_WORTH.get(len(key - GENERIC), 1.2)
        worth *= (len(use.users) / users) ** SUPPORT_POWER
        worth *= use.worth * (_ACTION_WORTH if action else _BARE_VERB_WORTH if bare else 1)
        found.append(
            Candidate(
                template=form,
                lemmas=key,
                words=words,
                score=fitness * worth,
                fitness=fitness,
                joins=not action and not bare and template in ("do", "about"),
                asked_how=use.kinds["how"] > use.kinds["do"],
                gapped=use.has_gap,
            )
        )
    found = best_first(found)
    if found and wishes > 0.5:
        preferred = _verb_for(found)
        found = [preferred, *(one for one in found if one is not preferred)]
    return found[:KEPT]


def _is_thing(words: tuple[str, ...], key: Set[str], use: _PhraseUse, classes: WordClasses) -> bool:
    """Whether words may stand for a thing asked about: a noun alone, and something telling."""
    alone = len(words) == 1 and not is_plural(words) and words[0] not in CASED
    seen_as_thing = 2 * use.things >= sum(use.kinds.values())
    noun = words[-1] in classes.nouns | UNCOUNTED or seen_as_thing
    stands = noun and is_only_noun(words[-1])
    return bool(key - GENERIC - DULL) and (stands or not alone)


def _with_object(verb: str) -> tuple[str, ...]:
    if verb in INTRANSITIVE:
        return (verb,)
    return (verb, "someone" if verb in DONE_TO_PEOPLE else "something")


def _verb_for(ranked: Sequence[Candidate]) -> Candidate:
    """The best candidate; where it is a thing, rather what people wish done with it."""
    best = ranked[0]
    for one in ranked:
        shared = len(one.lemmas & best.lemmas)
        good = one.score >= _GOOD_VERB * best.score and 2 * shared >= len(best.lemmas)
        if best.template == "about" and one.template == "do" and one.joins and shared and good:
            return one
    return best


def _share_of_wishes(profile: Profile) -> float:
    """Share of the members' requests that wish something done."""
    kinds = Counter(request.kind for text in profile.members for request in requests_of(text)[:1])
    return (kinds["do"] + kinds["how"]) / max(sum(kinds.values()), 1)


def _form(template: str, words: tuple[str, ...], use: _PhraseUse) -> str:
    """Things people want are asked for ("a joke"), values are found out ("the exchange rate"),
    subjects are learnt about, and others are asked about."""
    if template != "about":
        return template
    kinds, every = use.kinds, sum(use.kinds.values())
    wanted = kinds["want"] + kinds["about"] + kinds["do"] - use.more
    if words[0] in ("a", "an") and wanted > 0.6 * every and 2 * use.led < every:
        return "for"
    if kinds["say"] > 0.5 * every:
        return "greet" if FORMULAE.intersection(words) else "talk"
    if use.values > _MOSTLY * every and words[0] not in ("a", "an"):
        return "for" if is_plural(words) else "value"
    return "learn" if use.more > _MOSTLY * every else template
