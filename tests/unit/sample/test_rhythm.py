"""Conversations follow hours, weekdays and trends."""

from collections import Counter
from datetime import datetime

import pytest

from clio_assets.sample.rhythm import cells, timetable
from clio_assets.sample.settings import SampleSettings
from clio_assets.sample.stream import conversations
from clio_assets.sample.tree import load_tree

CELLS = cells(load_tree())


@pytest.fixture(scope="module")
def moments() -> list[tuple[datetime, str, str, str]]:
    """When, trend, domain and language of 20,000 conversations."""
    made = conversations(SampleSettings(conversations=20_000, seed=5))
    return [
        (
            datetime.fromisoformat(one.record["started_at"]),
            one.truth["trend"],
            one.truth["domain"],
            one.truth["language"],
        )
        for one in made
    ]


@pytest.mark.parametrize("count", [1, 100, 4_321])
def test_timetable_gives_out_every_conversation_when_summed(count: int) -> None:
    hours = list(timetable(CELLS, SampleSettings(weeks=2), count))
    assert sum(hour.conversations for hour in hours) == count
    assert min(hour.conversations for hour in hours) >= 0
    assert [hour.number for hour in hours] == list(range(2 * 168))


@pytest.mark.parametrize(
    ("trend", "low", "high"), [("growing", 2.5, 9.0), ("fading", 0.1, 0.4), ("steady", 0.85, 1.18)]
)
def test_topics_change_as_their_trend_says_when_last_weeks_meet_first(
    moments: list[tuple[datetime, str, str, str]], trend: str, low: float, high: float
) -> None:
    start = moments[0][0]
    weeks = Counter((when - start).days // 7 for when, found, _, _ in moments if found == trend)
    assert low < (weeks[6] + weeks[7]) / (weeks[0] + weeks[1]) < high


def test_bursts_peak_in_the_fifth_week_when_counted(
    moments: list[tuple[datetime, str, str, str]],
) -> None:
    start = moments[0][0]
    weeks = Counter((when - start).days // 7 for when, found, _, _ in moments if found == "burst")
    assert weeks.most_common(1)[0][0] == 4
    assert weeks[4] > 4 * weeks[0]


def test_work_rests_on_weekends_and_leisure_does_not_when_counted(
    moments: list[tuple[datetime, str, str, str]],
) -> None:
    def weekend(domain: str) -> float:
        days = [when.weekday() >= 5 for when, _, found, _ in moments if found == domain]
        return sum(days) / len(days)

    assert weekend("Business") < 0.15
    assert weekend("Cooking") > 0.35


def test_nights_are_quieter_than_days_when_counted(
    moments: list[tuple[datetime, str, str, str]],
) -> None:
    hours = Counter(when.hour for when, _, _, found in moments if found == "English")
    assert hours[3] * 3 < hours[14]


def test_japanese_days_come_earlier_when_counted_in_utc(
    moments: list[tuple[datetime, str, str, str]],
) -> None:
    hours = Counter(when.hour for when, _, _, found in moments if found == "Japanese")
    assert sum(hours[hour] for hour in range(12)) > 1.5 * sum(hours[h] for h in range(12, 24))
