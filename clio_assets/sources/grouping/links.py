"""Pieces that name only the piece before them: what hangs together is one conversation.

A request that nothing names, and that names nothing, is compared with others as requests are.

    response 1    response 2 (after 1)    response 3 (after 2)

In any order, and in any file. What stays in memory is 16 bytes a piece.
"""

from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from clio_assets.sources.grouping.buckets import Buckets
from clio_assets.sources.grouping.rows import ROWS, Row, digest

Digests = npt.NDArray[np.uint64]

_NONE: Final = np.iinfo(np.uint64).max


class Links:
    """Pieces that wait until it is known what they hang together with."""

    def __init__(self, scratch: Path | None) -> None:
        self._waiting = Buckets(ROWS, "group", scratch=scratch)
        self._nodes = array("Q")
        self._parents = array("Q")

    def add(self, row: Row) -> None:
        """Take a row with a node and no conversation."""
        row.group = digest("node", row.tenant, row.node)
        own = _short(row.group)
        before = own if row.parent is None else _short(digest("node", row.tenant, row.parent))
        self._nodes.append(own)
        self._parents.append(before)
        self._waiting.add(row.as_tuple(), row.size)

    def resolved(self) -> Iterator[Row]:
        """The rows, each with a conversation: named after the first of all that hangs together."""
        if not self._nodes:
            return
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        nodes = np.frombuffer(self._nodes, dtype=np.uint64)
        parents = np.frombuffer(self._parents, dtype=np.uint64)
        known, ends = np.unique(np.concatenate([nodes, parents]), return_inverse=True)
        ones = np.ones(len(nodes), dtype=np.int8)
        edges = (ends[: len(nodes)], ends[len(nodes) :])
        graph = coo_array((ones, edges), shape=(len(known), len(known)))
        number, component = connected_components(graph, directed=False)
        # named after where it begins, so that later pieces change no name
        begins = ~np.isin(known, nodes[nodes != parents])
        names = _least(np.full(number, _NONE, dtype=np.uint64), component[begins], known[begins])
        circles = names == _NONE
        names[circles] = _least(names.copy(), component, known)[circles]
        sizes = np.bincount(component)
        for table in self._waiting.tables():
            for row in table.to_pylist():
                place = np.searchsorted(known, np.uint64(_short(row["group"])))
                if sizes[component[place]] == 1:  # perhaps its client repeats the history
                    yield Row(**{**row, "delta": False})
                else:
                    name = f"linked {int(names[component[place]]):016x}"
                    yield Row(**{**row, "delta": True, "conversation": name})


def _least(names: Digests, component: Digests, digests: Digests) -> Digests:
    np.minimum.at(names, component, digests)
    return names


def _short(found: bytes) -> int:
    return int.from_bytes(found[:8], "big")
