"""Expectations as plain data: what a gate expects can be read without loading the library.

An `Expected` is the name of an expectation and its parameters, as Great Expectations writes them in
a suite. The functions below build the ones that gates use; names and parameters are those of the
library's own expectations and of this package's.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from privacy_checks.policy.model import PrivacyPolicy


@dataclass(frozen=True)
class Expected:
    """One expectation: its name in Great Expectations (snake case) and its parameters, as JSON."""

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def between(
    column: str, *, at_least: float | None = None, at_most: float | None = None
) -> Expected:
    """Numbers within bounds, of which at least one is needed."""
    if at_least is None and at_most is None:
        raise ValueError("between needs a bound")
    parameters: dict[str, Any] = {"column": column}
    if at_least is not None:
        parameters["min_value"] = at_least
    if at_most is not None:
        parameters["max_value"] = at_most
    return Expected("expect_column_values_to_be_between", parameters)


def one_of(column: str, values: Collection[str]) -> Expected:
    """Values of a fixed set."""
    return Expected(
        "expect_column_values_to_be_in_set", {"column": column, "value_set": sorted(values)}
    )


def matching(column: str, pattern: str) -> Expected:
    """Texts in which the pattern is found."""
    return Expected("expect_column_values_to_match_regex", {"column": column, "regex": pattern})


def unique(column: str) -> Expected:
    """No value twice."""
    return Expected("expect_column_values_to_be_unique", {"column": column})


def not_less(first: str, second: str) -> Expected:
    """The first column is at least the second, row by row."""
    return Expected(
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": first, "column_B": second, "or_equal": True},
    )


def enough_users(group: str, user: str, at_least: int) -> Expected:
    """Groups of rows with so many distinct users behind them."""
    return Expected(
        "expect_groups_to_have_min_distinct_users",
        {"group_columns": [group], "user_column": user, "min_users": at_least},
    )


def no_personal_data(column: str, policy: PrivacyPolicy) -> Expected:
    """Texts in which no detector of the policy finds anything."""
    return Expected(
        "expect_column_values_to_hold_no_personal_data",
        {
            "column": column,
            "kinds_off": list(policy.detectors_off),
            "min_score": policy.min_detector_score,
            "extra_detectors": list(policy.extra_detectors),
        },
    )


def no_names(column: str, policy: PrivacyPolicy) -> Expected:
    """Texts without names of people, places and organisations, but those that are allowed."""
    return Expected(
        "expect_column_values_to_hold_no_names",
        {"column": column, "allowed": list(policy.allowed_names)},
    )


def pseudonyms(column: str, prefix: str) -> Expected:
    """Keyed pseudonyms with a prefix: `c` for conversations, `u` for users."""
    return Expected(
        "expect_column_values_to_be_pseudonyms", {"column": column, "prefixes": [prefix]}
    )


def accounted_for(key: str, place: str) -> Expected:
    """in = kept + set aside, key by key."""
    return Expected("expect_rows_to_be_accounted_for", {"key_column": key, "place_column": place})


def trees(tree: str, level: str, node: str, parent: str) -> Expected:
    """Rows that are the nodes of trees, one tree for each value of the first column."""
    return Expected(
        "expect_rows_to_form_trees",
        {
            "tree_column": tree,
            "level_column": level,
            "node_column": node,
            "parent_column": parent,
        },
    )


def allowed_columns(allowed: Mapping[str, Sequence[str]]) -> Expected:
    """Exactly these columns, each of one of the types that its patterns match."""
    return Expected(
        "expect_columns_to_be_allowed",
        {"allowed": {name: list(patterns) for name, patterns in allowed.items()}},
    )
