"""How a home stands, as metrics of Prometheus: partitions, sources and releases.

Counts, ages and names of ours; never content, an id or a name of a cluster. Numbers are exact, so
they belong where the private zone does.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from clio_assets.home.home import Home
from clio_assets.lake.lake import Lake
from clio_assets.lake.public import PublicDatabase
from clio_assets.landing.landed import landed_days
from clio_assets.run.declared import lake_of
from clio_assets.stages import STAGES


class HomeCollector(Collector):
    """Looks at the home anew each time it is asked: manifests, seals and the public database."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All metrics; docs/metrics.md lists them."""
        home = Home(self._home.path)  # settings and policy as they are now
        lake = lake_of(home)
        yield _partitions(lake)
        yield from _landing(lake)
        yield from _published(home)


def exposition(home: Home) -> str:
    """The metrics as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(HomeCollector(home))
    return generate_latest(registry).decode("utf-8")


def _partitions(lake: Lake) -> GaugeMetricFamily:
    found = GaugeMetricFamily(
        "clio_partitions", "Partitions by stage and state.", labels=["stage", "state"]
    )
    for stage in STAGES:
        states: dict[str, int] = {"sealed": 0, "refused": 0}
        for key in lake.keys(stage):
            state: str = lake.standing(stage, key).state
            states[state] = states.get(state, 0) + 1
        for name, count in sorted(states.items()):
            found.add_metric([stage, name], count)
    return found


def _landing(lake: Lake) -> Iterator[GaugeMetricFamily]:
    landed, aside, unread = 0, 0, 0
    for manifest in lake.landed():
        landed += manifest.rows_kept
        reasons: Mapping[str, int] = manifest.rows_set_aside
        aside += sum(reasons.values())
        unread += reasons.get("unreadable_file", 0)
    yield GaugeMetricFamily("clio_landed_conversations", "Conversations landed.", landed)
    yield GaugeMetricFamily(
        "clio_landing_set_aside", "What was read of sources and not landed.", aside
    )
    yield GaugeMetricFamily(
        "clio_landing_unreadable_files", "Files of which something could not be read.", unread
    )
    days = landed_days(lake)
    if days:
        yield GaugeMetricFamily(
            "clio_newest_day_age_days",
            "Days since the newest day with conversations.",
            (datetime.now(UTC).date() - days[-1]).days,
        )


def _published(home: Home) -> Iterator[GaugeMetricFamily]:
    database = home.release_folders.database
    rows: list[dict[str, Any]] = []
    if database.exists():
        rows = PublicDatabase(database).query('SELECT "window", last_day FROM windows').to_pylist()
    windows = {row["window"] for row in rows}
    yield GaugeMetricFamily("clio_published_windows", "Windows that are public.", len(windows))
    last = [row["last_day"] for row in rows if isinstance(row["last_day"], date)]
    if last:
        yield GaugeMetricFamily(
            "clio_newest_window_age_days",
            "Days since the last day of the newest published window.",
            (datetime.now(UTC).date() - max(last)).days,
        )
