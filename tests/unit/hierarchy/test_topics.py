"""What clusters are about, by the lines that lie near them; headings only where that is clear."""

import numpy as np
import pytest

from clio_assets.domain.clusters import ClusterText
from clio_assets.hierarchy.headings import with_headings
from clio_assets.hierarchy.rename import Family
from clio_assets.hierarchy.topics import Topics
from clio_assets.phrases.book import Line, PhraseBook
from tests.fakes.nodes import node

AXES = np.eye(4, dtype=np.float32)
BOOK = PhraseBook(
    (
        Line("bake bread", "Bake", "Cook and eat"),
        Line("fry an egg", "Fry", "Cook and eat"),
        Line("book a flight", "Fly", "Travel"),
    )
)
TOPICS = Topics(BOOK, AXES[:3])


def between(*weights: float) -> "np.typing.NDArray[np.float32]":
    vector = np.array([*weights, 0.0], dtype=np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def test_shares_add_up_and_follow_the_nearest_lines_when_counted() -> None:
    shares = TOPICS.shares(np.stack([AXES[0], between(1, 1, 0), AXES[3]]))
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    np.testing.assert_allclose(shares[0], [1, 0, 0], atol=1e-6)
    np.testing.assert_allclose(shares[1], [0.5, 0.5, 0], atol=1e-4)
    np.testing.assert_allclose(shares[2], [1 / 3] * 3, atol=1e-6)
    np.testing.assert_allclose(TOPICS.of_domains(shares)[1], [1, 0], atol=1e-4)


@pytest.mark.parametrize(
    ("shares", "headings"),
    [
        ([0.9, 0.05, 0.05], ["Bake", "Cook and eat"]),
        ([0.3, 0.35, 0.35], ["Cook and eat"]),
        ([0.2, 0.25, 0.55], ["Fly", "Travel"]),
        ([0.39, 0.1, 0.39], []),
    ],
)
def test_headings_are_area_then_domain_when_their_shares_are_clear(
    shares: list[float], headings: list[str]
) -> None:
    book = PhraseBook((*BOOK.lines, Line("send a letter", "Write", "Other things")))
    topics = Topics(book, AXES)
    assert topics.headings([*shares, 1 - sum(shares)]) == headings


def family(*vectors: "np.typing.NDArray[np.float32]", name: str = "Bake bread") -> Family:
    children = [node(vector, name) for vector in vectors]
    return Family(children[0], children, range(len(children)))


def test_each_heading_is_given_once_when_two_tops_are_about_it() -> None:
    texts = [ClusterText(f"Themes {at}", f"Users asked {at}.") for at in range(3)]
    families = [family(between(1, 0.9, 0)), family(AXES[0]), family(AXES[3])]
    found = with_headings(texts, families, TOPICS)
    # the clearest takes the area, the next one the domain, and one without clear topics none
    assert [text.name for text in found] == ["Cook and eat", "Bake", "Themes 2"]
    assert [text.description for text in found] == [text.description for text in texts]


def test_heading_is_not_given_when_a_child_or_another_top_has_that_name() -> None:
    texts = [ClusterText("Themes", "Users asked."), ClusterText("cook and eat", "Users asked.")]
    families = [family(AXES[0], name="Bake"), family(AXES[2], name="Fly home")]
    found = with_headings(texts, families, TOPICS)
    assert [text.name for text in found] == ["Themes", "Fly"]
