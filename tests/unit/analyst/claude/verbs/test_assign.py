"""Assigning children to parents."""

import json
import re

import numpy as np
import pytest

from clio_assets.analyst.claude.exchange import Request
from clio_assets.analyst.claude.verbs.assign import AT_ONCE, assign
from clio_assets.analyst.protocol import ChildToAssign, NotAnswered
from clio_assets.domain.clusters import ClusterText, Node
from tests.fakes.desk import desk_of, user_of


def node(name: str, vector: np.ndarray | None = None) -> Node:
    unit = np.eye(4, dtype=np.float32)[0] if vector is None else vector
    return Node(ClusterText(name, f"Users asked about {name}."), 20, unit)


PARENTS = [node(f"parent {letter}") for letter in "abcdef"]


def children(count: int, parents: list[Node] = PARENTS) -> list[ChildToAssign]:
    """Each has its parents in another order."""
    random = np.random.default_rng(1)
    found = []
    for at in range(count):
        vector = random.normal(size=4).astype(np.float32)
        shuffled = [parents[n] for n in random.permutation(len(parents))]
        found.append(ChildToAssign(node(f"child {at}", vector / np.linalg.norm(vector)), shuffled))
    return found


def numbers(request: Request) -> dict[str, int]:
    """Numbers of the categories of a request by their names."""
    categories = user_of(request).partition("\nGroups, each")[0]
    return {name: int(n) for n, name in re.findall(r"^(\d+)\. (.*?):", categories, re.M)}


def groups(request: Request) -> list[tuple[str, list[int]]]:
    """Names of the children of a request with the numbers they were offered."""
    found = re.findall(r"^\d+\. (child \d+): .* \[(.*)\]$", user_of(request), re.M)
    return [(name, [int(n) for n in offered.split(", ")]) for name, offered in found]


def choosing(name: str) -> "object":
    def model(request: Request) -> str:
        number = numbers(request)[name]
        rows = [{"group": at, "category": number} for at in range(1, len(groups(request)) + 1)]
        return json.dumps({"assignments": rows[::-1]})

    return model


def test_assign_gives_the_index_among_a_child_s_own_candidates() -> None:
    asked = children(25)
    desk, asker = desk_of(choosing("parent c"))
    found = assign(desk, asked)
    chosen = [child.candidates[at].text.name for child, at in zip(asked, found, strict=True)]
    assert chosen == ["parent c"] * 25
    assert len(asker.requests) == -(-25 // AT_ONCE)
    assert all(len(groups(request)) <= AT_ONCE for request in asker.requests)


def test_assign_shows_each_child_once_with_its_candidates_in_their_shuffled_order() -> None:
    asked = children(12)
    desk, asker = desk_of(choosing("parent a"))
    assign(desk, asked)
    shown = {}
    for request in asker.requests:
        names = {number: name for name, number in numbers(request).items()}
        shown |= {child: [names[n] for n in offered] for child, offered in groups(request)}
    assert len(shown) == 12
    for child in asked:
        assert shown[child.child.text.name] == [node.text.name for node in child.candidates]


def test_assign_asks_about_children_together_that_lie_near_each_other() -> None:
    asked = children(20)
    for at, child in enumerate(asked):  # two kinds, mixed
        child.child.vector[:] = np.eye(4)[at % 2]
    desk, asker = desk_of(choosing("parent a"))
    assign(desk, asked)
    for request in asker.requests:
        assert len({int(name.split()[1]) % 2 for name, _ in groups(request)}) == 1


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([{"group": 1, "category": 99}, {"group": 2, "category": 1}], "case of 1"),
        ([{"group": 1, "category": 1}], "left out"),
        ([{"group": 1, "category": 1}, {"group": 1, "category": 1}], "more than once"),
        ([{"group": 1, "category": 1}, {"group": 3, "category": 1}], "not offered"),
    ],
)
def test_assign_has_no_answer_when_ids_are_wrong_twice(
    rows: list[dict[str, int]], problem: str
) -> None:
    desk, asker = desk_of(lambda _: json.dumps({"assignments": rows}))
    assert assign(desk, children(2)) == [NotAnswered("invalid")] * 2
    assert problem in user_of(asker.requests[1])


def test_assign_refuses_a_category_that_was_offered_to_another_child_only() -> None:
    one, other = children(2)
    one = ChildToAssign(one.child, PARENTS[:2])
    other = ChildToAssign(other.child, PARENTS[2:])
    desk, _ = desk_of(choosing("parent a"))
    assert assign(desk, [one, other]) == [NotAnswered("invalid")] * 2


def test_assign_takes_the_first_of_candidates_with_one_text() -> None:
    twins = ChildToAssign(node("child 0"), [node("parent a"), node("parent a")])
    desk, _ = desk_of(choosing("parent a"))
    assert assign(desk, [twins]) == [0]
