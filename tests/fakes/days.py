"""A home whose days are made of a number each: landed, sealed, refused or left out as asked."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from clio_assets.definitions import build_workbench
from clio_assets.ground.windows import WindowKind
from clio_assets.home.home import Home
from clio_assets.lake.records import Provenance
from clio_assets.lake.writer import Accounts, Making
from clio_assets.landing.schema import LANDED_INDEX
from clio_assets.stages import DAY_STAGES, LANDING, RELEASED, STAGES, landed_table
from clio_assets.workbench.recipes import making
from clio_assets.workbench.workbench import Workbench
from privacy_checks.stored.protocol import Verdict

#: A Monday.
MONDAY = date(2026, 9, 28)


def days(count: int, first: date = MONDAY) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]


def home_of_days(
    path: Path, landed: Sequence[date], window: WindowKind = "week", settings: str = ""
) -> Workbench:
    """A home with those days landed and nothing made of them."""
    home = Home(path)
    home.prepare()
    (home.path / "clio.toml").write_text(settings)
    home.fix(window, min(landed, default=MONDAY))
    bench = build_workbench(home)
    land(bench, landed)
    return bench


def land(bench: Workbench, landed: Iterable[date], number: int = 1) -> None:
    """Land those days, and no others, each of a number."""
    tables = {landed_table(day.isoformat()): pa.table({"n": [number]}) for day in landed}
    tables["index"] = LANDED_INDEX.empty_table()
    source = Making(LANDING, "0123", "r", Provenance(code_version="1"))
    bench.lake.write(source, tables, Accounts(1, 1))


def make_day(bench: Workbench, day: date, refuse: str = "") -> None:
    """Every stage of a day, sealed; the one named by `refuse` is refused and ends it."""
    _make(bench, DAY_STAGES, day.isoformat(), refuse)


def make_window(bench: Workbench, key: str, refuse: str = "") -> None:
    """Every stage of a window of the home's own map, sealed and released."""
    stages = [stage.name for stage in STAGES.values() if stage.is_made_for("")]
    _make(bench, stages, key, refuse)
    if not refuse:
        digest = bench.lake.stored(RELEASED, key).manifest.digest
        note_release(bench, key, digest)


def note_release(bench: Workbench, key: str, digest: str) -> None:
    """Let the public database hold that release, and of it nothing but its name."""
    database = bench.home.release_folders.database
    database.parent.mkdir(exist_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute('CREATE TABLE IF NOT EXISTS releases ("window" TEXT, manifest TEXT)')
        connection.execute('DELETE FROM releases WHERE "window" = ?', [key])
        connection.execute("INSERT INTO releases VALUES (?, ?)", [key, digest])


def _make(bench: Workbench, stages: Iterable[str], key: str, refuse: str) -> None:
    for stage in stages:
        bench.lake.write(making(bench, stage, key), {stage: pa.table({"n": [1]})}, Accounts(1, 1))
        verdict = Verdict("columns", stage != refuse, {})
        bench.lake.judge(bench.lake.stored(stage, key), [verdict], "run")
        if stage == refuse:
            return
