"""Windows whose public release still counts users who were forgotten since."""

from clio_assets.ground.windows import windows_of
from clio_assets.home.erasures import outdated_releases
from clio_assets.home.home import Home
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.release import released
from clio_assets.lake.withdraw import withdraw
from clio_assets.landing.landed import landed_days


def awaiting_release(home: Home) -> list[str]:
    """Windows that await a new release because of an erasure, sorted."""
    outdated = outdated_releases(home.private)
    if not outdated:
        return []
    public = released(home.release_folders)
    return sorted(window for window, digest in outdated.items() if public.get(window) == digest)


def withdraw_emptied(home: Home, lake: Partitions) -> list[str]:
    """Take windows out of the public database that await a release and hold no day any more.

    Nothing could be released in their place.
    """
    waiting = awaiting_release(home)
    if not waiting:
        return []
    filled = windows_of(landed_days(lake), home.record.window)
    emptied = [window for window in waiting if window not in filled]
    for window in emptied:
        withdraw(home.release_folders, window)
    return emptied
