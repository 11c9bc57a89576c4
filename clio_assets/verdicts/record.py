"""Gathers what every gate said of a window and of the days behind it; sealed, refused or deleted.

Manifests, seals and refusals only: no table is opened, so the record holds counts and no content.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from clio_assets.errors import HomeError, UsageError
from clio_assets.ground.windows import (
    WindowKind,
    by_map,
    listed_by_map,
    map_of,
    window_in,
    windows_of_maps,
)
from clio_assets.lake.lake import Lake
from clio_assets.lake.standing import Standing
from clio_assets.landing.landed import landed_days
from clio_assets.stages import STAGES
from privacy_checks.gates.meanings import MEANINGS, OF_THE_OPERATOR

#: Map -> the kind of its windows.
Kinds = Mapping[str, WindowKind]

_DAILY = tuple(name for name, stage in STAGES.items() if stage.cadence == "day")
_WINDOWED = tuple(name for name, stage in STAGES.items() if stage.cadence == "window")


@dataclass(frozen=True)
class CheckRecord:
    """One check of a stage over its partitions. `numbers`: lowest and highest value of each."""

    check: str
    meaning: str
    judged: int
    passed: int
    numbers: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class StageRecord:
    """One stage: how each of its partitions stands, and every check over all of them."""

    stage: str
    partitions: tuple[Standing, ...]
    checks: tuple[CheckRecord, ...]

    @property
    def sealed(self) -> int:
        """Partitions whose seal holds."""
        return sum(standing.sealed for standing in self.partitions)


def windows(lake: Lake, kinds: Kinds) -> list[str]:
    """Windows that have landed days or were made, deleted ones among them: first the home's own, in
    order."""
    made = {key for stage in _WINDOWED for key in lake.keys(stage)}
    for stage in _WINDOWED:
        made.update(lake.archived_keys(stage))
    return by_map(made | set(windows_of_maps(landed_days(lake), kinds)))


def choose(lake: Lake, kinds: Kinds, named: str, wanted: str | None) -> str:
    """The key of a map's wanted window, by default its newest. UsageError where there is none."""
    known = windows(lake, kinds)
    if not known:
        raise HomeError("no window has been made in this home yet; run `clio run` first")
    found = [key for key in known if map_of(key) == named and wanted in (None, window_in(key))]
    if not found:
        raise UsageError(f"there is no such window; there are: {listed_by_map(known)}")
    return found[-1]


def stages_of(lake: Lake, kinds: Kinds, window: str) -> list[StageRecord]:
    """One record a stage, in the order of the stages."""
    days = _days(lake, kinds, window)
    return [
        _stage(lake, name, days if name in _DAILY else [window])
        for name, stage in STAGES.items()
        if name in _DAILY or stage.is_made_for(map_of(window))
    ]


def _days(lake: Lake, kinds: Kinds, window: str) -> list[str]:
    """Days of the window: those that are landed, and those it was made from."""
    landed = windows_of_maps(landed_days(lake), kinds).get(window, [])
    days = {day.isoformat() for day in landed}
    for stage in _WINDOWED:
        manifest = lake.standing_or_last(stage, window).manifest
        for upstream, keys in manifest.inputs.items() if manifest else ():
            days.update(keys if upstream in _DAILY else ())
    return sorted(days)


def _stage(lake: Lake, stage: str, keys: list[str]) -> StageRecord:
    partitions = tuple(lake.standing_or_last(stage, key) for key in keys)
    judged = [p.judgement.checks for p in partitions if p.judgement]
    order = dict.fromkeys(check.check for checks in judged for check in checks)
    known = {**OF_THE_OPERATOR, **MEANINGS[stage]}
    found = []
    for name in order:
        verdicts = [check for checks in judged for check in checks if check.check == name]
        numbers: dict[str, tuple[float, float]] = {}
        for verdict in verdicts:
            for label, value in verdict.numbers.items():
                low, high = numbers.get(label, (value, value))
                numbers[label] = (min(low, value), max(high, value))
        passed = sum(verdict.passed for verdict in verdicts)
        found.append(CheckRecord(name, known.get(name, ""), len(verdicts), passed, numbers))
    return StageRecord(stage, partitions, tuple(found))
