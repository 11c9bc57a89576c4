"""Name and describe base clusters (paper, B.2 and G.5)."""

from collections.abc import Sequence

import numpy as np

from clio_assets.analyst.protocol import Analyst, ClusterText, ClusterToName, NotAnswered, Vector
from clio_assets.clusters.neighbours import nearest_clusters
from clio_assets.clusters.terms import supported_terms
from clio_assets.errors import AnalystError
from clio_assets.facets.schema import FacetDefinition

#: Random members a namer sees (paper, G.5).
SAMPLE = 50
NEIGHBOURS = 10
MAX_NAME_WORDS = 10

#: The texts of a cluster's members and who wrote each.
Group = tuple[Sequence[str], Sequence[str]]


def clusters_to_name(
    facet: FacetDefinition,
    groups: Sequence[Group],
    centroids: Vector,
    min_vocabulary_users: int,
    seed: int,
) -> list[ClusterToName]:
    """The questions to the analyst: one a cluster, in order, with a seeded sample of members."""
    neighbours = nearest_clusters(centroids, NEIGHBOURS)
    questions = []
    for number, (members, users) in enumerate(groups):
        random = np.random.default_rng((seed, number))
        sample = random.choice(len(members), min(SAMPLE, len(members)), replace=False)
        questions.append(
            ClusterToName(
                facet=facet,
                members=members,
                users=users,
                sample=sample.tolist(),
                terms=supported_terms(members, users, min_vocabulary_users),
                neighbours=neighbours[number],
            )
        )
    return questions


def name_clusters(analyst: Analyst, questions: Sequence[ClusterToName]) -> list[ClusterText | None]:
    """The analyst's answers; None where there is none, or one that breaks the form.

    A name has one to ten words and a description says something.
    """
    if not questions:
        return []
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
