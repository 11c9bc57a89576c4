"""`clio` whose run breaks under Dagster: `failing_run.py stage|gate ERROR CLIO-ARGUMENTS`."""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date
from types import SimpleNamespace
from typing import Any, NoReturn, cast

import dagster as dg
import pyarrow as pa

import clio_assets.definitions
from clio_assets import errors
from clio_assets.cli import main, run
from clio_assets.errors import contained
from clio_assets.home.settings import Settings
from clio_assets.lake.records import Manifest, Provenance
from clio_assets.run.steps.step import Step, build_step
from clio_assets.workbench.assets import Days
from clio_assets.workbench.stage_asset import StageAsset
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


def materialize(*_: object) -> None:
    home = SimpleNamespace(only_maker=lambda stage, key: nullcontext(), release_folders=None)
    lake = SimpleNamespace(
        policy=PrivacyPolicy(),
        manifest=lambda stage, key: None,
        stored=lambda stage, key: None,
        standing=lambda stage, key: SimpleNamespace(sealed=True, manifest=None),
    )
    bench: Any = SimpleNamespace(
        finish_erasure=lambda: None,
        home=home,
        lake=lake,
        policy=PrivacyPolicy(),
        settings=Settings(),
        landed_days=lambda: [date.fromisoformat(DAY)],
    )
    stage = StageAsset("facets", "", lambda bench, key: make(key), lambda bench: pa.schema([]))
    over = Days((), DAYS, ("facets",))
    step = Step(bench, over, [stage], {"facets": judge})
    job = dg.Definitions(
        assets=[build_step(step)],
        jobs=[dg.define_asset_job("days", partitions_def=DAYS)],
        resources={"workbench": bench},
        executor=dg.in_process_executor,
    ).resolve_job_def("days")
    with dg.DagsterInstance.ephemeral() as instance:
        run._execute(job, instance, {"dagster/partition": DAY})


def nothing(*_: object) -> None: ...


clio_assets.definitions.build_workbench = cast(Any, nothing)
run._land = nothing
run._materialize = materialize
main()
