"""Make the proposals of all neighbourhoods distinct (paper, G.7).

A level can have thousands of proposals, more than a request holds: those that are alike are looked
at together, about `AT_ONCE` a request. The reply says which to keep; names are made later, from the
children (rename.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from clio_assets.analyst.claude.exchange import Question
from clio_assets.analyst.claude.verbs.bounds import Bounds
from clio_assets.analyst.claude.verbs.context import VerbContext
from clio_assets.analyst.claude.verbs.data import line_of
from clio_assets.analyst.claude.verbs.form import ReplyForm, check_numbers, parsed, schema_of
from clio_assets.analyst.claude.verbs.prompt import Data, Prompt, numbered
from clio_assets.analyst.protocol import ParentsToMerge, Proposal
from clio_assets.domain.clusters import Node
from clio_assets.ground.kmeans import group
from clio_assets.ground.vectors import similarities

AT_ONCE: Final = 120

#: Characters of a description beside its name.
_DESCRIPTION: Final = 100


class DeduplicateForm(ReplyForm):
    """Numbers of the proposals to keep."""

    keep: list[int]


def deduplicate(context: VerbContext, parents: ParentsToMerge) -> list[Proposal]:
    """The proposals to keep, within the bounds of the wanted number, in their order.

    Where the second answer keeps too many as well, those go that are most like another; where it
    keeps too few, those come back that are least like any.
    """
    proposals = parents.proposals
    prompt = context.prompt("deduplicate", schema_of(DeduplicateForm))
    groups = [some for some in _groups(proposals) if some]
    readers = [
        _KeepReader(
            some, Bounds(max(1, round(parents.parents_wanted * len(some) / len(proposals))))
        )
        for some in groups
    ]
    for _ in context.ask(lambda: _questions(prompt, proposals, readers)):
        pass  # read all; the readers hold the last well-formed answer to each
    kept = sorted(at for reader in readers for at in reader.kept)
    fitted = _fitted(_distinct(kept, proposals), proposals, Bounds(parents.parents_wanted))
    return [Proposal(proposals[at].text, proposals[at].vector) for at in fitted]


@dataclass
class _KeepReader:
    """Reads the answers to one question; holds the positions to keep of the last usable form."""

    offered: Sequence[int]
    bounds: Bounds
    held: Sequence[int] = ()

    def read(self, reply: str) -> Sequence[int]:
        """Positions to keep; Unusable where there are too many or too few, or unknown ones."""
        keep = parsed(DeduplicateForm, reply).keep
        check_numbers(keep, range(1, len(self.offered) + 1), "numbers")
        self.held = [self.offered[number - 1] for number in sorted(keep)]
        self.bounds.check(len(keep))
        return self.held

    @property
    def kept(self) -> Sequence[int]:
        """What to keep; everything where there was no usable answer at all."""
        return self.held or self.offered


def _groups(proposals: Sequence[Node]) -> list[list[int]]:
    """Positions of proposals that are alike, at most `AT_ONCE` together."""
    if len(proposals) <= AT_ONCE:
        return [list(range(len(proposals)))]
    vectors = np.stack([node.vector for node in proposals])
    labels = group(vectors, -(-2 * len(proposals) // AT_ONCE), 0)
    groups: list[list[int]] = [[]]
    for label in range(int(labels.max()) + 1):
        members = np.flatnonzero(labels == label).tolist()
        if len(groups[-1]) + len(members) > AT_ONCE:
            groups.append([])
        for at in members:
            if len(groups[-1]) == AT_ONCE:
                groups.append([])
            groups[-1].append(at)
    return groups


def _questions(
    prompt: Prompt, proposals: Sequence[Node], readers: Sequence[_KeepReader]
) -> Iterator[Question[Sequence[int]]]:
    for reader in readers:
        lines = numbered(line_of(proposals[at].text, _DESCRIPTION) for at in reader.offered)
        data = Data(f"Categories:\n{lines}", asked=reader.bounds.asked)
        yield prompt.question(data, reader.read)


def _distinct(kept: Sequence[int], proposals: Sequence[Node]) -> list[int]:
    """The first one of each name."""
    first = {proposals[at].text.name.casefold(): at for at in reversed(kept)}
    return sorted(first.values())


def _fitted(kept: Sequence[int], proposals: Sequence[Node], bounds: Bounds) -> list[int]:
    """The kept positions, with as many more or fewer as the bounds demand."""
    if bounds.fewest <= len(kept) <= bounds.most:
        return list(kept)
    vectors = np.stack([node.vector for node in proposals])
    alike = similarities(vectors, vectors)
    np.fill_diagonal(alike, -np.inf)
    chosen = list(kept)
    while len(chosen) > bounds.most:
        nearest = alike[np.ix_(chosen, chosen)].max(axis=1)
        del chosen[int(np.argmax(nearest))]
    left = [at for at in range(len(proposals)) if at not in set(chosen)]
    while len(chosen) < bounds.fewest and left:
        nearest = alike[np.ix_(left, chosen)].max(axis=1) if chosen else np.zeros(len(left))
        chosen.append(left.pop(int(np.argmin(nearest))))
    return sorted(chosen)
