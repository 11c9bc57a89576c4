from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clio_assets.sources.formats.otel import values
from clio_assets.sources.formats.protocol import Malformed, Span
from tests.fakes.telemetry import pairs, tagged

TEN = datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    ["hi", "", 5, -3, 2.5, True, False, None, ["a", 1, []], {"a": {"b": [None, "c"]}, "d": {}}],
)
def test_value_is_what_was_sent_when_it_comes_back(value: Any) -> None:
    assert values.plain(tagged(value)) == value
    assert values.attributes(pairs({"key": value})) == {"key": value}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"intValue": 7}, 7),
        ({"intValue": "7"}, 7),
        ({"intValue": "seven"}, "seven"),
        ({"string_value": "hi"}, "hi"),
        ({"kvlist_value": {"values": [{"key": "a", "value": {"bool_value": True}}]}}, {"a": True}),
        ({"bytesValue": "AAAA"}, None),
        ({"arrayValue": {}}, []),
        ({"arrayValue": {"values": "x"}}, []),
        ({"kvlistValue": {}}, {}),
        ("bare", "bare"),
    ],
)
def test_value_is_read_when_it_is_written_otherwise(given: Any, expected: Any) -> None:
    assert values.plain(given) == expected


def test_attributes_are_malformed_when_they_are_nested_without_end() -> None:
    deep: dict[str, Any] = {"stringValue": "x"}
    for _ in range(5000):
        deep = {"arrayValue": {"values": [deep]}}
    with pytest.raises(Malformed, match="nested_too_deeply"):
        values.attributes([{"key": "a", "value": deep}])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("0x0AF7", "0xb7AD", None), Span("0af7", "b7ad")),
        (("0af7", "b7ad", "00ff"), Span("0af7", "b7ad", "00ff")),
        (("u+/BljSrjpfgoctPacG3rg==", "Ev9KeFmmCF4=", ""), None),
        ((None, "b7ad", None), None),
        (("0af7", "", None), None),
        (("0" * 32, "0" * 16, None), None),
        ((5, ["b7ad"], None), None),
        (("0af7", "b7ad", "0" * 16), Span("0af7", "b7ad")),
    ],
)
def test_span_is_the_same_when_its_ids_are_written_otherwise(
    given: tuple[Any, Any, Any], expected: Span | None
) -> None:
    if expected is None and isinstance(given[0], str) and given[0].endswith("="):
        expected = Span("bbefc19634ab8e97e0a1cb4f69c1b7ae", "12ff4a7859a6085e")
    assert values.span_of(*given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("1772359200000000000", TEN),
        (1772359200000000000, TEN),
        ("1772359200000001999", TEN + timedelta(microseconds=1)),
        ("2026-03-01T10:00:00.000000Z", TEN),
        (TEN, TEN),
        ("0", None),
        (0, None),
        (None, None),
        ("", None),
        ("soon", None),
        (True, None),
        ("9" * 30, None),
        ({}, None),
    ],
)
def test_moment_is_none_when_it_cannot_be_read(given: Any, expected: datetime | None) -> None:
    assert values.moment(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"), [(3, 3), ("3", 3), (None, 0), ("x", 0), (True, 0), (2.5, 0)]
)
def test_count_is_zero_when_it_is_none(given: Any, expected: int) -> None:
    assert values.count(given) == expected
