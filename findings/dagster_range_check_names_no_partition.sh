#!/usr/bin/env bash
# dagster 1.13.27: a partitioned check, and data versions, in one run over a range of partitions.
#
# Three days made by one run (`BackfillPolicy.single_run`, as in a backfill), with a check that has the
# same partitions and passes. Seen on 2026-11-28:
#   - the check's one result is stored for no partition; what was planned for each day stays planned
#     for ever ("Skipped" in the UI), although the check passed;
#   - all days get one and the same data version, so that making one of them again with the very same
#     content, in a run of its own that gives the version of its content, looks like a change;
#   - an event `AssetCheckEvaluation(partition=...)` that the step yields itself is stored for its day.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check dagster==1.13.27
cat > "$folder/run.py" <<'PYTHON'
import warnings

import dagster as dg

warnings.simplefilter("ignore")
DAYS = dg.DailyPartitionsDefinition("2026-01-01", end_date="2026-01-04")
RANGE = {
    "dagster/asset_partition_range_start": "2026-01-01",
    "dagster/asset_partition_range_end": "2026-01-03",
}
ONE_RUN = {"partitions_def": DAYS, "backfill_policy": dg.BackfillPolicy.single_run()}


@dg.asset(**ONE_RUN)
def returned() -> dg.MaterializeResult:
    return dg.MaterializeResult()


@dg.asset_check(asset=returned, partitions_def=DAYS)
def whole() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True)


@dg.multi_asset(
    specs=[dg.AssetSpec("told")],
    check_specs=[dg.AssetCheckSpec("whole", asset="told", partitions_def=DAYS)],
    can_subset=True,
    **ONE_RUN,
)
def told(context):
    for day in context.partition_keys:
        yield dg.AssetMaterialization("told", partition=day, tags={"dagster/data_version": day})
        yield dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey("told"), check_name="whole", passed=True, partition=day
        )


definitions = dg.Definitions(
    assets=[returned, told], asset_checks=[whole], jobs=[dg.define_asset_job("days")]
)
with dg.DagsterInstance.ephemeral() as instance:
    job = definitions.resolve_job_def("days")
    assert job.execute_in_process(instance=instance, tags=RANGE).success
    found = {}
    for name in ("returned", "told"):
        check = dg.AssetCheckKey(dg.AssetKey(name), "whole")
        history = instance.event_log_storage.get_asset_check_execution_history(check, limit=20)
        status = sorted((str(one.partition), one.status.value) for one in history)
        records = instance.fetch_materializations(dg.AssetKey(name), limit=20).records
        versions = {one.asset_materialization.tags["dagster/data_version"] for one in records}
        found[name] = (status, len(records), len(versions))
        print(f"{name}: {len(records)} materializations, {len(versions)} data versions, {status}")
days = ["2026-01-01", "2026-01-02", "2026-01-03"]
expected = {
    "returned": ([*((day, "PLANNED") for day in days), ("None", "SUCCEEDED")], 3, 1),
    "told": ([(day, "SUCCEEDED") for day in days], 3, 3),
}
assert found == expected, "this version behaves otherwise"
PYTHON
"$folder/venv/bin/python" "$folder/run.py" 2>/dev/null
