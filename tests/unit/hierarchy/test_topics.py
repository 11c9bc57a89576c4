"""What clusters are about, by the lines that lie near them."""

import numpy as np

from clio_assets.hierarchy.topics import Subject, Topics
from clio_assets.phrases.book import Line, PhraseBook

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


def test_cluster_has_a_subject_when_its_shares_are_clear() -> None:
    places = [AXES[0], between(1, 1, 0), between(1, 0, 1), between(1, 0.99, 0.98), AXES[3]]
    assert TOPICS.clear(np.stack(places)) == [
        Subject("Bake", "Cook and eat"),
        Subject("Bake", "Cook and eat"),
        Subject("Bake", "Cook and eat"),
        Subject("", "Cook and eat"),
        Subject("", "Cook and eat"),  # all lines alike: two of three are of one domain
    ]


def test_cluster_has_no_subject_when_nothing_is_clear() -> None:
    lines = [Line(f"line {at}", f"area {at}", f"domain {at}") for at in range(3)]
    topics = Topics(PhraseBook(tuple(lines)), AXES[:3])
    assert topics.clear(AXES[3:]) == [Subject()]
