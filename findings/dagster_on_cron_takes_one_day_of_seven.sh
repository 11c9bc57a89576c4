#!/usr/bin/env bash
# dagster 1.13.27, AutomationCondition.on_cron on a weekly asset that depends on a daily one.
#
# "Executed on a cron schedule, after all of its dependencies have been updated since the latest tick":
# a week maps to its seven days, but "all" goes over the assets, of each of which one partition is
# enough. Seen on 2026-11-28, with a tick after the end of the week: with no day updated since the tick
# the week is not requested; once one of seven days is, it is, with six days never made. The other way
# round, seven days that were all made before the tick do not count: the week is not requested.
#
# So a weekly aggregate is made of one day, or never, depending on when the days came. A schedule of its
# own for the week (or a condition that counts missing days) does what was meant.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check dagster==1.13.27
DAGSTER_HOME="$folder" "$folder/venv/bin/python" -W ignore - <<'PYTHON'
from datetime import UTC, datetime

import dagster as dg


@dg.asset(partitions_def=dg.DailyPartitionsDefinition("2026-11-01"))
def day() -> None: ...


@dg.asset(
    partitions_def=dg.WeeklyPartitionsDefinition("2026-11-01"),
    deps=[day],
    automation_condition=dg.AutomationCondition.on_cron("0 3 * * *"),
)
def week() -> None: ...


def requested(before_tick: list[int], after_tick: list[int]) -> int:
    """Weeks requested when these days of 1 to 7 November are made around the tick of 8 November."""
    instance, cursor, total = dg.DagsterInstance.ephemeral(), None, 0
    for hour, days in ((1, []), (2, before_tick), (4, []), (5, after_tick), (6, [])):
        for number in days:
            instance.report_runless_asset_event(
                dg.AssetMaterialization("day", partition=f"2026-11-{number:02}")
            )
        result = dg.evaluate_automation_conditions(
            dg.Definitions([day, week]),
            instance,
            cursor=cursor,
            evaluation_time=datetime(2026, 11, 8, hour, tzinfo=UTC),
        )
        cursor, total = result.cursor, total + result.total_requested
    return total


every = list(range(1, 8))
seen = {
    "no day": requested([], []),
    "one day after the tick": requested([], [4]),
    "seven days before the tick": requested(every, []),
    "seven days after the tick": requested([], every),
}
print("weeks requested:", seen)
assert list(seen.values()) == [0, 1, 0, 1], seen
PYTHON
