"""Propose the parents of one level and make them distinct (paper, G.7)."""

from collections.abc import Sequence

from clio_assets.analyst.protocol import Neighbourhood, ParentsToMerge, Proposal
from clio_assets.domain.clusters import Node
from clio_assets.errors import AnalystError
from clio_assets.hierarchy.levels import bounds
from clio_assets.hierarchy.neighbourhoods import neighbourhoods
from clio_assets.hierarchy.nodes import HierarchyTools, vectors_of, well_formed


def propose_parents(tools: HierarchyTools, children: Sequence[Node], wanted: int) -> list[Node]:
    """Distinct candidate parents, 0.5 to 1.5 times as many as wanted; sizes are still 0.

    AnalystError where the analyst's proposals are outside those bounds.
    """
    places = neighbourhoods(vectors_of(children), tools.neighbourhood_size, tools.seed)
    questions = [
        Neighbourhood(
            facet=tools.facet,
            nodes=[children[at] for at in place.inside],
            outsiders=[children[at] for at in place.outside],
            parents_wanted=max(1, round(wanted * len(place.inside) / len(children))),
        )
        for place in places
    ]
    answers = tools.analyst.propose(questions)
    if len(answers) != len(questions):
        raise AnalystError("the analyst gave more or fewer sets of parents than neighbourhoods")
    proposals = [
        node
        for question, answer in zip(questions, answers, strict=True)
        for node in _usable(tools, answer, question.parents_wanted)
    ]
    if len(questions) == 1:
        return proposals
    merged = tools.analyst.deduplicate(ParentsToMerge(tools.facet, proposals, wanted))
    return _usable(tools, merged, wanted)


def _usable(tools: HierarchyTools, answer: Sequence[Proposal], wanted: int) -> list[Node]:
    """The proposals as nodes; ill-formed ones are left out before they are counted."""
    texts = [well_formed(proposal.text) for proposal in answer]
    tools.counts["proposals_left_out"] += texts.count(None)
    usable = [(text, proposal.vector) for text, proposal in zip(texts, answer, strict=True) if text]
    fewest, most = bounds(wanted)
    if not fewest <= len(usable) <= most:
        raise AnalystError(
            f"the analyst proposed {len(usable)} parents for {tools.facet.name} "
            f"where {fewest} to {most} were asked for"
        )
    vectors = iter(tools.embed([text for text, vector in usable if vector is None]))
    return [Node(text, 0, next(vectors) if vector is None else vector) for text, vector in usable]
