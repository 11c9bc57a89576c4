"""What a cluster's members say, counted: the ground on which names are chosen.

A name is judged as a search for the cluster: of the members that hold all its words, how many lie
in the cluster (precision), and how many of the cluster does it find (recall)? Word counts of
clusters and their rarity elsewhere are those of class-based TF-IDF (M. Grootendorst, BERTopic,
arXiv 2203.05794).
"""

import functools
import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from clio_assets.analyst.local.naming.languages import language_of_text, languages_for_name
from clio_assets.analyst.local.naming.word_classes import word_classes
from clio_assets.analyst.protocol import ClusterToName
from clio_assets.domain.clusters import Term
from privacy_checks.language.lemmas import lemmas, replace_bracketed, tokens

#: Members of a cluster that are read, and clusters it is told apart from besides its neighbours.
MEMBERS_READ = 400
CLUSTERS_COMPARED = 256
#: Members in the language of a name that hold a word of it, at least: fewer quote it.
FEWEST_MEMBERS = 3

#: Precision counts more than recall (F-measure with beta 0.6).
_BETA_SQUARED = 0.36


@dataclass(frozen=True)
class Profile:
    """One cluster: `holding[lemma]` has bit i set where member i of those read has the lemma.

    All members read are in one language, that in which the cluster is to be named; `spoken` is the
    share of the cluster's members that are.
    """

    language: str
    members: tuple[str, ...]
    users: tuple[str, ...]
    holding: dict[str, int]
    spoken: float = 1.0

    @property
    def size(self) -> int:
        """Members read."""
        return len(self.members)

    def share(self, lemmas_sought: Collection[str]) -> float:
        """Share of the members that hold all these lemmas."""
        return self.found(lemmas_sought).bit_count() / max(self.size, 1)

    def terms(self, terms: Sequence[Term]) -> list[Term]:
        """Those of a cluster's terms that are words of the language it is named in."""
        return [
            term for term in terms if self.holding.get(term.lemma, 0).bit_count() >= FEWEST_MEMBERS
        ]

    def found(self, lemmas_sought: Collection[str]) -> int:
        """The members that hold all these lemmas, as bits."""
        return functools.reduce(
            lambda bits, lemma: bits & self.holding.get(lemma, 0), lemmas_sought, -1
        )


def profile(cluster: ClusterToName) -> Profile:
    """Counts over at most `MEMBERS_READ` members, evenly spread, those in the first language for a
    name in which any of the cluster's terms is a word."""
    step = max(1, math.ceil(len(cluster.members) / MEMBERS_READ))
    spoken = [language_of_text(text) for text in cluster.members[::step]]
    read = list(zip(cluster.members[::step], cluster.users[::step], spoken, strict=True))
    languages = languages_for_name(spoken)
    found = (
        _profile(language, [one[:2] for one in read if one[2] == language], len(read))
        for language in languages
    )
    first = next(found)
    return next((one for one in (first, *found) if one.terms(cluster.terms)), first)


def _profile(language: str, read: Sequence[tuple[str, str]], of: int) -> Profile:
    holding: defaultdict[str, int] = defaultdict(int)
    for position, (text, _) in enumerate(read):
        bit = 1 << position
        for token in set(tokens(replace_bracketed(text))):
            for lemma in lemmas(token):
                holding[lemma] |= bit
    texts, users = tuple(text for text, _ in read), tuple(user for _, user in read)
    return Profile(language, texts, users, dict(holding), len(read) / max(of, 1))


class Comparison:
    """Profiles of all clusters of a call, and how well words find one cluster among them."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self.profiles = profiles
        step = max(1, math.ceil(len(profiles) / CLUSTERS_COMPARED))
        self._compared = range(0, len(profiles), step)
        self.classes = word_classes(
            text for number in self._compared for text in profiles[number].members
        )
        self._scale = len(profiles) / max(len(self._compared), 1)
        self._clusters_of: defaultdict[str, list[int]] = defaultdict(list)
        for number in self._compared:
            for lemma in profiles[number].holding:
                self._clusters_of[lemma].append(number)

    def elsewhere(self, number: int, lemmas_sought: Collection[str]) -> float:
        """Sum over the other clusters of the share of members that hold all these lemmas."""
        rarest = min(lemmas_sought, key=lambda lemma: (len(self._clusters_of[lemma]), lemma))
        shares = sum(
            self.profiles[other].share(lemmas_sought)
            for other in self._clusters_of[rarest]
            if other != number
        )
        return shares * self._scale

    def fitness(self, number: int, lemmas_sought: Collection[str]) -> float:
        """F-measure of the words as a search for the cluster, 0 to 1."""
        return self.joint_fitness(number, (lemmas_sought,))

    def joint_fitness(self, number: int, searches: Sequence[Collection[str]]) -> float:
        """F-measure of several sets of words, any of which finds a member."""
        here = self.profiles[number]
        found = functools.reduce(lambda bits, search: bits | here.found(search), searches, 0)
        recall = found.bit_count() / max(here.size, 1)
        if not recall:
            return 0.0
        outside = sum(self.elsewhere(number, search) for search in searches)
        precision = recall / (recall + outside)
        return (1 + _BETA_SQUARED) * precision * recall / (_BETA_SQUARED * precision + recall)

    def weight(self, number: int, lemma: str) -> float:
        """Class-based TF-IDF of one word: its share here times the log of its rarity."""
        share = self.profiles[number].share((lemma,))
        return share * math.log(1 + share / (self.elsewhere(number, (lemma,)) / 10 + 0.01))
