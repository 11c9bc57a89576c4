"""A small deterministic analyst and embedder for tests: words in, words out, no model."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np

from clio_assets.analyst.protocol import (
    ChildToAssign,
    ClusterToName,
    Extraction,
    Neighbourhood,
    NotAnswered,
    ParentsToMerge,
    ParentToRename,
    Proposal,
)
from clio_assets.domain.clusters import ClusterText, Node
from clio_assets.domain.conversation import Conversation
from clio_assets.domain.facets import FacetDefinition
from clio_assets.ground.types import Vector


class FakeEmbedder:
    """Hashed bags of words: texts that share words lie near each other."""

    identity = "fake words"

    def __init__(self, dimension: int = 32) -> None:
        self.dimension = dimension
        self.batches: list[list[str]] = []

    def embed(self, texts: Sequence[str]) -> Vector:
        """Unit-length counts of hashed words."""
        self.batches.append(list(texts))
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split() or [""]:
                vectors[row, int(sha256(word.encode()).hexdigest(), 16) % self.dimension] += 1
        unit: Vector = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


@dataclass
class FakeAnalyst:
    """Answers every verb from the words it is given.

    `ratings` maps a word to the rating (None: no answer) of every text that holds it.
    """

    name: str = "fake"
    extractive: bool = True
    ratings: Mapping[str, int | None] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    prompts: Mapping[str, str] = field(default_factory=dict)

    @property
    def usage(self) -> Mapping[str, int]:
        """Nothing."""
        return {}

    def working_on(self, stage: str, partition: str) -> "FakeAnalyst":
        """Itself."""
        del stage, partition
        return self

    def screen(self, conversations: Sequence[Conversation], question: str) -> Sequence[bool]:
        """Yes where the transcript holds the question."""
        return [question in conversation.transcript for conversation in conversations]

    def extract(
        self, conversations: Sequence[Conversation], facets: Sequence[FacetDefinition]
    ) -> Iterator[Extraction | NotAnswered]:
        """The transcript itself for every text facet; no answer to `refuse`."""
        values: dict[str, str | int] = {"languages": "English", "scale": 1, "category": "other"}
        for conversation in conversations:
            if conversation.transcript == "refuse":
                yield NotAnswered("refused")
            else:
                yield Extraction(
                    {f.name: values.get(f.kind, conversation.transcript) for f in facets}
                )

    def prepare(
        self, conversations: Collection[Conversation], facets: Sequence[FacetDefinition]
    ) -> None:
        """Nothing: answers are not stored."""

    def name_clusters(
        self, clusters: Sequence[ClusterToName]
    ) -> Sequence[ClusterText | NotAnswered]:
        """Two most used words; no answer where no word is used by enough users."""
        return [
            _text([term.surface for term in cluster.terms])
            if cluster.terms
            else NotAnswered("no_terms")
            for cluster in clusters
        ]

    def propose(self, neighbourhoods: Sequence[Neighbourhood]) -> Sequence[Sequence[Proposal]]:
        """The clusters that lie farthest from each other."""
        return [self._spread(n.nodes, n.parents_wanted) for n in neighbourhoods]

    def deduplicate(self, parents: ParentsToMerge) -> Sequence[Proposal]:
        """The proposals that lie farthest from each other."""
        return self._spread(parents.proposals, parents.parents_wanted)

    def assign(self, children: Sequence[ChildToAssign]) -> Sequence[int | NotAnswered]:
        """The nearest candidate."""
        return [
            int(
                np.argmax([candidate.vector @ child.child.vector for candidate in child.candidates])
            )
            for child in children
        ]

    def rename(self, parents: Sequence[ParentToRename]) -> Sequence[ClusterText | NotAnswered]:
        """The first words of the largest children."""
        return [
            _text([child.text.name.split()[-1] for child in parent.children]) for parent in parents
        ]

    def audit(self, texts: Sequence[ClusterText]) -> Sequence[int | NotAnswered]:
        """5, or what `ratings` says of a word in the text."""
        return [self._rating(f"{text.name} {text.description}") for text in texts]

    def _rating(self, text: str) -> int | NotAnswered:
        for word, rating in self.ratings.items():
            if word in text:
                return NotAnswered("refused") if rating is None else rating
        return 5

    def _spread(self, nodes: Sequence[Node], wanted: int) -> list[Proposal]:
        vectors = np.stack([node.vector for node in nodes])
        chosen = [0]
        similarity = vectors @ vectors[0]
        while len(chosen) < min(wanted, len(nodes)):
            chosen.append(int(np.argmin(similarity)))
            similarity = np.maximum(similarity, vectors @ vectors[chosen[-1]])
        return [
            Proposal(nodes[at].text, nodes[at].vector if self.extractive else None) for at in chosen
        ]


def _text(words: Sequence[str]) -> ClusterText:
    named = " and ".join(words[:2])
    return ClusterText(f"Ask about {named}", f"Users asked about {named}. They wanted answers.")
