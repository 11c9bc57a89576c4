"""`clio tree`: what stands under the tree, and in place of an empty one."""

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchmarks.explorer_release import Shape, build_release
from clio_assets.cli.options import map_and_window
from clio_assets.cli.tree import (
    PublishedTree,
    Wanted,
    as_document,
    is_mixed,
    latest_tree,
    outcome,
    print_tree,
    read_published_tree,
    why_empty,
)
from clio_assets.errors import HomeError, UsageError

HEAD: dict[str, Any] = {
    "conversations": 45, "users": 25, "unpublished": 45, "coherent": 0,
    "min_coherence": 0.5, "min_users": 10, "min_conversations": 20,
}  # fmt: skip


def row(stage: str, reason: str | None, conversations: int) -> dict[str, Any]:
    return {"stage": stage, "reason": reason, "conversations": conversations}


def test_line_says_what_was_set_aside_when_accounts_are_published() -> None:
    accounts = [
        row("conversations", None, 50),
        row("conversations", "other", 5),
        row("clusters", "below_min_users", 45),
        row("audited_summaries", None, 0),
    ]
    assert outcome(PublishedTree(HEAD, accounts, [])) == (
        "Shown: 0 of 55 conversations seen, 0% of the map in coherent groups. "
        "Set aside: 45 its group had too few users; 5 for reasons that too few share."
    )


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("below_min_users", "20 conversations of 10 users, and there are 45 of 25"),
        ("text_failed", "groups of 45 conversations were found, but no name passed"),
        ("unsupported_vocabulary", "groups of 45 conversations were found, but no name passed"),
    ],
)
def test_empty_tree_says_why_when_nothing_is_shown(reason: str, said: str) -> None:
    assert said in why_empty(PublishedTree(HEAD, [row("clusters", reason, 45)], []))


@pytest.mark.parametrize(("coherence", "mixed"), [(0.45, True), (0.5, False), (None, False)])
def test_group_is_mixed_when_it_is_under_the_bound(coherence: float | None, mixed: bool) -> None:
    assert is_mixed({"coherence": coherence}, HEAD) is mixed


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two windows of all conversations and of the map `mobile`, and nothing of `german`."""
    shape = Shape(leaves=8, weeks=2, windows=2, maps=("mobile",), hidden=("german",))
    return build_release(tmp_path_factory.mktemp("release") / "insights.duckdb", shape)


@pytest.mark.parametrize(
    ("named", "window", "expected"),
    [
        (None, None, ("", None)),
        ("mobile", None, ("mobile", None)),
        ("mobile", "all", ("mobile", "all")),
        ("mobile", "mobile@all", ("mobile", "all")),
        (None, "mobile@2026-03-30", ("mobile", "2026-03-30")),
    ],
)
def test_map_and_window_are_told_when_a_key_or_its_parts_are_given(
    named: str | None, window: str | None, expected: tuple[str, str | None]
) -> None:
    assert map_and_window(named, window) == expected


def test_window_is_refused_when_it_is_of_another_map() -> None:
    with pytest.raises(UsageError, match="another map"):
        map_and_window("mobile", "german@all")


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (Wanted(), "2026-04-13"),
        (Wanted(window="2026-03-30"), "2026-03-30"),
        (Wanted("mobile"), "mobile@2026-04-13"),
        (Wanted("mobile", "2026-03-30", "request"), "mobile@2026-03-30"),
    ],
)
def test_tree_is_of_the_map_and_its_newest_window_when_no_other_is_wanted(
    database: Path, wanted: Wanted, key: str
) -> None:
    found = as_document(read_published_tree(database, wanted), depth=1)
    assert (found["window"], found["map"]) == (key, wanted.named)
    assert all(row["id"].startswith(f"{key}:request:") for row in found["clusters"])


@pytest.mark.parametrize("wanted", [Wanted("german"), Wanted("german", "2026-04-13")])
def test_refusal_says_why_when_a_map_shows_nothing(database: Path, wanted: Wanted) -> None:
    with pytest.raises(HomeError) as refused:
        read_published_tree(database, wanted)
    said = str(refused.value)
    assert "nothing is shown of" in said
    assert "map german: too few" in said
    assert ("2026-04-13 of the map" in said) == (wanted.window is not None)
    assert "`clio verdicts --map german`" in said


@pytest.mark.parametrize(
    "wanted",
    [Wanted("nobody"), Wanted(window="all"), Wanted("mobile", facet="task"), Wanted("german", "x")],
)
def test_refusal_lists_what_is_published_map_by_map_when_there_is_no_such_map(
    database: Path, wanted: Wanted
) -> None:
    with pytest.raises(UsageError) as refused:
        read_published_tree(database, wanted)
    assert str(refused.value) == (
        "no such map is published; published are: 2026-03-30 (request), 2026-04-13 (request); "
        "map mobile: 2026-03-30 (request), 2026-04-13 (request)"
    )


def test_newest_tree_is_of_all_conversations_when_named_maps_are_published(database: Path) -> None:
    found = latest_tree(database, "request")
    assert found is not None
    assert found.head["window"] == "2026-04-13"
    assert latest_tree(database, "task") is None


def test_head_of_a_tree_names_the_map_when_it_is_a_named_one(database: Path) -> None:
    console = Console(width=200)
    with console.capture() as captured:
        print_tree(console, read_published_tree(database, Wanted("mobile")), depth=1)
    assert captured.get().startswith("mobile · 2026-04-13 · request (")
