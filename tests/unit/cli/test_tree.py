"""`clio tree`: what stands under the tree, and in place of an empty one."""

from typing import Any

import pytest

from clio_assets.cli.tree import PublishedTree, is_mixed, outcome, why_empty

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
