#!/usr/bin/env bash
# dagster 1.13.27: build_time_partition_freshness_checks over daily partitions.
#
# "We consider an asset to be fresh if there exists a record for the most recent partition, once the
# deadline has passed." The most recent partition is the last one offered: with `end_offset=1`, by which
# an asset offers the running day, it is the one that cannot be there yet. Seen on 2026-11-28, all five
# days up to yesterday materialized, deadline at midnight:
#   end_offset=0: passes, expects yesterday;
#   end_offset=1: fails, "We expected partition (today) to have arrived, and it has not."
# Every deadline fails so, and the check can never tell a real delay.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check dagster==1.13.27
cat > "$folder/run.py" <<'PYTHON'
import sys
import warnings
from datetime import UTC, datetime, timedelta

import dagster as dg

warnings.simplefilter("ignore")
TODAY = datetime.now(UTC).date()
PAST = [(TODAY - timedelta(days=n)).isoformat() for n in range(1, 6)]
DAYS = dg.DailyPartitionsDefinition(PAST[-1], end_offset=int(sys.argv[1]))


@dg.asset(partitions_def=DAYS)
def facets() -> dg.MaterializeResult:
    return dg.MaterializeResult()


[check] = dg.build_time_partition_freshness_checks(assets=[facets], deadline_cron="0 0 * * *")
job = dg.define_asset_job("fresh", dg.AssetSelection.checks(check))
with dg.DagsterInstance.ephemeral() as instance:
    for day in PAST:
        dg.materialize([facets], instance=instance, partition_key=day)
    definitions = dg.Definitions(assets=[facets], asset_checks=[check], jobs=[job])
    result = definitions.resolve_job_def("fresh").execute_in_process(instance=instance)
    [said] = result.get_asset_check_evaluations()
print(f"end_offset={sys.argv[1]}: passed={said.passed}; {said.description}")
assert said.passed == (sys.argv[1] == "0"), "this version behaves otherwise"
PYTHON
for offset in 0 1; do
  "$folder/venv/bin/python" "$folder/run.py" "$offset" 2>/dev/null
done
