"""What the documentation points at exists: files, tests, checks, commands."""

import re
from pathlib import Path

import pytest

from privacy_checks.gates.meanings import MEANINGS, OF_THE_OPERATOR

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
STAGES = (
    "conversations",
    "facets",
    "embeddings",
    "clusters",
    "hierarchy",
    "audited_summaries",
    "published_insights",
)


def name_of(page: Path) -> str:
    return page.name


def quoted(page: Path, pattern: str) -> list[str]:
    """Everything between backquotes that matches the pattern as a whole."""
    spans = re.findall(r"`([^`\n]+)`", page.read_text("utf-8"))
    return [span for span in spans if re.fullmatch(pattern, span)]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere_when_a_page_is_read(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_nothing_is_left_to_be_filled_in_when_a_page_is_read(page: Path) -> None:
    assert not re.search(r"^[A-Z]{4,}$", page.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_tests_exist_when_a_page_names_them(page: Path) -> None:
    for span in quoted(page, r"tests/[\w/.]+(?:::\w+)?"):
        path, _, test = span.partition("::")
        assert (ROOT / path).exists(), span
        assert not test or f"def {test}(" in (ROOT / path).read_text("utf-8"), span


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_checks_exist_when_a_page_names_them(page: Path) -> None:
    for span in quoted(page, rf"(?:{'|'.join(STAGES)})\.[a-z_]+"):
        stage, check = span.split(".")
        assert check in ("md", "json", *MEANINGS[stage], *OF_THE_OPERATOR), span


def test_every_check_of_texts_and_numbers_is_promised_when_the_privacy_page_is_read() -> None:
    page = (ROOT / "docs" / "privacy.md").read_text("utf-8")
    for stage, checks in {
        "facets": ("personal_data", "conversation_personal_data", "shared_words", "quarantine"),
        "hierarchy": ("vocabulary",),
        "audited_summaries": ("names", "vocabulary", "audit", "suppression", "derivable"),
        "published_insights": ("rounding", "copies"),
    }.items():
        for check in checks:
            assert f"`{stage}.{check}`" in page


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_exist_when_a_page_names_them(page: Path) -> None:
    from clio_assets.cli.app import app

    commands = (*app.registered_commands, *app.registered_groups)
    known = {command.name for command in commands}
    for command in re.findall(r"\bclio (?:--home \S+ )?([a-z][a-z-]+)\b", page.read_text("utf-8")):
        assert command in known | {"is", "on"}, command
