"""What `clio run` still has to make: days and windows that are not sealed as they would be now."""

from datetime import date, timedelta
from itertools import pairwise

from clio_assets.ground.windows import contiguous
from clio_assets.stages import DAY_STAGES, RELEASED
from clio_assets.workbench.recipes import Currency
from clio_assets.workbench.workbench import Workbench

#: Days without conversations that a range may span rather than be cut in two.
LONGEST_GAP = 31


def stale_days(bench: Workbench) -> list[date]:
    """Landed days whose last daily stage is not current, in order."""
    current = Currency(bench)
    last = DAY_STAGES[-1]
    return [day for day in bench.landed_days() if not current.holds(last, day.isoformat())]


def stale_windows(bench: Workbench) -> list[str]:
    """Windows with landed days whose release is not current, in order."""
    current = Currency(bench)
    return [key for key in bench.windows() if not current.holds(RELEASED, key)]


def ready_windows(bench: Workbench) -> list[str]:
    """Windows whose release is not current although all their days are, in order."""
    current, last = Currency(bench), DAY_STAGES[-1]
    return [
        key
        for key, days in bench.windows().items()
        if not current.holds(RELEASED, key)
        and all(current.holds(last, day.isoformat()) for day in days)
    ]


def ranges(stale: list[date], landed: list[date]) -> list[tuple[date, date]]:
    """The stale days as (first, last) ranges that span no other landed day.

    Short holes without conversations are spanned: an empty partition costs less than a run.
    """
    busy = set(landed) - set(stale)
    filled = set(stale)
    for before, after in pairwise(stale):
        between = [before + timedelta(days=n) for n in range(1, (after - before).days)]
        if len(between) <= LONGEST_GAP and not busy.intersection(between):
            filled.update(between)
    return contiguous(filled)
