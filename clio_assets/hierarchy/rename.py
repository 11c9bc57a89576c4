"""Name and describe parents from what was assigned to them (paper, G.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clio_assets.analyst.protocol import ParentToRename
from clio_assets.domain.clusters import ClusterText, Node
from clio_assets.errors import AnalystError
from clio_assets.ground.vectors import nearest
from clio_assets.hierarchy.nodes import HierarchyTools, merged_terms, vectors_of, well_formed
from clio_assets.hierarchy.support import Vocabulary
from clio_assets.naming.supported import settle

#: Other parents that a name has to be told from: the nearest ones.
SIBLINGS = 10

#: What a parent says that has no words of its own: fixed, so it tells of no one.
NEUTRAL = ClusterText(
    "Other requests", "Users asked for other things. The groups below this one say more."
)


@dataclass(frozen=True)
class Family:
    """A parent to be named: its proposal, its children, and the base clusters below it.

    `places` are the children's positions in their level.
    """

    proposal: Node
    children: Sequence[Node]
    leaves: Sequence[int]
    places: Sequence[int] = ()


def rename_parents(
    tools: HierarchyTools, families: Sequence[Family], vocabulary: Vocabulary
) -> list[ClusterText]:
    """A text for each parent, made of words that enough users below it wrote.

    It keeps the proposal's where the analyst gives none (`not_renamed`), and gets a neutral one
    where nothing else will do (`unsupported_vocabulary`).
    """
    vectors = vectors_of([family.proposal for family in families])
    near = nearest(vectors, vectors, SIBLINGS + 1)
    questions = [
        ParentToRename(tools.facet, family.children, row[row != own][:SIBLINGS].tolist())
        for own, (family, row) in enumerate(zip(families, near, strict=True))
    ]
    terms = [merged_terms(family.children) for family in families]
    answers = _answers(tools, questions)
    tools.counts["not_renamed"] += answers.count(None)

    def missing(at: int, text: ClusterText) -> list[str]:
        return vocabulary.missing(text, terms[at], families[at].leaves)

    def again(avoid: Mapping[int, Sequence[str]]) -> list[ClusterText | None]:
        # all questions, because siblings are told by their place among them
        return _answers(
            tools, [replace(one, avoid=avoid.get(at, ())) for at, one in enumerate(questions)]
        )

    texts = [text or one.proposal.text for text, one in zip(answers, families, strict=True)]
    settled = settle(texts, terms, missing, again, vocabulary.policy)
    tools.counts.update(settled.counts)
    return [text or NEUTRAL for text in settled.texts]


def _answers(
    tools: HierarchyTools, questions: Sequence[ParentToRename]
) -> list[ClusterText | None]:
    """The analyst's answers; None where there is none, or one that breaks the form."""
    answers = tools.analyst.rename(questions)
    if len(answers) != len(questions):
        raise AnalystError("the analyst renamed more or fewer parents than it was asked to")
    return [well_formed(answer) for answer in answers]
