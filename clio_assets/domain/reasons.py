"""Why conversations are set aside, in words for people; and in few lines, for a whole window."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

#: Reason -> what it means of a conversation.
REASONS: Final[Mapping[str, str]] = {
    "exact_duplicate": "the same user had sent the same conversation before",
    "superseded": "a newer record of the same conversation exists",
    "not_sampled": "left out by sampling",
    "screened_out": "the screener's question was answered no",
    "no_user_text": "the user wrote nothing",
    "personal_data": "personal data was left in a facet",
    "overlap": "a facet quoted too much of its conversation",
    "not_answered": "the analyst gave no usable answer",
    "empty_text": "the facet had no text to embed",
    "no_vector": "the source has no vector of it",
    "vector_not_numbers": "what the source has for its vector is no list of numbers",
    "vector_of_other_dimension": "its vector has more or fewer numbers than declared",
    "vector_not_finite": "a number of its vector is missing or infinite",
    "vector_of_zeros": "its vector is all zeros and points nowhere",
    "outside": "not asked for by the map",
    "too_few_beside": "beside the other maps, this one would tell of too few",
    "below_min_users": "its group had too few users",
    "below_min_conversations": "its group had too few conversations",
    "not_named": "its group could not be named safely",
    "unsupported_vocabulary": "too few users shared any word to name it with",
    "forgotten": "the user was forgotten",
    "past_retention": "older than the date up to which conversations were deleted",
    "audit_failed": "its name or description did not pass the audit",
    "text_failed": "its group's name or description did not pass the checks",
    "text_withheld": "published without its own text, which did not pass the audit",
    "other": "for reasons that too few share",
}

#: Reasons of conversations whose group was large enough, and lacks a text that may be published.
UNNAMED: Final = frozenset(("not_named", "unsupported_vocabulary", "text_failed"))


def in_words(reason: str) -> str:
    """What a reason means; one that is not known as it is."""
    return REASONS.get(reason, reason.replace("_", " "))


def seen_and_shown(accounts: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """How many conversations there were, and how many are in published leaves, of ACCOUNTS rows."""
    seen = sum(row["conversations"] for row in accounts if row["stage"] == "conversations")
    shown = sum(
        row["conversations"]
        for row in accounts
        if row["stage"] == "audited_summaries" and row["reason"] is None
    )
    return seen, shown


def set_aside(accounts: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Reason -> conversations over all stages, the largest first and `other` last."""
    found: dict[str, int] = {}
    for row in accounts:
        if row["reason"] is not None:
            found[row["reason"]] = found.get(row["reason"], 0) + row["conversations"]
    order = sorted(found, key=lambda reason: (reason == "other", -found[reason], reason))
    return {reason: found[reason] for reason in order}
