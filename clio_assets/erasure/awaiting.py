"""Windows whose public release still counts users who were forgotten since."""

from clio_assets.ground.windows import map_of, windows_of_maps
from clio_assets.home.erasures import outdated_releases
from clio_assets.home.home import Home
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.release import released
from clio_assets.lake.withdraw import withdraw
from clio_assets.landing.landed import landed_days
from clio_assets.stages import WINDOW_STAGES


def awaiting_release(home: Home) -> list[str]:
    """Windows that await a new release because of an erasure, sorted."""
    outdated = outdated_releases(home.private)
    if not outdated:
        return []
    public = released(home.release_folders)
    return sorted(window for window, digest in outdated.items() if public.get(window) == digest)


def withdraw_emptied(home: Home, lake: Partitions) -> list[str]:
    """Take windows out of the public database that await a release and hold no day any more, and
    those of maps that are no longer declared, whose private partitions are deleted.

    Nothing could be released in their place.
    """
    kinds = home.window_kinds
    gone = [window for window in released(home.release_folders) if map_of(window) not in kinds]
    if waiting := awaiting_release(home):
        filled = windows_of_maps(landed_days(lake), kinds)
        gone += [window for window in waiting if window not in filled and window not in gone]
    for window in gone:
        withdraw(home.release_folders, window)
    for stage in WINDOW_STAGES:
        for key in lake.stored_keys(stage):
            if map_of(key) not in kinds:
                lake.delete(stage, key)
    return gone
