"""Do requests about one thing lie together whatever language they are in?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from clio_assets.evaluate.agreement import agreement
from clio_assets.evaluate.window import MeasuredMap

ENGLISH = "English"


@dataclass(frozen=True)
class JoinedLanguage:
    """Requests of one language, and the share that lies in its topic's main English cluster."""

    conversations: int
    joined: float


@dataclass(frozen=True)
class LanguageFigures:
    """V-measures of the published base clusters against topics and against languages, over the
    labelled conversations in them; `truth_v_language` is that of the topics themselves, which
    clusters that follow topics alone would have.

    `joined`: share of labelled requests in other languages than English that lie in the cluster
    that holds most English ones of the same topic, published or not; topics without any English
    request in a published cluster do not count.
    """

    conversations: int
    v_topic: float
    v_language: float
    truth_v_language: float
    others: int
    joined: float
    per_language: Mapping[str, JoinedLanguage]


def figures_of_languages(
    found: MeasuredMap, labels: Mapping[str, str], languages: Mapping[str, str]
) -> LanguageFigures:
    """`labels` and `languages` have pseudonyms; a conversation without either is left out."""
    placed = {
        conversation: found.cluster_of(conversation, found.leaves)
        for conversation in labels
        if conversation in languages
    }
    covered = [(name, cluster) for name, cluster in placed.items() if cluster is not None]
    clusters = [cluster for _, cluster in covered]
    topics = [labels[name] for name, _ in covered]
    spoken = [languages[name] for name, _ in covered]
    main = _main_clusters(covered, labels, languages)
    hits: dict[str, list[bool]] = {}
    for name, cluster in placed.items():
        if languages[name] != ENGLISH and labels[name] in main:
            hits.setdefault(languages[name], []).append(cluster == main[labels[name]])
    every = [hit for of_language in hits.values() for hit in of_language]
    return LanguageFigures(
        len(covered),
        agreement(clusters, topics).v_measure,
        agreement(clusters, spoken).v_measure,
        agreement(topics, spoken).v_measure,
        len(every),
        sum(every) / len(every) if every else 0.0,
        {
            language: JoinedLanguage(len(of), sum(of) / len(of))
            for language, of in sorted(hits.items(), key=lambda one: (-len(one[1]), one[0]))
        },
    )


def _main_clusters(
    covered: list[tuple[str, int]], labels: Mapping[str, str], languages: Mapping[str, str]
) -> dict[str, int]:
    """Topic -> the cluster with most of its English requests; of equals the lowest number."""
    counts: dict[str, Counter[int]] = {}
    for name, cluster in covered:
        if languages[name] == ENGLISH:
            counts.setdefault(labels[name], Counter())[cluster] += 1
    return {
        topic: min(of_topic, key=lambda cluster: (-of_topic[cluster], cluster))
        for topic, of_topic in counts.items()
    }
