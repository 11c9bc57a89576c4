"""Pieces of personal data, and facets that repeat them."""

import pytest

from privacy_checks.detectors import ALL
from privacy_checks.language.pieces import holds_piece, mask_pieces, personal_pieces


def transcript(text: str) -> str:
    return f"<user>{text}</user>"


@pytest.mark.parametrize(
    ("said", "pieces"),
    [
        ("nothing of the kind, at all", set()),
        ("I am at Anna.Miller@example.org", {"anna", "miller", "example"}),
        ("I am at anna dot miller at example dot org", {"anna", "miller", "example"}),
        ("ａｎｎａ@example.org", {"anna", "example"}),
        ("call +44 20 7946 0958 now", {"7946", "0958"}),
    ],
)
def test_personal_pieces_are_the_words_and_numbers_of_personal_data(
    said: str, pieces: set[str]
) -> None:
    assert personal_pieces(transcript(said), ALL) == pieces


@pytest.mark.parametrize(
    ("facet", "holds"),
    [
        ("", False),
        ("writes to a friend", False),
        ("writes to Anna", True),
        ("writes to ANNA's friend", True),
        ("writes as anna_99", True),
        ("likes Hanna and bananna", False),
        ("writes to [anna]", True),
        ("writes to [e-mail]", False),
    ],
)
def test_holds_piece_compares_whole_words(facet: str, holds: bool) -> None:
    assert holds_piece(facet, frozenset({"anna", "mail"}), ALL) == holds


def test_mask_pieces_leaves_nothing_to_find() -> None:
    pieces = frozenset({"anna"})
    masked = mask_pieces("Tell anna_99, Anna's or Hanna", pieces, "[…]")
    assert masked == "Tell […] […] or Hanna"
    assert not holds_piece(masked, pieces, ALL)
