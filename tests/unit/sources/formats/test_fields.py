import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from clio_assets.sources.formats import fields
from clio_assets.sources.formats.protocol import Malformed

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-01T12:00:00Z",
        "2026-03-01T12:00:00",
        "2026-03-01 12:00:00 UTC",
        "2026-03-01T13:00:00.000+01:00",
        "20260301T120000Z",
        1772366400,
        1772366400.0,
        1772366400_000,
        1772366400_000_000,
        1772366400_000_000_000,
        "1772366400",
        "1772366400000",
        NOON,
        NOON.replace(tzinfo=None),
        NOON.astimezone(timezone(timedelta(hours=5))),
    ],
)
def test_instant_is_the_same_when_written_in_any_known_way(value: object) -> None:
    assert fields.instant(value) == NOON


@pytest.mark.parametrize("value", ["2026-03-01", date(2026, 3, 1)])
def test_instant_is_midnight_when_only_a_day_is_given(value: object) -> None:
    assert fields.instant(value) == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, ""])
def test_instant_is_none_when_the_field_is_empty(value: object) -> None:
    assert fields.instant(value) is None


TURNS = [{"role": "user", "content": "[1]"}]


@pytest.mark.parametrize("value", [TURNS, json.dumps(TURNS), f" {json.dumps(TURNS)}\n"])
def test_messages_are_the_same_when_they_stand_as_json_text(value: object) -> None:
    assert fields.message_list({"messages": value}, "messages") == TURNS


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "messages_missing"),
        ("", "messages_missing"),
        (float("nan"), "messages_missing"),
        ("words", "messages_not_a_list"),
        ('{"a": 1}', "messages_not_a_list"),
        ('["words"]', "message_not_an_object"),
    ],
)
def test_messages_are_malformed_when_they_are_no_list_of_objects(
    value: object, reason: str
) -> None:
    with pytest.raises(Malformed, match=f"^{reason}$"):
        fields.message_list({"messages": value}, "messages")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((value, True) for value in (True, 1, 1.0, "1", "true", "True", " TRUE ")),
        *((value, False) for value in (False, 0, 0.0, "0", "false", "0.0")),
        *((value, None) for value in (None, "", float("nan"), "None", "<NA>")),
    ],
)
def test_verdict_is_the_same_when_a_table_has_no_type_for_it(
    value: object, expected: bool | None
) -> None:
    assert fields.flagged(value) is expected


@pytest.mark.parametrize("value", ["yes", 2, 0.5, [True], b"true"])
def test_verdict_is_malformed_when_it_is_neither_yes_nor_no(value: object) -> None:
    with pytest.raises(Malformed, match="flagged_not_boolean"):
        fields.flagged(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": [1]}, '{"a":[1]}'),
        ('{"a": [1]}', '{"a":[1]}'),
        ({"at": NOON}, '{"at":"2026-03-01 12:00:00+00:00"}'),
        ("", None),
        (None, None),
    ],
)
def test_metadata_is_the_same_when_it_stands_as_json_text(
    value: object, expected: str | None
) -> None:
    assert fields.metadata(value) == expected


@pytest.mark.parametrize("value", ["words", "[1]", 7, {1: "key"}.keys()])
def test_metadata_is_malformed_when_it_is_no_object(value: object) -> None:
    with pytest.raises(Malformed, match="metadata_not_an_object"):
        fields.metadata(value)
