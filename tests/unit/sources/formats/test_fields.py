from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from clio_assets.sources.formats import fields

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
