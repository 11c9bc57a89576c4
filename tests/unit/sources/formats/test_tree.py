from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from clio_assets.sources.formats import tree
from clio_assets.sources.formats.protocol import Malformed

#: a - b - c, and d beside b: parent and time of each node.
NODES: dict[str, tuple[object, float]] = {
    "a": (None, 1.0),
    "b": ("a", 2.0),
    "c": ("b", 3.0),
    "d": ("a", 4.0),
}


def branch(current: object, nodes: dict[str, tuple[object, float]] = NODES) -> list[float]:
    found = tree.current_branch(nodes, current, lambda node: node[0], lambda node: node[1])
    return [time for _, time in found]


@pytest.mark.parametrize(
    ("current", "expected"),
    [("c", [1, 2, 3]), ("b", [1, 2]), (None, [1, 4]), ("gone", [1, 4]), (["c"], [1, 4])],
)
def test_current_branch_ends_in_the_newest_leaf_when_none_is_called_current(
    current: object, expected: list[float]
) -> None:
    assert branch(current) == expected


def test_current_branch_takes_the_last_leaf_when_times_are_equal() -> None:
    assert branch(None, {"a": (None, 0), "b": ("a", 0), "c": ("a", 0), "d": ("b", 0)}) == [0, 0, 0]
    assert branch(None, {}) == []


def test_current_branch_is_refused_when_parents_go_in_a_circle() -> None:
    with pytest.raises(Malformed, match="message_order_unclear"):
        branch("a", {"a": ("b", 1), "b": ("a", 2)})


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        (NODES, "a"),
        ({"edited": (None, 2.0), "first": (None, 1.0)}, "first"),
        ({"a": ("gone", 1.0)}, "a"),
        ({"a": ("b", 1.0), "b": ("a", 2.0)}, None),
        ({}, None),
    ],
)
def test_first_node_is_the_oldest_when_several_answer_none(
    nodes: dict[str, tuple[object, float]], expected: str | None
) -> None:
    assert tree.first_node(nodes, lambda node: node[0], lambda node: node[1]) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", "a"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (7, "7"),
        ("", None),
        (None, None),
        (True, None),
        (["a"], None),
    ],
)
def test_node_id_is_text_when_a_tool_made_something_else_of_it(
    value: object, expected: str | None
) -> None:
    assert tree.node_id(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1772366400, 1772366400.0),
        ("2026-03-01T12:00:00Z", 1772366400.0),
        (datetime(2026, 3, 1, 12, tzinfo=UTC), 1772366400.0),
        ("soon", 0.0),
        (["odd"], 0.0),
        (None, 0.0),
    ],
)
def test_moment_is_nought_when_there_is_no_time_to_read(value: object, expected: float) -> None:
    assert tree.moment(value) == expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "messages_missing"),
        ([], "messages_not_a_list"),
        ({"a": 5}, "message_not_an_object"),
    ],
)
def test_nodes_of_refuses_when_the_tree_is_malformed(value: Any, reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        tree.nodes_of(value)
    assert caught.value.reason == reason


def test_nodes_of_leaves_out_ids_when_nothing_stands_under_them() -> None:
    assert tree.nodes_of({"a": {"parent": None}, "b": None}) == {"a": {"parent": None}}
