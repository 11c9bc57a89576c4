"""Name and describe parents from what was assigned to them (paper, G.7)."""

from collections.abc import Sequence

from clio_assets.analyst.protocol import ClusterText, Node, ParentToRename
from clio_assets.errors import AnalystError
from clio_assets.hierarchy.nodes import Work, vectors_of, well_formed
from clio_assets.vectors import nearest

#: Other parents that a name has to be told from: the nearest ones.
SIBLINGS = 10


def rename_parents(
    work: Work, proposals: Sequence[Node], families: Sequence[Sequence[Node]]
) -> list[ClusterText]:
    """A text for each parent; it keeps the proposal's where the analyst gives none (`not_renamed`).

    `families` are the children of each parent, in the order of `proposals`.
    """
    vectors = vectors_of(proposals)
    near = nearest(vectors, vectors, SIBLINGS + 1)
    answers = work.analyst.rename(
        [
            ParentToRename(work.facet, family, row[row != own][:SIBLINGS].tolist())
            for own, (family, row) in enumerate(zip(families, near, strict=True))
        ]
    )
    if len(answers) != len(proposals):
        raise AnalystError("the analyst renamed more or fewer parents than it was asked to")
    texts = [well_formed(answer) for answer in answers]
    work.counts["not_renamed"] += texts.count(None)
    return [text or proposal.text for text, proposal in zip(texts, proposals, strict=True)]
