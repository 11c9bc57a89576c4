"""A home with a week of partitions in it, made of a number each instead of conversations."""

from datetime import date
from pathlib import Path

import pyarrow as pa

from clio_assets.home.home import Home
from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Provenance
from clio_assets.lake.storage import LocalStorage
from clio_assets.lake.writer import Accounts, Making
from clio_assets.run.declared import declared_by
from clio_assets.stages import LANDING, READS_ONLY, SLICES, STAGES
from privacy_checks.stored.protocol import Verdict

WEEK = "2026-09-28"
DAYS = ("2026-09-28", "2026-09-29")
#: Would be content; must be nowhere but in the lake's tables.
CANARY = "canary-3b9d"
PASSED = (Verdict("columns", True, {"rows": 1, "columns_wrong": 0}),)


def made_home(path: Path, *, refuse: str = "") -> Home:
    """Every stage of one week, sealed; the stage named by `refuse` and all behind it are not."""
    home = Home(path)
    home.prepare()
    home.fix("week", date.fromisoformat(WEEK))
    assert len(home.pseudonym_key) >= 32
    lake = Lake(LocalStorage(home.private), home.policy, declared_by(home))
    landed = {f"landed_{day}": pa.table({"text": [CANARY]}) for day in DAYS}
    source = Making(LANDING, "0123", "r", Provenance(code_version="1"))
    lake.write(source, landed, Accounts(2, 2))
    for name, stage in STAGES.items():
        if name == SLICES:  # of named maps alone
            continue
        for key in DAYS if stage.cadence == "day" else (WEEK,):
            write(lake, name, key)
            if name == refuse:
                failed = Verdict("accounting", False, {"lost": 3})
                lake.judge(lake.stored(name, key), [*PASSED, failed], "run-1")
            else:
                lake.judge(lake.stored(name, key), PASSED, "run-1")
        if name == refuse:
            break
    return home


def write(lake: Lake, stage: str, key: str, text: str = CANARY) -> None:
    """A partition made from what lies there of the stages that it reads."""
    inputs: dict[str, dict[str, str]] = {}
    for upstream in STAGES[stage].reads_for(key):
        if (stage, upstream) in READS_ONLY:
            continue
        keys = lake.keys(upstream) if STAGES[stage].cadence == "window" else [key]
        inputs[upstream] = {
            each: lake.stored(upstream, each).manifest.content_for(stage, key)
            for each in (lake.keys(LANDING) if upstream == LANDING else keys)
        }
    plan = Making(
        stage,
        key,
        "r",
        Provenance(code_version=STAGES[stage].code_version, analyst="local"),
        inputs,
    )
    lake.write(plan, {stage: pa.table({"text": [text]})}, Accounts(1, 1))
