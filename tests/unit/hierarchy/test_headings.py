"""Headings of tops: only where most of a top is clearly about it, and it about most of that."""

from collections.abc import Sequence

import numpy as np
import pytest

from clio_assets.domain.clusters import ClusterText, Node
from clio_assets.hierarchy.headings import with_headings
from clio_assets.hierarchy.rename import Family
from clio_assets.hierarchy.topics import Subject
from tests.fakes.nodes import node

AXIS = np.eye(4, dtype=np.float32)[0]
BAKE, FRY = Subject("Bake", "Cook and eat"), Subject("Fry", "Cook and eat")
FLY, VAGUE = Subject("Fly", "Travel"), Subject()
Leaf = tuple[Subject | None, int]


def named(*tops: Sequence[Leaf], child: str = "Ask about it") -> list[str]:
    """Names of tops with such base clusters: what each is about, and its size."""
    base: list[Node] = []
    families = []
    for leaves in tops:
        places = range(len(base), len(base) + len(leaves))
        base += [node(AXIS, child, size) for _, size in leaves]
        families.append(Family(base[places[0]], base[places[0] :], places, places))
    subjects = [subject for leaves in tops for subject, _ in leaves]
    texts = [ClusterText(f"Themes {at}", f"Users asked {at}.") for at in range(len(tops))]
    found = with_headings(texts, families, base, subjects)
    assert [text.description for text in found] == [text.description for text in texts]
    return [text.name for text in found]


@pytest.mark.parametrize(
    ("leaves", "name"),
    [
        ([(BAKE, 66), (FLY, 34)], "Bake"),
        ([(BAKE, 64), (FLY, 36)], "Themes 0"),
        ([(BAKE, 40), (FRY, 36), (FLY, 24)], "Cook and eat"),
        ([(BAKE, 40), (FRY, 34), (FLY, 26)], "Themes 0"),
        ([(BAKE, 40), (VAGUE, 60)], "Themes 0"),
        ([(VAGUE, 50), (VAGUE, 50)], "Themes 0"),
        ([(BAKE, 30), (BAKE, 21), (None, 49)], "Bake"),  # a mixed one is not counted
        ([(BAKE, 30), (BAKE, 19), (None, 51)], "Themes 0"),
        ([(BAKE, 100)], "Themes 0"),  # one cluster below: its own text says more
    ],
)
def test_top_is_called_by_a_heading_when_most_of_it_is_clearly_about_that(
    leaves: list[Leaf], name: str
) -> None:
    assert named(leaves) == [name]


def test_top_has_no_heading_when_most_of_what_is_about_it_lies_elsewhere() -> None:
    few, many = [(BAKE, 20), (BAKE, 20)], [(BAKE, 41), (FLY, 60)]
    assert named(few, many) == ["Themes 0", "Themes 1"]
    assert named(few, many[1:] * 2) == ["Bake", "Fly"]


def test_heading_is_given_once_when_two_tops_have_half_of_it_each() -> None:
    halves = [(BAKE, 20), (FRY, 20)]
    assert named(halves, halves) == ["Cook and eat", "Themes 1"]


def test_top_gets_the_wider_heading_when_a_child_has_the_name_of_the_nearer() -> None:
    assert named([(BAKE, 50), (BAKE, 50)], child="bake") == ["Cook and eat"]
