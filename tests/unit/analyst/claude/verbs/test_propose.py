"""Proposing parents."""

import json

import numpy as np
import pytest

from clio_assets.analyst.claude.verbs.propose import propose
from clio_assets.analyst.protocol import Neighbourhood, NotAnswered
from clio_assets.domain.clusters import ClusterText, Node
from clio_assets.facets.schema import DEFAULT_FACETS
from tests.fakes.desk import desk_of, user_of


def node(name: str, size: int = 20) -> Node:
    vector = np.zeros(8, dtype=np.float32)
    vector[len(name) % 8] = 1
    return Node(ClusterText(name, f"Users asked about {name}."), size, vector)


NODES = [node(f"group {letter}", size) for size, letter in enumerate("abcdefgh", start=20)]


def neighbourhood(wanted: int, nodes: list[Node] = NODES) -> Neighbourhood:
    return Neighbourhood(DEFAULT_FACETS[0], nodes, [node("outside")], wanted)


def reply(names: list[str]) -> str:
    return json.dumps({"parents": [{"name": n, "description": "Users asked."} for n in names]})


def test_propose_gives_the_parents_of_each_neighbourhood() -> None:
    desk, asker = desk_of(lambda _: reply(["Bread", "Cake"]))
    found = propose(desk, [neighbourhood(2), neighbourhood(2, NODES[:4])])
    assert [[p.text.name for p in each] for each in found] == [["Bread", "Cake"]] * 2
    user = user_of(asker.requests[0])
    assert "1. group a: Users asked about group a." in user
    assert "Groups nearby:\n- outside" in user
    assert "about 2, at least 1 and at most 3" in user


def test_propose_asks_again_when_there_are_too_many_or_too_few() -> None:
    replies = [reply(["Bread"]), reply(["Bread", "Cake"])]
    desk, asker = desk_of(lambda _: replies.pop(0))
    ((one, two),) = propose(desk, [neighbourhood(4)])
    assert (one.text.name, two.text.name) == ("Bread", "Cake")
    assert "it had 1 where at least 2 and at most 6" in user_of(asker.requests[1])


def test_propose_counts_equal_names_once() -> None:
    replies = [reply(["Bread", "bread"]), reply(["Bread", "Cake"])]
    desk, asker = desk_of(lambda _: replies.pop(0))
    propose(desk, [neighbourhood(4)])
    assert len(asker.requests) == 2


def test_propose_drops_the_last_ones_when_there_are_too_many_twice() -> None:
    desk, _ = desk_of(lambda _: reply(list("ABCDE")))
    (found,) = propose(desk, [neighbourhood(2)])
    assert [p.text.name for p in found] == ["A", "B", "C"]


def test_propose_lets_the_largest_clusters_stand_for_themselves_when_there_are_too_few() -> None:
    desk, _ = desk_of(lambda _: reply(["Group H", "Cake"]))
    (found,) = propose(desk, [neighbourhood(8)])
    assert [p.text.name for p in found] == ["Group H", "Cake", "group g", "group f"]
    assert found[2].vector is not None


def test_propose_keeps_a_usable_first_answer_when_the_second_is_no_better() -> None:
    replies = [reply(["Bread"]), "no JSON"]
    desk, _ = desk_of(lambda _: replies.pop(0))
    (found,) = propose(desk, [neighbourhood(4)])
    assert [p.text.name for p in found] == ["Bread", "group h"]


@pytest.mark.parametrize("wanted", [1, 2, 5, 8])
def test_propose_stays_within_bounds_when_nothing_is_answered(wanted: int) -> None:
    desk, _ = desk_of(lambda _: NotAnswered("refused"))
    same = [node("same")] * 8
    for nodes in (NODES, same):
        (found,) = propose(desk, [neighbourhood(wanted, nodes)])
        assert 0.5 * wanted <= len(found) <= 1.5 * wanted
