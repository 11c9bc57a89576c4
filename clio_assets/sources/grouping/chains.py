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
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from clio_assets.sources.grouping.rows import TURN, Told

#: Turns that two requests must share for one to continue the other without its beginning.
_OVERLAP: Final = {Told.BY_SOURCE: 1, Told.BY_USER: 2, Told.BY_BEGINNING: 2}


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


@dataclass(slots=True)
class Leaf:
    """Where a branch ends: all turns of it, and the rows that together tell its messages."""

    turns: bytes
    parts: list[Part]
    newest: tuple[int, int]  # time, and order among equals


@dataclass(slots=True)
class Chain:
    """One conversation: its branches, and all rows that are in it."""

    leaves: dict[bytes, Leaf] = field(default_factory=dict)
    members: list[int] = field(default_factory=list)

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
    def __init__(self, told: Told) -> None:
        self.all: list[Chain] = []
        self._told = told
        self._overlap = _OVERLAP[told]
        self._ends: dict[bytes, list[Chain]] = defaultdict(list)  # all turns of a leaf -> its chain
        self._tails: dict[bytes, list[Chain]] = defaultdict(list)  # the last turn of a leaf
        self._beginnings: dict[bytes, Chain] = {}

    def add(self, request: Request, number: int) -> None:
        newest = (request.at if request.at is not None else 2**62, number)
        if not (
            self._again(request, newest)
            or self._continues(request, newest)
            or self._slides(request, newest)
            or self._branches(request, newest)
        ):
            chain = Chain()
            self.all.append(chain)
            self._beginnings.setdefault(request.turns[:TURN], chain)
            self._put(chain, Leaf(request.turns, [Part(request)], newest))
            chain.members.append(request.place)

    def _again(self, request: Request, newest: tuple[int, int]) -> bool:
        """A retry, another answer, or the next request of a loop of tools: the user's words are the
        same. Among strangers only what says more is taken for the same conversation."""
        for chain in reversed(self._ends.get(request.turns, ())):
            leaf = chain.leaves[request.turns]
            last = leaf.parts[-1]
            if self._told is Told.BY_BEGINNING and request.count <= last.request.count:
                continue
            if len(leaf.parts) == 1 and request.count >= last.request.count:
                leaf.parts = [Part(request)]
            leaf.newest = newest
            chain.members.append(request.place)
            return True
        return False

    def _continues(self, request: Request, newest: tuple[int, int]) -> bool:
        for end in range(len(request.turns) - TURN, 0, -TURN):
            known = self._ends.get(request.turns[:end])
            if known:
                chain = known[-1]
                self._take(chain, chain.leaves[request.turns[:end]])
                self._put(chain, Leaf(request.turns, [Part(request)], newest))
                chain.members.append(request.place)
                return True
        return False

    def _slides(self, request: Request, newest: tuple[int, int]) -> bool:
        """The request begins within a conversation whose first turns the client dropped."""
        turns = request.turns
        for end in range(len(turns), (self._overlap - 1) * TURN, -TURN):
            shared = turns[:end]
            for chain in reversed(self._tails.get(turns[end - TURN : end], ())):
                leaf = next((x for x in chain.leaves.values() if x.turns.endswith(shared)), None)
                if leaf is None:
                    continue
                self._take(chain, leaf)
                new = turns[end:]
                last = leaf.parts[-1]
                if new:
                    leaf.parts.append(Part(request, end // TURN))
                elif last.request.turns == turns:  # once more: the newest answer counts
                    leaf.parts[-1] = Part(request, last.skip)
                self._put(chain, Leaf(leaf.turns + new, leaf.parts, newest))
                chain.members.append(request.place)
                return True
        return False

    def _branches(self, request: Request, newest: tuple[int, int]) -> bool:
        """Another branch, or a part of one, of a conversation that the source names."""
        chain = self._beginnings.get(request.turns[:TURN])
        if self._told is not Told.BY_SOURCE or chain is None:
            return False
        if not any(leaf.turns.startswith(request.turns) for leaf in chain.leaves.values()):
            self._put(chain, Leaf(request.turns, [Part(request)], newest))
        chain.members.append(request.place)
        return True

    def _put(self, chain: Chain, leaf: Leaf) -> None:
        chain.leaves[leaf.turns] = leaf
        self._ends[leaf.turns].append(chain)
        self._tails[leaf.turns[-TURN:]].append(chain)

    def _take(self, chain: Chain, leaf: Leaf) -> None:
        del chain.leaves[leaf.turns]
        _drop(self._ends, leaf.turns, chain)
        _drop(self._tails, leaf.turns[-TURN:], chain)


def _drop(known: dict[bytes, list[Chain]], key: bytes, chain: Chain) -> None:
    known[key].remove(chain)
    if not known[key]:
        del known[key]
