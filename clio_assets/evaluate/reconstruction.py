"""Can the labels be told from the published names alone? (paper, C: supervised reconstruction)

Each published base cluster is given the label whose text is most like its name and description, by
the embedder; each of its conversations then counts as guessed to have that label.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from clio_assets.domain.embedder import Embedder
from clio_assets.evaluate.agreement import Scores, scores
from clio_assets.evaluate.window import MeasuredMap
from clio_assets.ground.vectors import similarities

_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class LanguageScore:
    """Share of hits among the conversations of one language."""

    conversations: int
    accuracy: float


@dataclass(frozen=True)
class Confusion:
    """Conversations of one label that were guessed to have another."""

    label: str
    guessed: str
    conversations: int


@dataclass(frozen=True)
class Reconstruction:
    """Over the labelled conversations in published base clusters. `confused`: largest first;
    `labels`: how many conversations each label has there."""

    labels: Mapping[str, int]
    scores: Scores
    per_language: Mapping[str, LanguageScore]
    confused: Sequence[Confusion]
    unguessed: int  # labels that no cluster was given


def reconstruct(
    found: MeasuredMap,
    labels: Mapping[str, str],
    descriptions: Mapping[str, str],
    languages: Mapping[str, str],
    embedder: Embedder,
) -> Reconstruction:
    """Guess every conversation's label. `descriptions` may lack labels; their names then count."""
    names = sorted(set(labels.values()))
    guess_of = _guesses(found, names, descriptions, embedder)
    rows = [
        (conversation, label, guess_of[cluster])
        for conversation, label in labels.items()
        if (cluster := found.cluster_of(conversation, found.leaves)) is not None
    ]
    truth, guessed = [label for _, label, _ in rows], [guess for *_, guess in rows]
    by_language: dict[str, list[bool]] = {}
    for conversation, label, guess in rows:
        language = languages.get(conversation, "Unknown")
        by_language.setdefault(language, []).append(label == guess)
    wrong = Counter((label, guess) for _, label, guess in rows if label != guess)
    return Reconstruction(
        dict(sorted(Counter(truth).items())),
        scores(truth, guessed),
        {
            language: LanguageScore(len(hits), sum(hits) / len(hits))
            for language, hits in sorted(
                by_language.items(), key=lambda one: (-len(one[1]), one[0])
            )
        },
        _largest_first(wrong),
        len(set(names) - set(guess_of.values())),
    )


def by_parent(
    found: Reconstruction, parent_of: Mapping[str, str]
) -> tuple[Mapping[str, int], Sequence[Confusion]]:
    """The same guesses, looked at by the labels' parents: how many each has, and what is confused.

    Labels without a parent are left out.
    """
    labels: Counter[str] = Counter()
    for label, count in found.labels.items():
        if label in parent_of:
            labels[parent_of[label]] += count
    wrong: Counter[tuple[str, str]] = Counter()
    for one in found.confused:
        pair = parent_of.get(one.label), parent_of.get(one.guessed)
        if pair[0] is not None and pair[1] is not None and pair[0] != pair[1]:
            wrong[pair[0], pair[1]] += one.conversations
    return dict(sorted(labels.items())), _largest_first(wrong)


def parent_of_labels(labels: Mapping[str, str], parents: Mapping[str, str]) -> dict[str, str]:
    """Label -> the parent that most of its conversations have; of equals the first by name."""
    counts: dict[str, Counter[str]] = {}
    for conversation, label in labels.items():
        if conversation in parents:
            counts.setdefault(label, Counter())[parents[conversation]] += 1
    return {label: min(of, key=lambda one: (-of[one], one)) for label, of in counts.items()}


def _largest_first(wrong: Mapping[tuple[str, str], int]) -> list[Confusion]:
    return [
        Confusion(label, guess, count)
        for (label, guess), count in sorted(wrong.items(), key=lambda one: (-one[1], one[0]))
    ]


def readable(label: str) -> str:
    """A label as words: `lost_luggage` and `lostLuggage` read `lost luggage`."""
    return " ".join(_HUMPS.sub(" ", label).replace("_", " ").replace("-", " ").split())


def _guesses(
    found: MeasuredMap,
    names: Sequence[str],
    descriptions: Mapping[str, str],
    embedder: Embedder,
) -> dict[int, str]:
    """Published base cluster -> the label most like its text; equal likeness: the first by name."""
    if not names:
        return {}
    texts = found.leaves.texts
    asked = [f"{text.name}. {text.description}" for text in texts.values()]
    offered = [
        f"{readable(name)}. {descriptions[name]}" if name in descriptions else readable(name)
        for name in names
    ]
    likeness = similarities(embedder.embed(asked), embedder.embed(offered))
    best = np.argmax(np.round(likeness, 6), axis=1)
    return {cluster: names[at] for cluster, at in zip(texts, best.tolist(), strict=True)}
