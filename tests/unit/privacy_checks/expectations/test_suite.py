"""The runner: counts only, no output, no values, and what the library itself would say."""

import io
import json
import logging
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from privacy_checks.expectations import expected, suite
from privacy_checks.expectations.expected import Expected
from privacy_checks.expectations.suite import ExpectationError, validate
from privacy_checks.policy.model import PrivacyPolicy

ROOT = Path(__file__).parents[4]
CANARY = "canary.7f3a@example.org"
POLICY = PrivacyPolicy()
FRAME = {
    "text": [CANARY, "Describe a garden", CANARY],
    "other": ["Describe", "Describe a garden", CANARY],
    "place": ["in", "kept", "set_aside"],
    "number": [1.0, float("nan"), 7.0],
    "level": [0, 0, 1],
    "parent": [0.0, 5.0, float("nan")],
}
#: Every expectation that gates use, and all of this project; each is broken by FRAME.
SUITE = [
    expected.between("number", at_least=1, at_most=6),
    expected.between("number", at_most=6),
    expected.enough_users("text", "other", 3),
    expected.one_of("text", {"Describe a garden"}),
    expected.matching("text", "^D"),
    expected.unique("text"),
    expected.not_less("level", "number"),
    expected.no_personal_data("text", POLICY),
    expected.pseudonyms("text", "c"),
    expected.accounted_for("text", "place"),
    expected.trees("place", "level", "number", "parent"),
    expected.allowed_columns({"text": ["int64"]}),
]
NAMES = [f"{at}-{one.name}" for at, one in enumerate(SUITE)]
#: What cannot be worked out: for each what is wrong with it.
BROKEN = {
    "unknown expectation": Expected("expect_nothing", {"column": "text"}),
    "unknown column": Expected("expect_column_values_to_be_unique", {"column": "absent"}),
    "unknown parameter": Expected("expect_column_values_to_be_unique", {"colour": CANARY}),
    "texts as numbers": expected.between("text", at_least=1),
    "no pattern": expected.matching("text", "("),
    "unknown kind": Expected(
        "expect_column_values_to_hold_no_personal_data",
        {"column": "text", "kinds_off": ["shoe_size"]},
    ),
}


@pytest.mark.parametrize("one", SUITE, ids=NAMES)
def test_outcome_is_a_failure_in_counts_when_the_frame_breaks_it(one: Expected) -> None:
    (outcome,) = validate(pd.DataFrame(FRAME), [one])
    assert not outcome.passed
    assert outcome.violations > 0
    assert all(type(number) in (int, float) for number in outcome.numbers.values())
    assert CANARY not in repr(outcome)


@pytest.mark.parametrize("one", SUITE, ids=NAMES)
def test_outcome_agrees_with_the_validator_of_the_library(one: Expected) -> None:
    found = by_the_library(pd.DataFrame(FRAME), one)
    (outcome,) = validate(pd.DataFrame(FRAME), [one])
    result = found["result"]
    assert not found["success"] or result["missing_count"]
    assert outcome.elements == result["element_count"]
    assert outcome.violations == result["unexpected_count"] + result.get("missing_count", 0)


def as_suite(*expected: Expected) -> Any:
    """Expectations as a suite of the library."""
    from great_expectations import ExpectationSuite
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    found = [
        ExpectationConfiguration(type=one.name, kwargs=dict(one.parameters)) for one in expected
    ]
    return ExpectationSuite("gate", expectations=[one.to_domain_obj() for one in found])


def by_the_library(frame: pd.DataFrame, one: Expected) -> dict[str, Any]:
    """The result of one expectation by way of a data context, as anybody would have it."""
    import great_expectations

    context = great_expectations.get_context(mode="ephemeral")
    source = context.data_sources.add_pandas("frames")
    batch = source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("all")
    result = batch.get_batch({"dataframe": frame}).validate(
        as_suite(one),
        result_format={"result_format": "SUMMARY", "partial_unexpected_count": 0},
    )
    found: dict[str, Any] = result.results[0].to_json_dict()
    assert not found["exception_info"].get("raised_exception")
    return found


def test_outcomes_are_those_of_single_expectations_when_many_share_a_frame() -> None:
    frame = pd.DataFrame(FRAME)
    assert validate(frame, SUITE) == tuple(validate(frame, [one])[0] for one in SUITE)


def test_outcome_is_of_the_frame_at_hand_when_a_suite_is_used_again() -> None:
    bounds = [expected.between("number", at_least=1)]
    for broken in (0, 2, 0, 1):
        frame = pd.DataFrame({"number": [0.0] * broken + [1.0] * 3})
        (outcome,) = validate(frame, bounds)
        assert (outcome.elements, outcome.violations) == (broken + 3, broken)


def test_outcome_is_kept_without_values_when_a_frame_has_few_rows() -> None:
    frames = [{"text": [CANARY]}, {"text": [CANARY, CANARY]}, {"text": [CANARY]}]
    found = [validate(pd.DataFrame(frame), [expected.unique("text")]) for frame in frames]
    assert [one.violations for (one,) in found] == [0, 2, 0]
    assert found[2] is found[0]
    assert CANARY not in repr(suite._KEPT)


@pytest.mark.parametrize(
    ("one", "values"),
    [
        (expected.between("a", at_least=0), [float("nan"), 1.0]),
        (expected.between("a", at_least=0), [float("nan")]),
        (expected.unique("a"), [float("nan"), 1.0]),
    ],
)
def test_missing_value_meets_no_expectation(one: Expected, values: list[float]) -> None:
    (outcome,) = validate(pd.DataFrame({"a": values}), [one])
    assert outcome.violations == 1


def test_every_expectation_of_rows_holds_when_there_are_no_rows() -> None:
    frame = pd.DataFrame(FRAME).iloc[:0]
    met = validate(frame, SUITE)
    assert [one.expectation for one in met if not one.passed] == ["expect_columns_to_be_allowed"]


@pytest.mark.parametrize("one", BROKEN.values(), ids=BROKEN)
def test_error_has_no_values_when_an_expectation_cannot_be_worked_out(
    one: Expected, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(ExpectationError) as caught:
        validate(pd.DataFrame(FRAME), [one])
    assert one.name in str(caught.value)
    assert CANARY not in str(caught.value)
    assert caught.value.__suppress_context__
    assert caught.value.__cause__ is None
    assert CANARY not in caplog.text


def test_one_that_cannot_be_worked_out_spoils_the_pass_when_others_are_met() -> None:
    with pytest.raises(ExpectationError):
        validate(pd.DataFrame({"a": [1]}), [expected.unique("a"), expected.unique("b")])


def test_nothing_is_printed_or_logged_when_a_suite_runs(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        validate(pd.DataFrame(FRAME), SUITE)
    out, err = capfd.readouterr()
    assert (out, err, caplog.text) == ("", "", "")
    with redirect_stdout(io.StringIO()) as said, redirect_stderr(said):
        validate(pd.DataFrame(FRAME), SUITE)
    assert said.getvalue() == ""


def test_logging_is_as_before_when_a_suite_has_run() -> None:
    logger = logging.getLogger("great_expectations")
    logger.setLevel(logging.INFO)
    validate(pd.DataFrame(FRAME), SUITE)
    assert logger.level == logging.INFO
    logger.setLevel(logging.NOTSET)


def test_suite_is_one_of_the_library_when_it_is_shown() -> None:
    found: Any = as_suite(*SUITE).to_json_dict()
    assert [one["type"] for one in found["expectations"]] == [one.name for one in SUITE]
    json.dumps(found)


FRESH_PROCESS = """
import sys, warnings
shown = warnings.showwarning
import privacy_checks.gates.clusters as gate, privacy_checks.expectations
from privacy_checks.policy.model import PrivacyPolicy
gate.suite(PrivacyPolicy())
assert not {"great_expectations", "pandas"} & set(sys.modules), "loaded without need"
import pandas
from privacy_checks.expectations.expected import unique
from privacy_checks.expectations.suite import validate
assert validate(pandas.DataFrame({"a": [1, 1]}), [unique("a")])[0].violations == 2
assert warnings.showwarning is shown, "warnings are redirected"
"""


def test_library_is_loaded_in_silence_and_only_to_judge(tmp_path: Path) -> None:
    """In a process of its own, with a terminal's width and without a home to write to."""
    done = subprocess.run(
        [sys.executable, "-c", FRESH_PROCESS],
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.rglob("*")) == []
