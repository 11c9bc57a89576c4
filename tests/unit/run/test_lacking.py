"""Which windows lack days."""

from datetime import date
from pathlib import Path

import pytest

from clio_assets.run.lacking import LackingWindow, lacking_windows
from tests.fakes.days import MONDAY, days, home_of_days, note_release

WEEK = MONDAY.isoformat()


@pytest.mark.parametrize(
    ("settings", "public", "today", "held"),
    [
        ("expected_days = 5", False, date(2026, 10, 20), [False]),
        ('expected_days = 5\nincomplete = "hold"', False, date(2026, 10, 20), [True]),
        ('expected_days = 5\nincomplete = "hold"', True, date(2026, 10, 20), [False]),
        ("expected_days = 5", False, date(2026, 10, 5), []),
        ("expected_days = 4", False, date(2026, 10, 20), []),
        ("", False, date(2026, 10, 20), []),
    ],
    ids=["published", "held", "public already", "not over", "enough", "nothing expected"],
)
def test_windows_lack_days_when_they_are_over_with_fewer_than_expected(
    tmp_path: Path, settings: str, public: bool, today: date, held: list[bool]
) -> None:
    bench = home_of_days(tmp_path / "home", days(4), settings=f"[schedule]\n{settings}\n")
    if public:
        note_release(bench, WEEK, "0")
    found = lacking_windows(bench.home, bench.lake, today)
    assert found == [LackingWindow(WEEK, 4, 5, one) for one in held]
