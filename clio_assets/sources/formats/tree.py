"""Conversations stored as trees: the branch that ends in the newest leaf is the one that counts.

Editing a message or asking for another answer starts a branch; the abandoned ones stay in the
export, and are left out here.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar
from uuid import UUID

from clio_assets.sources.formats import fields
from clio_assets.sources.formats.protocol import Malformed, Record

Node = TypeVar("Node")


def node_id(value: object) -> str | None:
    """An id of a node or of a parent as text; None where there is none."""
    if isinstance(value, str | UUID | int) and not isinstance(value, bool):
        return None if fields.is_missing(value) else str(value)
    return None


def moment(value: object) -> float:
    """A node's time as a number to compare; 0 where it tells none that can be read."""
    try:
        found = fields.instant(value)
    except Malformed:
        return 0.0
    return found.timestamp() if found else 0.0


def nodes_of(value: object) -> Mapping[str, Record]:
    """The nodes of a tree by their ids. Raises Malformed.

    Where a table made one wide object of all trees of a file, the ids of the others stand there
    with nothing in them.
    """
    if value is None:
        raise Malformed("messages_missing")
    if not isinstance(value, Mapping):
        raise Malformed("messages_not_a_list")
    nodes = {str(key): node for key, node in value.items() if node is not None}
    if not all(isinstance(node, Mapping) for node in nodes.values()):
        raise Malformed("message_not_an_object")
    return nodes


def parent_of(node: Record) -> object:
    """What `parent` says, as nodes of ChatGPT and those who followed it have it."""
    return node.get("parent")


def message_of(node: Record) -> Record | None:
    """The message of such a node, if it has one. Raises Malformed."""
    message = node.get("message")
    if message is not None and not isinstance(message, Mapping):
        raise Malformed("message_not_an_object")
    return message


def first_message(mapping: Mapping[object, object]) -> object:
    """The first message of such nodes, whatever it is; None where there is none."""
    found = (node.get("message") for node in mapping.values() if isinstance(node, Mapping))
    return next((message for message in found if message is not None), None)


def current_branch(
    nodes: Mapping[str, Node],
    current: object,
    parent: Callable[[Node], object],
    time_of: Callable[[Node], float],
) -> list[Node]:
    """Nodes from the root to the one that the source calls current, else to the newest leaf: the
    last of equals, and of those without a time."""
    leaf = node_id(current)
    if leaf not in nodes:
        inner = {node_id(parent(node)) for node in nodes.values()}
        leaves = [key for key in nodes if key not in inner]
        leaf = max(reversed(leaves), key=lambda key: time_of(nodes[key]), default=None)
    return branch_to(leaf, nodes, parent) if leaf else []


def first_node(
    nodes: Mapping[str, Node],
    parent: Callable[[Node], object],
    time_of: Callable[[Node], float],
) -> str | None:
    """Id of the oldest node that answers none: all versions of the conversation share it, also
    where its first message was edited."""
    firsts = [key for key, node in nodes.items() if node_id(parent(node)) not in nodes]
    return min(firsts, key=lambda key: time_of(nodes[key]), default=None)


def branch_to(leaf: str, nodes: Mapping[str, Node], parent: Callable[[Node], object]) -> list[Node]:
    """Nodes from the root to the leaf, by the ids of their parents; the root's is in no node.

    Raises Malformed where parents go in a circle.
    """
    branch: list[Node] = []
    seen: set[str] = set()
    current: str | None = leaf
    while current is not None and current in nodes:
        if current in seen:
            raise Malformed("message_order_unclear")
        seen.add(current)
        branch.append(nodes[current])
        current = node_id(parent(nodes[current]))
    return branch[::-1]
