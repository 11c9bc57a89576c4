"""Nested columns that a table was written with as Python prints them."""

import io
import uuid
import warnings
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from clio_assets.sources.formats import plain
from clio_assets.sources.formats.protocol import Malformed
from clio_assets.sources.formats.python_text import is_cut_off, python_value
from clio_assets.sources.readers.nested import with_nested
from clio_assets.sources.readers.tables import read_table

ASKED = {"role": "user", "content": 'It\'s "here":\n\\d, é, \x07, \U0001f600, [1, {2}], array('}
ANSWERED = {"role": "assistant", "content": "long " * 40, "name": None}
TURNS = [ASKED, ANSWERED]


@pytest.mark.parametrize(
    "messages",
    [
        TURNS,
        tuple(TURNS),
        np.array(TURNS, dtype=object),
        np.array(TURNS[:1], dtype=object),
    ],
)
@pytest.mark.parametrize("nested", [False, True])
def test_conversation_is_read_when_pandas_wrote_its_turns_into_a_table(
    messages: object, nested: bool
) -> None:
    if isinstance(messages, tuple) and not nested:
        messages = list(messages)
    row = {"conversation_id": "c", "messages": {"turns": messages} if nested else messages}
    text = pd.DataFrame([row | {"metadata": {"topic": "trains"}}]).to_csv()
    (found,) = read_table(io.BufferedReader(io.BytesIO(text.encode())))  # type: ignore[arg-type]
    value = with_nested(found).value
    assert value is not None
    turns = TURNS[:1] if len(messages) == 1 else TURNS  # type: ignore[arg-type]
    assert value["messages"] == ({"turns": turns} if nested else turns)
    assert value["metadata"] == {"topic": "trains"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (-3, -3),
        (1.5e-7, 1.5e-7),
        (float("nan"), None),
        (float("-inf"), None),
        (pd.NA, None),
        (pd.NaT, None),
        (np.float64(1.5), 1.5),
        (np.int64(3), 3),
        (np.str_("a"), "a"),
        (np.bool_(True), True),
        ((1, "a"), [1, "a"]),
        ({1}, [1]),
        ({1, 2}, [1, 2]),
        ({}, {}),
        ({1: None}, {"1": None}),
        (np.array(["a", "b"], dtype=object), ["a", "b"]),
        (b"caf\xc3\xa9", "café"),
        (b"\xff", "\xff"),
        ("\ud800", "\ud800"),
        (uuid.UUID(int=5), str(uuid.UUID(int=5))),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 10), "2026-03-01T10:00:00"),  # noqa: DTZ001
        (datetime(2026, 3, 1, 10, tzinfo=UTC), "2026-03-01T10:00:00+00:00"),
        (datetime(2026, 3, 1, 10, tzinfo=ZoneInfo("UTC")), "2026-03-01T10:00:00+00:00"),
        (datetime(2026, 3, 1, 10, tzinfo=ZoneInfo("Europe/Oslo")), "2026-03-01T10:00:00+01:00"),
        (
            datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=-3))),
            "2026-03-01T10:00:00-03:00",
        ),
        (pd.Timestamp("2026-03-01T10:00Z"), "2026-03-01 10:00:00+0000"),
        (timedelta(minutes=1), 60.0),
    ],
)
def test_value_is_what_json_would_have_when_python_printed_it(
    value: object, expected: object
) -> None:
    assert python_value(repr({"a": value, "b": 1})) == {"a": expected, "b": 1}
    assert python_value(repr([{"a": [value]}])) == [{"a": [expected]}]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hi",
        "[]",
        "['a', 'b']",
        "[Note] it's for you",
        "{'a': 1",
        "{'a': 1} and more",
        "{'a' 1}",
        "{'a': 1, 2}",
        "{'a': }",
        "{'a': x}",
        "{'a': open('b', 'w')}",
        "{'a': __import__('os').getcwd()}",
        "{'a': 1 + 1}",
        "{'a': 'b",
        "{[1]: 2}",
        "{'a': datetime.datetime(2026, 13, 1)}",
        "{'a': datetime.datetime(2026, 1, 1, tzinfo=ZoneInfo(key='Nowhere'))}",
        "{'a': f'{b}'}",
        "{'a': ''.join(['b'])}",
        "[" * 5000,
        "[{'a': " + "(" * 5000,
        "[{'a': " + "f(" * 5000,
        "{'a': " * 5000,
    ],
)
def test_text_stays_text_when_it_is_no_value_that_python_prints(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert python_value(text) is None
    assert not is_cut_off(text)


def test_reason_says_so_when_numpy_left_out_elements_of_a_long_array() -> None:
    text = str(np.array([ASKED] * 1500, dtype=object))
    assert python_value(text) is None
    with pytest.raises(Malformed, match="messages_cut_off"):
        plain.parse({"conversation_id": "c", "messages": text})
