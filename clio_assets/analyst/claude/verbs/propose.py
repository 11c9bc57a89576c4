"""Propose the parents of a neighbourhood of clusters (paper, G.7)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from clio_assets.analyst.claude.exchange import Question
from clio_assets.analyst.claude.verbs.bounds import Bounds
from clio_assets.analyst.claude.verbs.context import VerbContext
from clio_assets.analyst.claude.verbs.data import line_of, names_of
from clio_assets.analyst.claude.verbs.form import (
    Description,
    Name,
    ReplyForm,
    parsed,
    schema_of,
)
from clio_assets.analyst.claude.verbs.prompt import Data, Prompt, numbered
from clio_assets.analyst.protocol import Neighbourhood, Proposal
from clio_assets.domain.clusters import ClusterText


class ParentForm(ReplyForm):
    """One proposed parent."""

    name: Name
    description: Description


class ProposeForm(ReplyForm):
    """The proposed parents."""

    parents: list[ParentForm]


def propose(context: VerbContext, neighbourhoods: Sequence[Neighbourhood]) -> list[list[Proposal]]:
    """Parents of each neighbourhood, of one facet, within the bounds of the wanted number.

    Where the second answer has too many as well, its last ones are dropped; where it has too few,
    the largest clusters stand for themselves.
    """
    variables = {"facet": neighbourhoods[0].facet}
    prompt = context.prompt("propose", schema_of(ProposeForm), variables)
    readers = [_ParentsReader(Bounds(one.parents_wanted)) for one in neighbourhoods]
    for _ in context.ask(lambda: _questions(prompt, neighbourhoods, readers)):
        pass  # read all; the readers hold the last well-formed answer to each
    return [
        _fitted(reader, neighbourhood)
        for reader, neighbourhood in zip(readers, neighbourhoods, strict=True)
    ]


@dataclass
class _ParentsReader:
    """Reads the answers to one question and holds the last one in the right form."""

    bounds: Bounds
    held: list[ClusterText] = field(default_factory=list)

    def read(self, reply: str) -> list[ClusterText]:
        """Distinct parents; Unusable where there are too many or too few."""
        parents = parsed(ProposeForm, reply).parents
        texts = [ClusterText(one.name, " ".join(one.description.split())) for one in parents]
        self.held = list({text.name.casefold(): text for text in reversed(texts)}.values())[::-1]
        self.bounds.check(len(self.held))
        return self.held


def _questions(
    prompt: Prompt, neighbourhoods: Sequence[Neighbourhood], readers: Sequence[_ParentsReader]
) -> Iterator[Question[list[ClusterText]]]:
    for neighbourhood, reader in zip(neighbourhoods, readers, strict=True):
        data = Data(_text(neighbourhood), asked=reader.bounds.asked)
        yield prompt.question(data, reader.read)


def _text(neighbourhood: Neighbourhood) -> str:
    parts = ["Groups:", numbered(line_of(node.text) for node in neighbourhood.nodes)]
    if neighbourhood.outsiders:
        parts += ["Groups nearby:", *(f"- {name}" for name in names_of(neighbourhood.outsiders))]
    return "\n".join(parts)


def _fitted(reader: _ParentsReader, neighbourhood: Neighbourhood) -> list[Proposal]:
    texts = reader.held[: reader.bounds.most]
    largest = sorted(neighbourhood.nodes, key=lambda node: -node.size)
    proposals = [Proposal(text) for text in texts]
    named = {text.name.casefold() for text in texts}
    for node in largest:
        if len(proposals) >= reader.bounds.fewest:
            break
        if node.text.name.casefold() not in named:
            named.add(node.text.name.casefold())
            proposals.append(Proposal(node.text, node.vector))
    for node in largest:  # clusters of the same name
        if len(proposals) >= reader.bounds.fewest:
            break
        proposals.append(Proposal(node.text, node.vector))
    return proposals
