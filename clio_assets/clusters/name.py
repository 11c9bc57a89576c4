"""Name and describe base clusters (paper, B.2 and G.5)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from clio_assets.analyst.protocol import Analyst, ClusterToName, NotAnswered
from clio_assets.clusters.neighbours import nearest_clusters
from clio_assets.clusters.terms import supported_terms
from clio_assets.domain.clusters import ClusterText
from clio_assets.domain.facets import FacetDefinition
from clio_assets.errors import AnalystError
from clio_assets.ground.types import Vector
from clio_assets.naming.supported import Settled, settle, unsupported_in, without_names
from privacy_checks.language.fixed_lines import MOST_ENGLISH, lemmas_of_line
from privacy_checks.language.vocabulary import vocabulary_rule
from privacy_checks.policy.model import PrivacyPolicy

#: Random members a namer sees (paper, G.5).
SAMPLE = 50
NEIGHBOURS = 10
MAX_NAME_WORDS = 10


@dataclass(frozen=True)
class Group:
    """The texts of a cluster's members and who wrote each; share of them that is in English."""

    texts: Sequence[str]
    users: Sequence[str]
    english: float = 1.0


@dataclass(frozen=True)
class Places:
    """Centroids of the clusters, one a row, and how near to them their members lie.

    Under `min_coherence` a cluster is mixed.
    """

    centroids: Vector
    coherences: Sequence[float]
    min_coherence: float = 0.0


def clusters_to_name(
    facet: FacetDefinition,
    groups: Sequence[Group],
    places: Places,
    policy: PrivacyPolicy,
    seed: int,
    capitalised: Collection[str] = frozenset(),
) -> list[ClusterToName]:
    """The questions to the analyst: one a cluster, in order, with a seeded sample of members.

    `capitalised` are words, in lower case, that people write with a capital.
    """
    neighbours = nearest_clusters(places.centroids, NEIGHBOURS)
    questions = []
    for number, group in enumerate(groups):
        members, users = group.texts, group.users
        random = np.random.default_rng((seed, number))
        sample = random.choice(len(members), min(SAMPLE, len(members)), replace=False)
        questions.append(
            ClusterToName(
                facet=facet,
                members=members,
                users=users,
                sample=sample.tolist(),
                terms=without_names(
                    supported_terms(members, users, policy.min_vocabulary_users, capitalised),
                    policy,
                ),
                neighbours=neighbours[number],
                centroid=places.centroids[number],
                coherence=places.coherences[number],
                mixed=places.coherences[number] < places.min_coherence,
                by_line=group.english < MOST_ENGLISH,
            )
        )
    return questions


def name_clusters(
    analyst: Analyst,
    questions: Sequence[ClusterToName],
    policy: PrivacyPolicy,
    lines: Collection[str] = frozenset(),
) -> Settled:
    """The clusters' texts, in order, made of words that enough of a cluster's users wrote.

    Of the declared `lines` one may be the name of a cluster whose members mostly do not write
    English; its words then need no support.
    A name has one to ten words and a description says something. AnalystError where the analyst
    gives more or fewer answers than questions.
    """
    if not questions:
        return Settled([])
    rule = vocabulary_rule(policy, analyst.name)
    terms = [question.terms for question in questions]
    supported = [{term.lemma for term in some} for some in terms]

    def missing(at: int, text: ClusterText) -> list[str]:
        lent = lemmas_of_line(text.name, lines) if questions[at].by_line else frozenset()
        return unsupported_in(text, supported[at] | lent, rule)

    def again(avoid: Mapping[int, Sequence[str]]) -> list[ClusterText | None]:
        # all questions, because neighbours are told by their place among them
        return _answers(
            analyst, [replace(one, avoid=avoid.get(at, ())) for at, one in enumerate(questions)]
        )

    return settle(_answers(analyst, questions), terms, missing, again, policy)


def _answers(analyst: Analyst, questions: Sequence[ClusterToName]) -> list[ClusterText | None]:
    """The analyst's answers; None where there is none, or one that breaks the form."""
    answers = analyst.name_clusters(questions)
    if len(answers) != len(questions):
        raise AnalystError("the analyst gave more or fewer names than clusters")
    return [_well_formed(answer) for answer in answers]


def _well_formed(answer: ClusterText | NotAnswered) -> ClusterText | None:
    if isinstance(answer, NotAnswered):
        return None
    name, description = answer.name.split(), answer.description.split()
    if not 1 <= len(name) <= MAX_NAME_WORDS or not description:
        return None
    return ClusterText(" ".join(name), " ".join(description))
