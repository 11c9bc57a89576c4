"""Which days and windows to ask for now, in as few runs as there can be."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from clio_assets.ground.windows import (
    WindowKind,
    days_of_calendar,
    map_of,
    window_in,
)
from clio_assets.home.schedule_settings import ScheduleSettings
from clio_assets.run.planning import LONGEST_GAP, ranges
from clio_assets.run.schedules.facts import Facts


@dataclass(frozen=True)
class Taken:
    """Partitions that need not be asked for now: of a run that waits or works (`under_way`), or
    that failed too often of late (`failed`)."""

    under_way: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ask:
    """What to ask for: first and last partition of each run, as Dagster calls them; and how many
    stale ones are left out, by the reason in fixed words."""

    runs: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, int], ...] = ()

    @property
    def said(self) -> str:
        """One line for whoever looks at the tick."""
        left = ", ".join(f"{count} {why}" for why, count in self.left_out)
        asked = f"{len(self.runs)} runs asked for" if self.runs else "nothing to ask for"
        return f"{asked}; left out: {left}" if left else asked


def ask_for_days(facts: Facts, taken: Taken) -> Ask:
    """Every stale day that is over. Where a window never ends, also the one that runs."""
    endless = "all" in facts.kinds.values()
    reasons: dict[str, int] = {}
    wanted = [
        day
        for day in sorted(facts.stale_days)
        if _goes(
            reasons,
            _refused_or_taken(facts, taken, day.isoformat(), day.isoformat())
            or ("not over yet" if not endless and day >= facts.today else ""),
        )
    ]
    runs = [
        (first.isoformat(), last.isoformat()) for first, last in ranges(wanted, list(facts.days))
    ]
    return Ask(tuple(runs), tuple(reasons.items()))


def ask_for_windows(facts: Facts, settings: ScheduleSettings, named: str, taken: Taken) -> Ask:
    """Every stale window of a map whose days are all current and whose time has come.

    A window that is public already is not held back: its release is older than what is known.
    """
    reasons: dict[str, int] = {}
    kind = facts.kinds[named]
    of_map = [key for key in facts.windows if map_of(key) == named]
    wanted = [
        key
        for key in of_map
        if key in facts.stale_windows and _goes(reasons, _why_not(facts, settings, key, taken))
    ]
    busy = [window_in(key) for key in of_map if key not in wanted]
    runs = window_ranges([window_in(key) for key in wanted], busy, kind)
    return Ask(tuple(runs), tuple(reasons.items()))


def held(facts: Facts, settings: ScheduleSettings, key: str) -> bool:
    """Whether a window lacks days and is kept back for it."""
    return (
        settings.incomplete == "hold"
        and key not in facts.released
        and lacks_days(facts, settings, key)
    )


def lacks_days(facts: Facts, settings: ScheduleSettings, key: str) -> bool:
    """Whether fewer days of a window hold conversations than are expected."""
    expected = settings.days_expected(window_in(key), facts.kinds[map_of(key)])
    return len(facts.windows[key]) < expected


def overdue_days(facts: Facts, settings: ScheduleSettings, taken: Taken) -> list[date]:
    """Days that are over and not current, and on which nobody is at work; and the newest one,
    where it and as many before it as may be without conversations hold none."""
    late = {
        day
        for day in facts.stale_days
        if day < facts.today and day.isoformat() not in taken.under_way
    }
    newest = date.fromordinal(facts.today.toordinal() - 1)
    quiet = 7 - (settings.expected_days or 7)
    if not any(0 <= (newest - day).days <= quiet for day in facts.days):
        late.add(newest)
    return sorted(late)


def overdue_windows(
    facts: Facts, settings: ScheduleSettings, named: str, taken: Taken
) -> list[str]:
    """Windows of a map that should be released and are not; those that are held are not overdue."""
    kind = facts.kinds[named]
    return [
        window_in(key)
        for key in facts.windows
        if map_of(key) == named
        and key in facts.stale_windows
        and window_in(key) not in taken.under_way
        and settings.has_ended(window_in(key), kind, facts.today)
        and not held(facts, settings, key)
    ]


def window_ranges(
    wanted: Sequence[str], busy: Collection[str], kind: WindowKind
) -> list[tuple[str, str]]:
    """Windows as (first, last) ranges that span no other window that holds conversations.

    Short holes without conversations are spanned, as those between days.
    """
    if kind == "all":
        return [(key, key) for key in wanted]
    found: list[tuple[str, str]] = []
    in_order = sorted(wanted)
    found += [(key, key) for key in in_order[:1]]
    for before, key in pairwise(in_order):
        hole = _first(key, kind).toordinal() - _last(before, kind).toordinal() - 1
        if hole <= LONGEST_GAP and not any(before < other < key for other in busy):
            found[-1] = (found[-1][0], key)
        else:
            found.append((key, key))
    return found


def _why_not(facts: Facts, settings: ScheduleSettings, key: str, taken: Taken) -> str:
    """Why a stale window is not asked for; "" where it is."""
    if not facts.stale_days.isdisjoint(facts.windows[key]):
        return "waiting for a day"
    if why := _refused_or_taken(facts, taken, key, window_in(key)):
        return why
    if key in facts.released:
        return ""
    if not settings.has_ended(window_in(key), facts.kinds[map_of(key)], facts.today):
        return "not over yet, grace included"
    return "held for lack of days" if held(facts, settings, key) else ""


def _refused_or_taken(facts: Facts, taken: Taken, key: str, partition: str) -> str:
    if key in facts.refused:
        return "refused as it would be again"
    if partition in taken.under_way:
        return "under way"
    return "failed too often of late" if partition in taken.failed else ""


def _goes(reasons: dict[str, int], why: str) -> bool:
    """Whether there is no reason against it; one that there is gets counted."""
    if why:
        reasons[why] = reasons.get(why, 0) + 1
    return not why


def _first(window: str, kind: WindowKind) -> date:
    return _bounds(window, kind)[0]


def _last(window: str, kind: WindowKind) -> date:
    return _bounds(window, kind)[1]


def _bounds(window: str, kind: WindowKind) -> tuple[date, date]:
    bounds = days_of_calendar(window, kind)
    if bounds is None:
        raise ValueError("a window without bounds is a range of its own")
    return bounds
