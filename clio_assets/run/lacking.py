"""Windows that are over and hold conversations of fewer days than are expected."""

from dataclasses import dataclass
from datetime import date

from clio_assets.ground.windows import map_of, window_in, windows_of_maps
from clio_assets.home.home import Home
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.release import released
from clio_assets.landing.landed import landed_days


@dataclass(frozen=True)
class LackingWindow:
    """How many days it has and should have; `held` says that no schedule asks for it therefore."""

    window: str
    days: int
    expected: int
    held: bool


def lacking_windows(home: Home, lake: Partitions, today: date) -> list[LackingWindow]:
    """In the order of maps and windows; none where `expected_days` of `[schedule]` is not set."""
    settings, public = home.settings.schedule, released(home.release_folders)
    found = []
    for key, days in windows_of_maps(landed_days(lake), home.window_kinds).items():
        kind = home.window_kinds[map_of(key)]
        expected = settings.days_expected(window_in(key), kind)
        if len(days) < expected and settings.has_ended(window_in(key), kind, today):
            held = settings.incomplete == "hold" and key not in public
            found.append(LackingWindow(key, len(days), expected, held))
    return found
