"""Which messages make up a conversation, where each piece holds only what was new.

Pieces that name the piece they answer form a tree, of which one branch counts: the one that the
source calls current, else the one with the newest leaf.

    a - b - c          the branch of the newest leaf: a b d, where d was said after c
         \\ d

Where the piece that another answers is not there, what hangs on it comes in the order of time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delta:
    """What is compared of a piece; `place` is its row."""

    place: int
    at: int | None
    content: bytes
    node: str | None = None
    parent: str | None = None
    current: bool = False
    silent: bool = False  # holds the tree together, and says nothing


def in_order(pieces: Iterable[Delta]) -> list[Delta]:
    """The pieces that count, one after another; the order in which they come decides nothing."""
    ordered = sorted(pieces, key=_by_time)
    if all(piece.node is None for piece in ordered):
        return _once(ordered)
    nodes = {piece.node: piece for piece in ordered if piece.node is not None}  # the newest of each
    loose = [piece for piece in ordered if piece.node is None]
    branch = _Tree(nodes).branch()
    return _once(sorted([*loose, *branch], key=_by_time)) if loose else branch


class _Tree:
    """Pieces by their ids, in the order of time."""

    def __init__(self, nodes: Mapping[str, Delta]) -> None:
        self._nodes = nodes
        self._age = {node: age for age, node in enumerate(nodes)}
        self._children: dict[str | None, list[str]] = defaultdict(list)
        for node, piece in nodes.items():
            if piece.parent in nodes:
                self._children[piece.parent].append(node)

    def branch(self) -> list[Delta]:
        """The pieces of the branch that counts. Of several first pieces that answer none, one is
        the newest version; those whose parent is missing are later parts."""
        firsts: list[tuple[int, list[str]]] = []  # age of the end, path
        later: list[list[str]] = []
        seen: set[str] = set()
        for root in self._roots():
            path = self._path(root, seen)
            if not path:
                continue
            if self._nodes[root].parent is None:
                firsts.append((self._age[path[-1]], path))
            else:
                later.append(path)
        chosen = [max(self._current(firsts) or firsts)[1]] if firsts else []
        paths = sorted([*chosen, *later], key=lambda path: self._age[path[0]])
        return [self._nodes[node] for path in paths for node in path]

    def _current(self, firsts: Sequence[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
        return [first for first in firsts if self._nodes[first[1][-1]].current]

    def _roots(self) -> list[str]:
        """Pieces that answer none that is here; of parents in a circle the oldest."""
        roots = [node for node, piece in self._nodes.items() if piece.parent not in self._nodes]
        reached = set(roots)
        for start in [*roots, *self._nodes]:
            if start not in reached:
                roots.append(start)
                reached.add(start)
            waiting = [start]
            while waiting:
                fresh = [c for c in self._children[waiting.pop()] if c not in reached]
                reached.update(fresh)
                waiting += fresh
        return roots

    def _path(self, root: str, seen: set[str]) -> list[str]:
        """From a root to the end of its branch that counts; nothing where nobody spoke."""
        parents: dict[str, str | None] = {root: None}
        waiting = [root]
        while waiting:
            node = waiting.pop()
            seen.add(node)
            children = [c for c in self._children[node] if c not in seen]
            parents.update(dict.fromkeys(children, node))
            waiting += children
        speaking = [node for node in parents if not self._nodes[node].silent]
        inner: set[str] = set()
        for node in speaking:
            for above in _above(node, parents):
                if above in inner:
                    break
                inner.add(above)
        current = [node for node in speaking if self._nodes[node].current]
        ends = current or [node for node in speaking if node not in inner]
        if not ends:
            return []
        end = max(ends, key=self._age.__getitem__)
        return [*reversed(list(_above(end, parents))), end]


def _above(node: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    at = parents[node]
    while at is not None:
        yield at
        at = parents[at]


def _by_time(piece: Delta) -> tuple[bool, int, bytes]:
    return (piece.at is None, piece.at or 0, piece.content)


def _once(ordered: Sequence[Delta]) -> list[Delta]:
    """Without those that say the same at the same time: the same line logged twice."""
    seen: set[tuple[int | None, bytes]] = set()
    kept = []
    for piece in ordered:
        if (piece.at, piece.content) not in seen or piece.at is None:
            kept.append(piece)
        seen.add((piece.at, piece.content))
    return kept
