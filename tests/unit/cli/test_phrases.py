"""What `clio phrases` shows of a book, and what it says of one that cannot be used."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clio_assets.cli.app import app
from clio_assets.errors import UsageError
from clio_assets.phrases.book import bundled_book

OWN = "# Music\n## Play the saxophone\nBreak in a reed | Clean a mouthpiece\n"


def phrases(home: Path, *arguments: str) -> str:
    done = CliRunner().invoke(app, ["--home", str(home), "phrases", *arguments])
    if isinstance(done.exception, UsageError):
        raise done.exception
    assert done.exit_code == 0
    return done.stdout


def test_book_is_counted_by_domain_and_area_when_asked_for_json(tmp_path: Path) -> None:
    book = tmp_path / "own.txt"
    book.write_text(OWN)
    found = json.loads(phrases(tmp_path / "home", "--book", str(book), "--json"))
    assert found["lines"] == len(bundled_book().lines) + 2
    assert found["domains"][0] == {
        "domain": "Music",
        "lines": 2,
        "areas": {"Play the saxophone": 2},
    }
    assert sum(domain["lines"] for domain in found["domains"]) == found["lines"]
    assert sum(len(domain["areas"]) for domain in found["domains"]) == found["areas"]


def test_bundled_book_is_shown_when_there_is_no_home(tmp_path: Path) -> None:
    out = phrases(tmp_path / "home")
    assert f"{len(bundled_book().lines):,} lines" in out
    assert all(domain in out for domain in bundled_book().domains)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("# Music\nBreak in a reed\n", "row 2 of the phrase book own.txt stands under no area"),
        ("Break in a reed\n", "row 1 of the phrase book own.txt stands under no domain"),
        (f"# Music\n## Reeds\n{'a ' * 11}\n", "row 3 of the phrase book own.txt cannot be used"),
        ("# Ask Ottiline Quibblewick\n## Reeds\nBreak in\n", "may be published as it stands"),
        ("# Music\n## Reeds\nAsk Ottiline Quibblewick\n", "may be published as it stands"),
        (None, "the phrase book own.txt cannot be read"),
    ],
)
def test_book_is_refused_and_its_row_said_when_its_form_is_broken(
    tmp_path: Path, text: str | None, says: str
) -> None:
    book = tmp_path / "own.txt"
    if text is not None:
        book.write_text(text)
    with pytest.raises(UsageError, match=says.replace("(", r"\(")):
        phrases(tmp_path / "home", "--book", str(book))


def test_window_is_refused_when_nothing_missing_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--missing"):
        phrases(tmp_path / "home", "--window", "all")
