"""When conversations happen: hours and weekdays by kind of topic, trends over the whole period.

The period is cut into hours. Each cell (a topic in a language) has a weight in each hour; an hour
gets its share of all conversations by cumulative rounding, so that the total is exact and an hour
can be made without knowing the others.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp
from operator import mul
from random import Random

from clio_assets.sample.settings import SampleSettings
from clio_assets.sample.tree import Language, Topic, Tree

HOURS_A_WEEK = 168

#: Activity in each local hour of the day, from midnight.
_DAY = {
    "office": (1, 1, 1, 1, 1, 2, 4, 9, 18, 22, 22, 20, 14, 17, 21, 20, 17, 11, 6, 5, 5, 4, 3, 2),
    "study": (3, 2, 1, 1, 1, 1, 2, 4, 8, 10, 11, 11, 9, 11, 15, 18, 19, 18, 16, 17, 18, 15, 10, 6),
    "home": (2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 11, 13, 13, 10, 9, 10, 14, 19, 20, 19, 17, 13, 8, 4),
    "evening": (8, 4, 2, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8, 9, 11, 14, 18, 22, 24, 23, 19, 13),
    "night": (19, 18, 15, 11, 7, 4, 3, 3, 4, 5, 6, 6, 6, 6, 7, 7, 8, 9, 11, 13, 15, 17, 19, 20),
    "steady": (
        4,
        3,
        2,
        2,
        2,
        3,
        5,
        8,
        12,
        14,
        15,
        14,
        12,
        13,
        14,
        14,
        13,
        12,
        12,
        13,
        13,
        11,
        8,
        6,
    ),
}
#: Activity on each day of the week, from Monday.
_WEEK = {
    "office": (10, 11, 11, 10, 8, 2, 2),
    "study": (10, 10, 10, 9, 6, 5, 9),
    "home": (6, 6, 6, 6, 8, 12, 12),
    "evening": (7, 7, 7, 8, 10, 11, 9),
    "night": (8, 8, 8, 8, 10, 10, 8),
    "steady": (9, 9, 9, 9, 8, 7, 8),
}
#: Activity of a topic at a point of the period, 0 being its beginning and 1 its end.
_TRENDS: dict[str, Callable[[float], float]] = {
    "steady": lambda _: 1.0,
    "growing": lambda at: 0.3 * 7.0**at,
    "fading": lambda at: 0.3 * 7.0 ** (1 - at),
    "burst": lambda at: 0.25 + 3.5 * exp(-(((at - 0.6) / 0.08) ** 2)),
}


@dataclass(frozen=True)
class Cell:
    """A topic in a language, with its share of all conversations and its activity by hour."""

    topic: Topic
    language: Language
    share: float
    hours: tuple[float, ...]  # of a week, in UTC, from Monday midnight; mean 1


@dataclass(frozen=True)
class Hour:
    """The ordinary conversations of one hour: how many, and how they fall on the cells."""

    number: int  # from the beginning of the period
    conversations: int
    cumulative_weights: Sequence[float]


def cells(tree: Tree) -> list[Cell]:
    """All cells; the shares of a language add up to the language's share."""
    made = []
    for language in tree.languages.values():
        total = sum(language.topic_weights.values())
        for key, weight in language.topic_weights.items():
            topic = tree.topics[key]
            hours = _weekly_hours(topic.rhythm, language.utc_offset)
            made.append(Cell(topic, language, language.share * weight / total, hours))
    return made


def timetable(made: Sequence[Cell], settings: SampleSettings, conversations: int) -> Iterator[Hour]:
    """Every hour of the period, in order, with its part of the ordinary conversations.

    Hours differ by some chance on top of the rhythm. Two passes over the weights, so that they
    need not be kept.
    """
    totals = [weights[-1] for weights in _weights(made, settings)]
    chance = Random(f"{settings.seed}:rhythm")
    totals = [total * (0.6 + 0.8 * chance.random()) for total in totals]
    scale = conversations / sum(totals)
    done = 0
    for number, (weights, upto) in enumerate(
        zip(_weights(made, settings), accumulate(totals), strict=True)
    ):
        goal = conversations if number == len(totals) - 1 else round(upto * scale)
        yield Hour(number, goal - done, weights)
        done = goal


def _weights(made: Sequence[Cell], settings: SampleSettings) -> Iterator[list[float]]:
    """For each hour of the period the cumulative weights of the cells."""
    days = settings.weeks * 7
    weekday = settings.first_day.weekday()
    activity = list(zip(*(cell.hours for cell in made), strict=True))
    for day in range(days):
        at = (day + 0.5) / days
        trend = {name: curve(at) for name, curve in _TRENDS.items()}
        today = [cell.share * trend[cell.topic.trend] for cell in made]
        for hour in range(24):
            slot = ((weekday + day) % 7) * 24 + hour
            yield list(accumulate(map(mul, today, activity[slot])))


def _weekly_hours(rhythm: str, utc_offset: int) -> tuple[float, ...]:
    """Activity in each hour of a week in UTC, with mean 1."""
    local = [day * hour for day in _WEEK[rhythm] for hour in _DAY[rhythm]]
    mean = sum(local) / HOURS_A_WEEK
    return tuple(local[(hour + utc_offset) % HOURS_A_WEEK] / mean for hour in range(HOURS_A_WEEK))
