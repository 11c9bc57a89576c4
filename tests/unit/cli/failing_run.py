"""`clio` whose run breaks under Dagster: `failing_run.py stage|gate ERROR CLIO-ARGUMENTS`."""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any, NoReturn, cast

import dagster as dg

import clio_assets.definitions
from clio_assets import errors
from clio_assets.cli import main, run
from clio_assets.errors import contained
from clio_assets.lake.records import Manifest, Provenance
from clio_assets.workbench.assets import materialize_each
from privacy_checks.gates.check import build_gate
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.protocol import StoredPartition, Verdict

PLACE, KIND = sys.argv[1:3]
sys.argv[1:3] = []
DAY = "2026-09-28"
DAYS = dg.DailyPartitionsDefinition(DAY)


def broken() -> NoReturn:
    raise getattr(errors, KIND, ValueError)(f"facets {DAY}: no")


def make(key: str) -> Manifest:
    with contained("facets", key):
        if PLACE == "stage":
            broken()
    return Manifest(
        stage="facets",
        key=key,
        recipe="",
        provenance=Provenance(code_version="1"),
        inputs={},
        tables={},
        rows_in=0,
        rows_kept=0,
        rows_set_aside={},
    )


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> Sequence[Verdict]:
    broken()


@dg.asset(partitions_def=DAYS)
def facets(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    home = SimpleNamespace(only_maker=lambda stage, key: nullcontext())
    bench = SimpleNamespace(finish_erasure=lambda: None, home=home)
    return materialize_each(context, cast(Any, bench), make)


def materialize(*_: object) -> None:
    gatekeeper = SimpleNamespace(policy=PrivacyPolicy(), stored=lambda stage, key: None)
    job = dg.Definitions(
        assets=[facets],
        asset_checks=[build_gate("facets", judge, DAYS)],
        jobs=[dg.define_asset_job("days")],
        resources={"gatekeeper": gatekeeper},
        executor=dg.in_process_executor,
    ).resolve_job_def("days")
    with dg.DagsterInstance.ephemeral() as instance:
        run._execute(job, instance, {"dagster/partition": DAY})


def nothing(*_: object) -> None: ...


clio_assets.definitions.build_workbench = cast(Any, nothing)
run._land = nothing
run._materialize = materialize
main()
