"""Tables of frames that do and do not meet each expectation of this project."""

import re
import sys
import types
from typing import Any

import pandas as pd
import pytest

from privacy_checks import expectations
from privacy_checks.detectors import Trigger
from privacy_checks.detectors.pattern import PatternDetector
from privacy_checks.expectations.expected import Expected
from privacy_checks.expectations.suite import validate

HEX = "0123456789abcdef" * 2
CONVERSATION, USER = f"c_{HEX}", f"u_{HEX}"
PERSONAL = "expect_column_values_to_hold_no_personal_data"
NAMES = "expect_column_values_to_hold_no_names"
PSEUDONYMS = "expect_column_values_to_be_pseudonyms"
COLUMNS = "expect_columns_to_be_allowed"
USERS = "expect_groups_to_have_min_distinct_users"
ACCOUNTED = "expect_rows_to_be_accounted_for"
TREES = "expect_rows_to_form_trees"


@pytest.fixture(autouse=True)
def operators_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module with a detector of an operator's own."""
    module = types.ModuleType("operators_own")
    detector = PatternDetector("trip", "[trip]", re.compile("trip"), 0.9, Trigger())
    monkeypatch.setattr(module, "TRIP", detector, raising=False)
    monkeypatch.setitem(sys.modules, "operators_own", module)


def violations(name: str, frame: dict[str, Any], **parameters: Any) -> int:
    """How many elements of a frame break one expectation."""
    (outcome,) = validate(pd.DataFrame(frame), [Expected(name, parameters)])
    assert outcome.passed == (outcome.violations == 0)
    return outcome.violations


@pytest.mark.parametrize(
    ("texts", "parameters", "broken"),
    [
        (["Describe a garden", "Plan a trip"], {}, 0),
        ([], {}, 0),
        (["Write to jo.doe@example.org", "Plan a trip"], {}, 1),
        (["Call +1 202 555 0143"] * 3, {}, 3),
        (["Add up 4711"], {}, 1),
        (["Add up 4711"], {"kinds_off": ["digit_run"]}, 0),
        (["Add up 4711"], {"min_score": 1.0}, 0),
        (["Plan a trip", None], {}, 1),
        (["Plan a trip"], {"extra_detectors": ["operators_own:TRIP"]}, 1),
    ],
)
def test_personal_data_is_counted_when_texts_hold_it(
    texts: list[str | None], parameters: dict[str, Any], broken: int
) -> None:
    frame = {"text": pd.Series(texts, dtype="str")}
    assert violations(PERSONAL, frame, column="text", **parameters) == broken


@pytest.mark.parametrize(
    ("texts", "parameters", "broken"),
    [
        (["Describe a garden", "Plan a trip to Paris"], {}, 0),
        ([], {}, 0),
        (["Describe the garden of Wendell", "Plan a trip"], {}, 1),
        (["describe the garden of wendell"] * 3, {}, 3),
        (["Describe the garden of Wendell"], {"allowed": ["wendell"]}, 0),
        (["Plan a trip", None], {}, 1),
    ],
)
def test_names_are_counted_when_texts_hold_them(
    texts: list[str | None], parameters: dict[str, Any], broken: int
) -> None:
    frame = {"text": pd.Series(texts, dtype="str")}
    assert violations(NAMES, frame, column="text", **parameters) == broken


@pytest.mark.parametrize(
    ("ids", "prefixes", "broken"),
    [
        ([CONVERSATION, USER], ["c", "u"], 0),
        ([], ["c"], 0),
        ([CONVERSATION, USER], ["c"], 1),
        (["someone"], ["c", "u"], 1),
        ([CONVERSATION.upper()], ["c"], 1),
        ([CONVERSATION + "0"], ["c"], 1),
        ([CONVERSATION + "\n"], ["c"], 1),
        (["x" + CONVERSATION], ["c"], 1),
        ([HEX], ["c", "u"], 1),
        ([None], ["c"], 1),
    ],
)
@pytest.mark.parametrize("dtype", ["str", "object", "string[pyarrow]"])
def test_ids_are_counted_when_they_are_no_pseudonyms(
    ids: list[str], prefixes: list[str], broken: int, dtype: Any
) -> None:
    frame = {"id": pd.Series(ids, dtype=dtype)}
    assert violations(PSEUDONYMS, frame, column="id", prefixes=prefixes) == broken


ALLOWED = {"name": ["str", "object"], "size": ["int64"]}


@pytest.mark.parametrize(
    ("frame", "parameters", "broken"),
    [
        ({"name": ["a"], "size": [1]}, {}, 0),
        ({"size": [1], "name": ["a"]}, {}, 0),
        ({"name": ["a"], "size": [1], "note": ["x"]}, {}, 1),
        ({"name": ["a"]}, {}, 1),
        ({"name": ["a"]}, {"all_required": False}, 0),
        ({"name": ["a"], "size": [1.5]}, {}, 1),
        ({"name": ["a"], "size": [1.5], "note": ["x"]}, {}, 2),
    ],
)
def test_columns_are_counted_when_they_are_not_allowed(
    frame: dict[str, Any], parameters: dict[str, Any], broken: int
) -> None:
    assert violations(COLUMNS, frame, allowed=ALLOWED, **parameters) == broken


def test_column_is_counted_when_it_is_there_twice() -> None:
    frame = pd.concat([pd.Series([1], name="size"), pd.Series([2], name="size")], axis=1)
    (outcome,) = validate(frame, [Expected(COLUMNS, {"allowed": {"size": ["int64"]}})])
    assert outcome.violations == 1
    assert outcome.numbers["columns_repeated"] == 1


@pytest.mark.parametrize(
    ("group", "user", "least", "broken"),
    [
        ([1, 1, 2, 2], ["a", "b", "a", "b"], 2, 0),
        ([1, 1, 2, 2], ["a", "b", "a", "a"], 2, 1),
        ([1, 1, 2, 2], ["a", "a", "a", "a"], 2, 2),
        ([1, 1], ["a", None], 2, 1),
        ([None, None], ["a", "b"], 2, 0),
        ([None, None], ["a", "a"], 2, 1),
        ([1], [None], 1, 1),
        ([], [], 5, 0),
    ],
)
def test_groups_are_counted_when_too_few_users_are_behind_them(
    group: list[Any], user: list[Any], least: int, broken: int
) -> None:
    frame = {"group": group, "user": user}
    parameters = {"group_columns": ["group"], "user_column": "user", "min_users": least}
    assert violations(USERS, frame, **parameters) == broken


def test_groups_are_told_apart_by_all_columns_when_there_are_several() -> None:
    frame = pd.DataFrame({"facet": ["f", "f", "g"], "cluster": [1, 2, 1], "user": ["a", "b", "c"]})
    parameters = {"group_columns": ["facet", "cluster"], "user_column": "user", "min_users": 2}
    (outcome,) = validate(frame, [Expected(USERS, parameters)])
    assert outcome.numbers == {"groups": 3, "fewest_users": 1, "min_users": 2}
    assert outcome.violations == 3


@pytest.mark.parametrize(
    ("rows", "broken"),
    [
        ([], 0),
        ([("a", "in"), ("a", "kept"), ("b", "in"), ("b", "set_aside")], 0),
        ([("a", "in")], 1),  # lost
        ([("a", "kept")], 1),  # invented
        ([("a", "in"), ("a", "kept"), ("a", "set_aside")], 1),
        ([("a", "in"), ("a", "kept"), ("a", "kept")], 1),
        ([("a", "in"), ("a", "in"), ("a", "kept")], 1),
        ([("a", "in"), ("b", "kept")], 2),
        ([("a", "in"), ("a", "kept"), (None, "kept")], 1),
        ([("a", "in"), ("a", "kept"), ("a", "elsewhere")], 1),
        ([("a", "in"), ("a", "kept"), ("a", None)], 1),
    ],
)
def test_rows_are_counted_when_they_are_not_accounted_for(
    rows: list[tuple[str | None, str | None]], broken: int
) -> None:
    frame = {
        "key": pd.Series([key for key, _ in rows], dtype="str"),
        "place": pd.Series([place for _, place in rows], dtype="str"),
    }
    assert violations(ACCOUNTED, frame, key_column="key", place_column="place") == broken


GOOD = [(0, 0, 0), (0, 1, 0), (1, 0, None)]


@pytest.mark.parametrize(
    ("nodes", "broken"),
    [
        ([], 0),
        (GOOD, 0),
        ([(0, 0, None)], 0),  # a tree of one level
        ([*GOOD, (0, 1, 0)], 1),  # twice
        ([*GOOD, (0, 2, None)], 1),  # no parent below the top
        ([*GOOD, (0, 2, 7)], 1),  # a parent that is not there
        ([*GOOD, (1, 1, None)], 1),  # nobody's parent
        ([(0, 0, 0), (1, 0, 5)], 1),  # the top has a parent
        ([(0, 0, 0), (1, 0, None), (-1, 0, 0)], 1),  # below the bottom
    ],
)
def test_nodes_are_counted_when_they_form_no_tree(
    nodes: list[tuple[int, int, int | None]], broken: int
) -> None:
    frame = pd.DataFrame(nodes, columns=["level", "node", "parent"]).astype(
        {"level": "int64", "node": "int64", "parent": "float64"}
    )
    frame["tree"] = "request"
    columns = {f"{name}_column": name for name in ("tree", "level", "node", "parent")}
    (outcome,) = validate(frame, [Expected(TREES, columns)])
    assert outcome.violations == broken


def test_trees_are_told_apart_when_they_share_numbers() -> None:
    frame = {"tree": ["a", "a", "b"], "level": [0, 1, 0], "node": [0, 0, 0], "parent": [0, None, 0]}
    columns = {f"{name}_column": name for name in ("tree", "level", "node", "parent")}
    assert violations(TREES, frame, **columns) == 1  # a parent in the other tree is none


@pytest.mark.parametrize("name", expectations.__all__)
def test_expectation_can_be_imported_and_explained_when_it_is_asked_for(name: str) -> None:
    found = getattr(expectations, name)
    assert found.__name__ == name
    assert "Args:" in found.__doc__
