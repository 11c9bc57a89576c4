"""Texts made to keep a backtracking expression busy."""

import time

import pytest

from privacy_checks.detectors import ALL

LENGTH = 100_000
UNITS = [
    "a", "1", "1 ", "123-", "a@", "a.", "+1", "a (at) b ", "a at b dot ", "a dot ", "born 1.1.",
    "12 ", "password is ", "-----BEGIN PRIVATE KEY-----", "ff:", "12 a b c ", "12 Ab Ab Ab ",
    "[phone", "[phone]", "calle Ab Ab ", "DE89 ", "bc1q", "eyJabcdefghi.", "://", "a.b.c/", "=",
    "ssn 1", "plate ab ", "52°31'", "40.123, ", "市1", "((1", "five ", "\u200b1", "١",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_time_stays_bounded_when_a_long_text_is_made_to_cost_it(unit: str) -> None:
    """Half a second is usual on an idle core; quadratic behaviour would take minutes."""
    text = (unit * (LENGTH // len(unit) + 1))[:LENGTH]
    start = time.process_time()
    ALL.find(text)
    assert time.process_time() - start < 5
