"""Which words the texts of a hierarchy may use: those of enough users anywhere below a cluster."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.domain.clusters import ClusterText, Term
from clio_assets.errors import LakeError
from clio_assets.ground.types import Indices
from clio_assets.naming.supported import unsupported_in
from privacy_checks.language.lemmas import content_lemmas
from privacy_checks.language.vocabulary import VocabularyRule
from privacy_checks.policy.model import PrivacyPolicy


@dataclass(frozen=True)
class Writings:
    """Who wrote what, by base cluster: positions in `texts` and codes of users of each member."""

    texts: Sequence[str]
    text_of: Sequence[Indices]
    user_of: Sequence[Indices]

    def users_of(self, words: Collection[str], leaves: Sequence[int]) -> dict[str, int]:
        """Distinct users of some base clusters together who wrote each lemma."""
        wanted = set(words)
        writers: defaultdict[str, set[int]] = defaultdict(set)
        for leaf in leaves:
            pairs = zip(self.text_of[leaf].tolist(), self.user_of[leaf].tolist(), strict=True)
            for text, user in pairs:
                for word in wanted.intersection(content_lemmas(self.texts[text])):
                    writers[word].add(user)
        return {word: len(users) for word, users in writers.items()}


@dataclass(frozen=True)
class Vocabulary:
    """What a text needs: words with the support of `min_users`, and no personal data.

    Without `writings` a parent's words are only those that one of its base clusters supports.
    `lent` are, by base cluster, the words of the declared line that it is called by.
    """

    rule: VocabularyRule
    min_users: int
    policy: PrivacyPolicy
    writings: Writings | None = None
    lent: Sequence[frozenset[str]] = ()

    def missing(self, text: ClusterText, terms: Sequence[Term], leaves: Sequence[int]) -> list[str]:
        """Lemmas of a parent's text that too few users of all its base clusters wrote."""
        lent = (self.lent[leaf] for leaf in leaves if self.lent)
        words = unsupported_in(text, {term.lemma for term in terms}.union(*lent), self.rule)
        if words and self.writings is not None:
            users = self.writings.users_of(words, leaves)
            words = [word for word in words if users.get(word, 0) < self.min_users]
        return words


def read_writings(facet: str, members: pa.Table, facets: pa.Table) -> Writings:
    """The writings of a facet's MEMBERS (sorted by cluster, none empty) from a FACETS table.

    LakeError where the two tables do not belong together.
    """
    conversations = facets["conversation"].combine_chunks()
    at = pc.index_in(members["conversation"].combine_chunks(), value_set=conversations)
    if at.null_count:
        raise LakeError(
            f"{at.null_count} members of the window's clusters belong to no row of its facets; "
            "materialize clusters of the window again"
        )
    texts = facets[facet].take(at).combine_chunks().dictionary_encode()
    users = facets["user"].take(at).combine_chunks().dictionary_encode().indices.to_numpy()
    clusters = members["cluster"].to_numpy()
    starts = np.flatnonzero(np.diff(clusters)) + 1
    return Writings(
        texts.dictionary.to_pylist(),
        np.split(texts.indices.to_numpy(), starts),
        np.split(users, starts),
    )
