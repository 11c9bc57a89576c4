"""Name and describe base clusters (paper, G.5).

Of the neighbours a namer sees keywords alone, never their members' texts.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from clio_assets.analyst.claude.exchange import Question
from clio_assets.analyst.claude.verbs.context import VerbContext
from clio_assets.analyst.claude.verbs.form import TextForm, schema_of, text_of
from clio_assets.analyst.claude.verbs.prompt import Data, one_line
from clio_assets.analyst.protocol import ClusterToName, NotAnswered
from clio_assets.domain.clusters import ClusterText

#: Characters of a member's text: what it is about stands at its start, and fifty are read.
MEMBER: Final = 60

#: Words of the cluster, words of each neighbour, and neighbours that are shown.
OWN_WORDS: Final = 10
NEIGHBOUR_WORDS: Final = 4
NEIGHBOURS: Final = 8


def name_clusters(
    context: VerbContext, clusters: Sequence[ClusterToName]
) -> list[ClusterText | NotAnswered]:
    """A text for each cluster, all of one facet."""
    variables = {"facet": clusters[0].facet}
    prompt = context.prompt("name_clusters", schema_of(TextForm), variables)
    words = [[term.surface for term in cluster.terms] for cluster in clusters]

    def questions() -> Iterator[Question[ClusterText]]:
        for at, cluster in enumerate(clusters):
            data = Data(_text(cluster, words, at), asked={"avoid": bool(cluster.avoid)})
            yield prompt.question(data, text_of)

    answers = context.ask(questions)
    return list(answers)


def _text(cluster: ClusterToName, words: Sequence[Sequence[str]], own: int) -> str:
    members = Counter(one_line(cluster.members[at], MEMBER) for at in cluster.sample)
    parts = ["Members:"]
    parts += [f"- {text}" + (f" ({n}x)" if n > 1 else "") for text, n in members.items() if text]
    if words[own]:
        parts.append(f"Words of many members: {', '.join(words[own][:OWN_WORDS])}")
    parts += _neighbours(cluster.neighbours[:NEIGHBOURS], words, set(words[own]))
    if cluster.avoid:
        parts.append(f"Avoid: {one_line(', '.join(cluster.avoid))}")
    return "\n".join(parts)


def _neighbours(
    neighbours: Sequence[int], words: Sequence[Sequence[str]], own: set[str]
) -> list[str]:
    """Lines on the neighbours' words, those first that the cluster does not share."""
    lines = []
    for at in neighbours:
        ranked = sorted(words[at], key=lambda word: word in own)[:NEIGHBOUR_WORDS]
        if ranked:
            lines.append(f"- {', '.join(ranked)}")
    return ["Words of neighbouring groups:", *lines] if lines else []
