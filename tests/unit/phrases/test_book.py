"""The phrase book's form: what is read, and what is refused."""

from pathlib import Path

import pytest

from clio_assets.errors import UsageError
from clio_assets.phrases.book import (
    MOST_WORDS,
    Line,
    book_with,
    bundled_book,
    join_books,
    read_lines,
)
from privacy_checks.detectors import has_hit
from privacy_checks.language.names import suspected_names

BOOK = """
# Cook, eat and drink
## Find and follow recipes
Find a recipe | Plan  meals for the week
Bake bread
## Drink
Mix a drink |
# Travel
## Plan a trip
Pack for a trip
"""


def test_lines_stand_under_their_area_and_domain_when_a_book_is_read() -> None:
    assert list(read_lines(BOOK, "own.txt")) == [
        Line("Find a recipe", "Find and follow recipes", "Cook, eat and drink"),
        Line("Plan meals for the week", "Find and follow recipes", "Cook, eat and drink"),
        Line("Bake bread", "Find and follow recipes", "Cook, eat and drink"),
        Line("Mix a drink", "Drink", "Cook, eat and drink"),
        Line("Pack for a trip", "Plan a trip", "Travel"),
    ]


@pytest.mark.parametrize(
    ("text", "row", "why"),
    [
        ("Find a recipe", 1, "no domain"),
        ("# Travel\nPack", 2, "no area"),
        ("# Travel\n## Trips\n\n" + "word " * (MOST_WORDS + 1), 4, "10 words"),
        ("# Travel\n## \nPack", 2, "words"),
        ("# Travel\n## Trips\nPack \x07", 3, "words"),
        ("# Travel\n## Trips\nPack\n# Money\nPay", 5, "no area"),
    ],
)
def test_book_is_refused_with_its_row_when_it_breaks_the_form(
    text: str, row: int, why: str
) -> None:
    with pytest.raises(UsageError, match=rf"row {row} of the phrase book own\.txt.*{why}"):
        list(read_lines(text, "own.txt"))


def test_own_line_counts_when_the_bundled_book_says_the_same(tmp_path: Path) -> None:
    line = bundled_book().lines[-1]
    own = tmp_path / "own.txt"
    own.write_text(f"# Ours\n## Own\n{line.text.upper()}\n", "utf-8")
    found = book_with(own)
    assert found.lines[0] == Line(line.text.upper(), "Own", "Ours")
    assert len(found.lines) == len(bundled_book().lines)
    assert found.digest != bundled_book().digest


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_own_book_is_refused_when_it_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    own = tmp_path / "own.txt"
    if content is not None:
        own.write_bytes(content)
    with pytest.raises(UsageError, match=r"own\.txt.*relative to the home"):
        book_with(own)


def test_bundled_book_has_distinct_lines_when_read() -> None:
    book = bundled_book()
    assert len(book.lines) > 2_000
    assert len({line.text.casefold() for line in book.lines}) == len(book.lines)
    assert len(book.domains) == 22
    assert join_books([book.lines]) == book


def test_headings_name_nobody_when_they_are_those_of_the_bundled_book() -> None:
    # they are published as they stand, without anybody having written their words
    for heading in bundled_book().headings:
        assert not suspected_names(heading, ()), heading
        assert not has_hit(heading), heading
    assert len(bundled_book().headings) > 180


def test_no_heading_accuses_when_it_is_about_harm() -> None:
    about_harm = [line for line in bundled_book().lines if line.domain.endswith("crime and hate")]
    headings = {name for line in about_harm for name in (line.area, line.domain)}
    assert len(headings) == 15
    assert all(heading.startswith(("Ask about ", "Talk about ")) for heading in headings)
