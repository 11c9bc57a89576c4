"""Conversations stored as trees: the branch that ends in the newest leaf is the one that counts.

Editing a message or asking for another answer starts a branch; the abandoned ones stay in the
export, and are left out here.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from clio_assets.sources.formats.protocol import Malformed

Node = TypeVar("Node")


def branch_to(
    leaf: str, nodes: Mapping[str, Node], parent_of: Callable[[Node], object]
) -> list[Node]:
    """Nodes from the root to the leaf, by the ids of their parents; the root's is in no node.

    Raises Malformed where parents go in a circle.
    """
    branch: list[Node] = []
    seen: set[str] = set()
    current: object = leaf
    while isinstance(current, str) and current in nodes:
        if current in seen:
            raise Malformed("message_order_unclear")
        seen.add(current)
        branch.append(nodes[current])
        current = parent_of(nodes[current])
    return branch[::-1]
