"""The seam to a language model: one verb for each thing the paper asks a model to do.

Verbs take and give sequences, so that an implementation may answer one by one, concurrently or in
batches. Answers come back in the order of the questions. An answer that could not be had is a
`NotAnswered` with a reason, never an empty string; trouble that should stop the run is raised as
`clio_assets.errors.AnalystError`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from clio_assets.domain.clusters import ClusterText, Node, Term
from clio_assets.domain.conversation import Conversation
from clio_assets.domain.facets import FacetDefinition
from clio_assets.ground.types import Vector


@dataclass(frozen=True)
class NotAnswered:
    """Why a question has no usable answer: a short fixed word such as `refused`, no content."""

    reason: str


@dataclass(frozen=True)
class Extraction:
    """Facet name -> value: text and languages and categories as str, scales as int."""

    values: Mapping[str, str | int]


@dataclass(frozen=True)
class ClusterToName:
    """A base cluster to be named (paper, G.5).

    `members` are the facet texts of all members and `users` who wrote each (same length);
    `sample` are indices of at most 50 random members. `neighbours` are positions, in the sequence
    of questions, of the nearest other clusters. `terms` are the only content words that an
    extractive name may use. `avoid` are words of an earlier answer that too few users wrote.
    `centroid` has unit length; `coherence` is the mean cosine of the members' vectors to it, and
    `mixed` says that it lies under the operator's bound. `by_line` says that most members write
    other languages than English: a line of the phrase book may name it whatever they wrote.
    """

    facet: FacetDefinition
    members: Sequence[str]
    users: Sequence[str]
    sample: Sequence[int]
    terms: Sequence[Term]
    neighbours: Sequence[int]
    avoid: Sequence[str] = ()
    centroid: Vector | None = field(default=None, repr=False)
    coherence: float = 1.0
    mixed: bool = False
    by_line: bool = False


@dataclass(frozen=True)
class Proposal:
    """A candidate parent; `vector` where the analyst knows better than embedding the text."""

    text: ClusterText
    vector: Vector | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Neighbourhood:
    """Clusters that get parents proposed together (G.7), with the nearest ones outside it."""

    facet: FacetDefinition
    nodes: Sequence[Node]
    outsiders: Sequence[Node]
    parents_wanted: int


@dataclass(frozen=True)
class ParentsToMerge:
    """Proposed parents of all neighbourhoods of one level, to be made distinct."""

    facet: FacetDefinition
    proposals: Sequence[Node]
    parents_wanted: int


@dataclass(frozen=True)
class ChildToAssign:
    """A cluster and the parents it may go to, in shuffled order."""

    child: Node
    candidates: Sequence[Node]


@dataclass(frozen=True)
class ParentToRename:
    """A parent and the children that were assigned to it; `siblings` are the other parents.

    `avoid` are words of an earlier answer that too few users wrote.
    """

    facet: FacetDefinition
    children: Sequence[Node]
    siblings: Sequence[int]
    avoid: Sequence[str] = ()


class Analyst(Protocol):
    """Answers the eight questions. Implementations pass one contract suite (tests/contracts)."""

    @property
    def name(self) -> str:
        """`local`, `claude`, ...: shown wherever the analyst's output is shown."""
        ...

    @property
    def extractive(self) -> bool:
        """Whether facets quote the conversation rather than describe it."""
        ...

    @property
    def models(self) -> Mapping[str, str]:
        """Role -> model with its version or digest; part of every recipe and of the lineage."""
        ...

    @property
    def prompts(self) -> Mapping[str, str]:
        """Verb -> digest of its prompt (or of its rules); part of every recipe and lineage."""
        ...

    @property
    def usage(self) -> Mapping[str, int]:
        """What the answers given so far took: `model_calls`, `input_tokens`, `output_tokens` and
        `microdollars`, stored answers included, so that a re-run says the same. Empty where no
        model is asked."""
        ...

    def working_on(self, stage: str, partition: str) -> "Analyst":
        """The analyst for one partition, whose `usage` starts from nothing."""
        ...

    def screen(self, conversations: Sequence[Conversation], question: str) -> Sequence[bool]:
        """Does the yes/no question hold for each conversation? (G.3)"""
        ...

    def extract(
        self, conversations: Sequence[Conversation], facets: Sequence[FacetDefinition]
    ) -> Iterator[Extraction | NotAnswered]:
        """All facets of each conversation (G.4), computed ones excepted; streams in order.

        A conversation with complaints was answered before: the new answer heeds them.
        """
        ...

    def prepare(
        self, conversations: Collection[Conversation], facets: Sequence[FacetDefinition]
    ) -> None:
        """Have what `extract` will ask answered or computed beforehand, about the conversations of
        several partitions at once, where that is kept; else nothing."""
        ...

    def name_clusters(
        self, clusters: Sequence[ClusterToName]
    ) -> Sequence[ClusterText | NotAnswered]:
        """Name and describe base clusters of one facet (G.5).

        Where some names did not do, all clusters come once more, those with words to avoid.
        """
        ...

    def propose(self, neighbourhoods: Sequence[Neighbourhood]) -> Sequence[Sequence[Proposal]]:
        """Candidate parents for each neighbourhood, 0.5 to 1.5 times the wanted number (G.7)."""
        ...

    def deduplicate(self, parents: ParentsToMerge) -> Sequence[Proposal]:
        """The distinct ones among the proposals, 0.5 to 1.5 times the wanted number (G.7)."""
        ...

    def assign(self, children: Sequence[ChildToAssign]) -> Sequence[int | NotAnswered]:
        """Index of the best candidate for each child (G.7)."""
        ...

    def rename(self, parents: Sequence[ParentToRename]) -> Sequence[ClusterText | NotAnswered]:
        """Name and describe parents of one level from what was assigned to them (G.7)."""
        ...

    def audit(self, texts: Sequence[ClusterText]) -> Sequence[int | NotAnswered]:
        """Privacy rating of each text, 1 (identifies a person) to 5 (identifies no one); G.8."""
        ...
