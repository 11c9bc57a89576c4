"""What is known of a home's days and windows at a moment: what is stale, and what stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from clio_assets.errors import LakeError
from clio_assets.ground.windows import WindowKind, map_of
from clio_assets.lake.release import released
from clio_assets.lake.remembering import RememberingLake
from clio_assets.stages import DAY_STAGES, RELEASED, STAGES
from clio_assets.workbench.recipes import Currency, making
from clio_assets.workbench.workbench import Workbench
from privacy_checks.gates.versions import GATE_VERSIONS


@dataclass(frozen=True)
class Facts:
    """Days and windows that hold conversations, and how they stand.

    `refused` are keys that would be refused again: neither what they are made from nor what they
    are judged by has changed since their gate spoke. `released` are windows that are public, be it
    in an older state.
    """

    today: date
    kinds: Mapping[str, WindowKind]
    windows: Mapping[str, Sequence[date]]
    days: tuple[date, ...]
    stale_days: frozenset[date]
    stale_windows: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    released: frozenset[str] = frozenset()


def facts_of_days(bench: Workbench, today: date) -> Facts:
    """What is known of days alone: windows are not looked at."""
    return _facts(_at_once(bench), today, {})


def facts_of_windows(bench: Workbench, today: date) -> Facts:
    """What is known of days and of the windows of all maps."""
    at_once = _at_once(bench)
    return _facts(at_once, today, at_once.windows())


def _at_once(bench: Workbench) -> Workbench:
    """The home as it is at one moment, each record read once."""
    return replace(bench, lake=RememberingLake(bench.lake))


def _facts(bench: Workbench, today: date, windows: Mapping[str, Sequence[date]]) -> Facts:
    current, days, last = Currency(bench), bench.landed_days(), DAY_STAGES[-1]
    stale_days = frozenset(day for day in days if not current.holds(last, day.isoformat()))
    stale_windows = frozenset(key for key in windows if not current.holds(RELEASED, key))
    ready = [key for key in stale_windows if stale_days.isdisjoint(windows[key])]
    of_days = (day.isoformat() for day in stale_days)
    refused = {
        *(key for key in of_days if _refused(bench, current, key, DAY_STAGES)),
        *(key for key in ready if _refused(bench, current, key, _stages_of(key))),
    }
    return Facts(
        today=today,
        kinds=bench.home.window_kinds,
        windows=windows,
        days=tuple(days),
        stale_days=stale_days,
        stale_windows=stale_windows,
        refused=frozenset(refused),
        released=frozenset(released(bench.home.release_folders)),
    )


def _stages_of(window: str) -> list[str]:
    return [stage.name for stage in STAGES.values() if stage.is_made_for(map_of(window))]


def _refused(bench: Workbench, current: Currency, key: str, stages: Sequence[str]) -> bool:
    """Whether the first stage that is not current was refused, and would be once more.

    What cannot be told is asked for: the run that follows says what is wrong.
    """
    stage = next(name for name in stages if not current.holds(name, key))
    standing = bench.lake.standing(stage, key)
    manifest, word = standing.manifest, standing.judgement
    if standing.state != "refused" or standing.outdated or manifest is None or word is None:
        return False
    if word.gate != GATE_VERSIONS[stage]:
        return False
    try:
        return manifest.recipe == making(bench, stage, key).recipe
    except LakeError:
        return False
