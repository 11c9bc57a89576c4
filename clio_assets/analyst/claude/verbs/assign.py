"""Give children their best parents, several in one request (paper, G.7).

Children that lie near each other share most of their candidates, so they are asked about together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Final

import numpy as np

from clio_assets.analyst.claude.exchange import Question, Unusable
from clio_assets.analyst.claude.verbs.context import VerbContext
from clio_assets.analyst.claude.verbs.data import line_of
from clio_assets.analyst.claude.verbs.form import ReplyForm, check_numbers, parsed, schema_of
from clio_assets.analyst.claude.verbs.prompt import Data, Prompt, numbered
from clio_assets.analyst.protocol import ChildToAssign, NotAnswered
from clio_assets.domain.clusters import ClusterText
from clio_assets.ground.vectors import similarities

AT_ONCE: Final = 10

#: Characters of a category's description beside its name.
_CATEGORY: Final = 120


class AssignmentForm(ReplyForm):
    """One group and the category it goes to, by their numbers."""

    group: int
    category: int


class AssignForm(ReplyForm):
    """All groups of a request."""

    assignments: list[AssignmentForm]


@dataclass(frozen=True)
class _AskedTogether:
    """Children of one request: their positions, and their candidates, each once."""

    positions: Sequence[int]
    candidates: Sequence[ClusterText]
    #: For each child: number of an offered category -> index among the child's own candidates.
    offered: Sequence[Mapping[int, int]]


def assign(context: VerbContext, children: Sequence[ChildToAssign]) -> list[int | NotAnswered]:
    """Index of the best candidate for each child."""
    prompt = context.prompt("assign", schema_of(AssignForm))
    asked = [_asked_together(children, positions) for positions in _together(children)]
    found: list[int | NotAnswered] = [NotAnswered("not_asked")] * len(children)
    answers = context.ask(lambda: _questions(prompt, children, asked))
    for one, answer in zip(asked, answers, strict=True):
        for place, at in enumerate(one.positions):
            found[at] = answer if isinstance(answer, NotAnswered) else answer[place]
    return found


def _together(children: Sequence[ChildToAssign]) -> Iterator[list[int]]:
    """Positions of children that are asked about together: the first one left, and the nearest."""
    vectors = np.stack([child.child.vector for child in children])
    left = np.arange(len(children))
    while len(left):
        alike = similarities(vectors[left[:1]], vectors[left])[0]
        alike[0] = np.inf
        near = np.sort(np.argsort(-alike, kind="stable")[:AT_ONCE])
        yield left[near].tolist()
        left = np.delete(left, near)


def _asked_together(children: Sequence[ChildToAssign], positions: Sequence[int]) -> _AskedTogether:
    """The categories of a request stand in an order that has to do with nothing."""
    texts = {node.text for at in positions for node in children[at].candidates}
    listed = sorted(texts, key=_shuffled)
    number = {text: at for at, text in enumerate(listed, start=1)}
    offered = []
    for at in positions:
        texts_of = [node.text for node in children[at].candidates]
        # of two candidates with one text the first counts
        offered.append({number[text]: index for index, text in reversed([*enumerate(texts_of)])})
    return _AskedTogether(positions, listed, offered)


def _shuffled(text: ClusterText) -> bytes:
    return sha256(f"{text.name}\0{text.description}".encode()).digest()


def _questions(
    prompt: Prompt, children: Sequence[ChildToAssign], asked: Sequence[_AskedTogether]
) -> Iterator[Question[list[int]]]:
    for one in asked:
        groups = []
        for at, offered in zip(one.positions, one.offered, strict=True):
            numbers = [  # in the child's own shuffled order
                str(number) for number, _ in sorted(offered.items(), key=lambda item: item[1])
            ]
            groups.append(f"{line_of(children[at].child.text)} [{', '.join(numbers)}]")
        categories = numbered(line_of(text, _CATEGORY) for text in one.candidates)
        data = Data(
            f"Categories:\n{categories}\nGroups, each with the categories to choose from:\n"
            f"{numbered(groups)}",
            asked={"groups": len(groups)},
        )
        yield prompt.question(data, partial(_read, one.offered))


def _read(offered: Sequence[Mapping[int, int]], reply: str) -> list[int]:
    assignments = parsed(AssignForm, reply).assignments
    chosen = {one.group: one.category for one in assignments}
    check_numbers([one.group for one in assignments], range(1, len(offered) + 1), "groups")
    if len(chosen) < len(offered):
        raise Unusable("some groups were left out")
    wrong = [number for number, own in enumerate(offered, start=1) if chosen[number] not in own]
    if wrong:
        raise Unusable(
            "a category was chosen that is not listed for the group, in the case of "
            f"{', '.join(map(str, wrong))}"
        )
    return [own[chosen[number]] for number, own in enumerate(offered, start=1)]
