"""Which requests continue which, where each repeats the conversation so far.

Compared are the user's turns alone: answers come back in another form than they were given in
(reasoning left out, tool calls written anew), and another answer to the same words is the same
conversation. A request *continues* another whose turns it begins with. So

    [a]  [a b]  [a b c]      are one conversation, of which the last tells everything
    [a b c]  [b c d]         too, where a client drops the oldest turns: a b c d
    [a b c]  [a b d]         are branches of one where the source names the conversation: the
                             newest counts; else two conversations that begin alike
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from clio_assets.sources.grouping.rows import TURN, Told

#: Turns that two requests must share for one to continue the other without its beginning.
_OVERLAP: Final = {Told.BY_SOURCE: 1, Told.BY_USER: 2, Told.BY_BEGINNING: 2}
#: Leaves with the same last turns that are looked at for one request, the newest.
_LOOKED_AT: Final = 64


@dataclass(frozen=True, slots=True)
class Request:
    """What is compared of a request; `place` is its row."""

    place: int
    turns: bytes
    count: int  # messages
    at: int | None
    content: bytes


@dataclass(slots=True)
class Part:
    """The messages of a request from behind its first `skip` turns of the user on."""

    request: Request
    skip: int = 0


@dataclass(slots=True, eq=False)
class Leaf:
    """Where a branch ends: all turns of it, and the rows that together tell its messages."""

    chain: "Chain"
    turns: bytes
    parts: list[Part]
    newest: tuple[int, int]  # time, and order among equals
    goes_on: bool = False  # another leaf took its place

    @property
    def count(self) -> int:
        """Messages of its last request."""
        return self.parts[-1].request.count


@dataclass(slots=True, eq=False)
class Chain:
    """One conversation: its branches, and all rows that are in it."""

    leaves: dict[bytes, Leaf] = field(default_factory=dict)
    members: list[int] = field(default_factory=list)
    beginnings: set[int] = field(default_factory=set)  # of branches: hashes of their first turns

    @property
    def current(self) -> Leaf:
        """The branch that counts: the newest, of equals the longest."""
        return max(self.leaves.values(), key=lambda leaf: (leaf.newest, leaf.turns))


def chains(requests: Iterable[Request], told: Told) -> list[Chain]:
    """The conversations of one group, in the order of their first requests; the order in which
    the requests come decides nothing."""
    found = _Chains(told)
    for number, request in enumerate(sorted(requests, key=_by_time)):
        found.add(request, number)
    return found.all


def _by_time(request: Request) -> tuple[bool, int, int, int, bytes]:
    """Earlier first, of one time shorter first; those without a time by their length."""
    at = request.at
    return (at is None, at or 0, len(request.turns), request.count, request.content)


class _Chains:
    """Requests of one group, taken in the order of time.

    Leaves are found by their turns, those of one kind newest first; nothing is searched through, so
    that a thousand strangers who say the same, or texts from one template, take no longer.
    """

    def __init__(self, told: Told) -> None:
        self.all: list[Chain] = []
        self._told = told
        self._shared = _OVERLAP[told] * TURN
        # all turns of a leaf -> messages of its last request -> leaves
        self._ends: dict[bytes, dict[int, list[Leaf]]] = defaultdict(lambda: defaultdict(list))
        self._tails: dict[bytes, list[Leaf]] = defaultdict(list)  # by the last turns of a leaf
        self._beginnings: dict[bytes, Chain] = {}

    def add(self, request: Request, number: int) -> None:
        newest = (request.at if request.at is not None else 2**62, number)
        chain = (
            self._again(request, newest)
            or self._continues(request, newest)
            or self._slides(request, newest)
            or self._branches(request, newest)
        )
        if chain is None:
            chain = Chain()
            self.all.append(chain)
            self._beginnings.setdefault(request.turns[:TURN], chain)
            self._put(Leaf(chain, request.turns, [Part(request)], newest))
        chain.members.append(request.place)

    def _again(self, request: Request, newest: tuple[int, int]) -> Chain | None:
        """A retry, another answer, or the next request of a loop of tools: the user's words are the
        same. Among strangers only what says more is taken for the same conversation."""
        strangers = self._told is Told.BY_BEGINNING
        leaf = self._ending(request.turns, below=request.count if strangers else None)
        if leaf is None:
            return None
        whole = len(leaf.parts) == 1 and request.count >= leaf.count
        return self._replace(leaf, request.turns, [Part(request)] if whole else leaf.parts, newest)

    def _continues(self, request: Request, newest: tuple[int, int]) -> Chain | None:
        for end in range(len(request.turns) - TURN, 0, -TURN):
            leaf = self._ending(request.turns[:end])
            if leaf is not None:
                return self._replace(leaf, request.turns, [Part(request)], newest)
        return None

    def _slides(self, request: Request, newest: tuple[int, int]) -> Chain | None:
        """The request begins within a conversation whose first turns the client dropped."""
        turns = request.turns
        for end in range(len(turns), self._shared - TURN, -TURN):
            found = self._tails.get(turns[end - self._shared : end], [])
            for leaf in islice(_present(found), _LOOKED_AT):
                if leaf.turns.endswith(turns[:end]):
                    return self._replace(
                        leaf, leaf.turns + turns[end:], _joined(leaf, request, end), newest
                    )
        return None

    def _branches(self, request: Request, newest: tuple[int, int]) -> Chain | None:
        """Another branch, or a part of one, of a conversation that the source names."""
        chain = self._beginnings.get(request.turns[:TURN])
        if self._told is not Told.BY_SOURCE or chain is None:
            return None
        if hash(request.turns) not in chain.beginnings:
            self._put(Leaf(chain, request.turns, [Part(request)], newest))
        return chain

    def _ending(self, turns: bytes, below: int | None = None) -> Leaf | None:
        """The newest leaf of these turns, with fewer messages than `below` where that is given."""
        kinds = self._ends.get(turns, {})
        found = (
            next(_present(leaves), None)
            for count, leaves in kinds.items()
            if below is None or count < below
        )
        return max((leaf for leaf in found if leaf), key=lambda leaf: leaf.newest, default=None)

    def _replace(
        self, leaf: Leaf, turns: bytes, parts: list[Part], newest: tuple[int, int]
    ) -> Chain:
        leaf.goes_on = True
        del leaf.chain.leaves[leaf.turns]
        self._put(Leaf(leaf.chain, turns, parts, newest))
        return leaf.chain

    def _put(self, leaf: Leaf) -> None:
        if leaf.turns in leaf.chain.leaves:  # two branches have come to the same
            leaf.chain.leaves[leaf.turns].goes_on = True
        leaf.chain.leaves[leaf.turns] = leaf
        self._ends[leaf.turns][leaf.count].append(leaf)
        if len(leaf.turns) >= self._shared:
            self._tails[leaf.turns[-self._shared :]].append(leaf)
        if self._told is Told.BY_SOURCE:
            ends = range(TURN, len(leaf.turns) + 1, TURN)
            leaf.chain.beginnings.update(hash(leaf.turns[:end]) for end in ends)


def _present(leaves: list[Leaf]) -> Iterator[Leaf]:
    """Those that end where they did, newest first; of the others the last are forgotten."""
    while leaves and leaves[-1].goes_on:
        leaves.pop()
    return (leaf for leaf in reversed(leaves) if not leaf.goes_on)


def _joined(leaf: Leaf, request: Request, end: int) -> list[Part]:
    """The parts of a leaf with what is new in a request behind its turns up to `end`."""
    last = leaf.parts[-1]
    if end < len(request.turns):
        return [*leaf.parts, Part(request, end // TURN)]
    if last.request.turns == request.turns:  # once more: the newest answer counts
        return [*leaf.parts[:-1], Part(request, last.skip)]
    return leaf.parts
