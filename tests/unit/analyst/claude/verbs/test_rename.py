"""Renaming parents."""

import json

import numpy as np

from clio_assets.analyst.claude.exchange import Request
from clio_assets.analyst.claude.verbs.rename import CHILDREN, rename
from clio_assets.analyst.protocol import NotAnswered, ParentToRename
from clio_assets.domain.clusters import ClusterText, Node
from clio_assets.facets.schema import DEFAULT_FACETS
from tests.fakes.desk import desk_of, user_of

VECTOR = np.eye(4, dtype=np.float32)[0]


def good(_: Request) -> str:
    return json.dumps({"description": "Users asked.", "name": "Bake things"})


def node(name: str, size: int = 20) -> Node:
    return Node(ClusterText(name, f"Users asked about {name}."), size, VECTOR)


def parent(
    names: list[str], siblings: tuple[int, ...] = (), avoid: tuple[str, ...] = ()
) -> ParentToRename:
    return ParentToRename(DEFAULT_FACETS[0], [node(name) for name in names], siblings, avoid)


def test_rename_shows_the_children_and_some_of_the_siblings() -> None:
    desk, asker = desk_of(good)
    found = rename(desk, [parent(["bread", "cake"], (1,)), parent(["car", "bus", "tram", "bike"])])
    assert found == [ClusterText("Bake things", "Users asked.")] * 2
    user = user_of(asker.requests[0])
    assert "- bread: Users asked about bread." in user
    assert "Groups of other categories:\n- car; bus; tram\n" in user
    assert "other categories:" not in user_of(asker.requests[1])
    assert asker.requests[0].model == desk.settings.name.model


def test_rename_shows_the_largest_children_when_there_are_many() -> None:
    desk, asker = desk_of(good)
    children = [node(f"group {at}", at) for at in range(CHILDREN + 5)]
    rename(desk, [ParentToRename(DEFAULT_FACETS[0], children, [])])
    user = user_of(asker.requests[0])
    assert user.count("Users asked about") == CHILDREN
    assert "and 5 smaller ones" in user
    assert f"group {CHILDREN + 4}:" in user


def test_rename_says_what_to_avoid() -> None:
    desk, asker = desk_of(good)
    rename(desk, [parent(["bread"], avoid=("brindle",)), parent(["bread"])])
    told, other = map(user_of, asker.requests)
    assert "Avoid: brindle\n</texts-" in told
    assert "too few people" not in other


def test_rename_has_no_answer_when_the_model_refuses() -> None:
    desk, _ = desk_of(lambda _: NotAnswered("refused"))
    assert rename(desk, [parent(["bread"])]) == [NotAnswered("refused")]
