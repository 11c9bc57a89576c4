"""A home with one released leaf whose conversations can be told apart by their text."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa

from benchmarks.explorer_release import Shape, make_tables
from clio_assets.clusters.schema import MEMBERS
from clio_assets.conversations.schema import CONVERSATIONS
from clio_assets.domain.transcript import Message, render_transcript
from clio_assets.ground.windows import key_of, map_of
from clio_assets.home.home import Home
from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Provenance
from clio_assets.lake.release import release
from clio_assets.lake.storage import LocalStorage
from clio_assets.lake.writer import Accounts, Making
from clio_assets.run.declared import declared_by
from clio_assets.stages import STAGES
from privacy_checks.stored.protocol import Verdict

DAYS = ("2026-09-28", "2026-09-29")
LEAF = "all:request:0:0"
OTHER = "all:request:0:1"
CANARY = "canary-77ab"


def traced_home(path: Path, examples: int = 3, named: str = "") -> Home:
    """Eight conversations a day; those of even numbers are members of LEAF, the others of OTHER: on
    the home's own map, or on a named one."""
    home = Home(path)
    home.prepare()
    home.fix("all", date.fromisoformat(DAYS[0]))
    if examples:
        home.policy_file.write_text(f"example_conversations = {examples}\n")
    if named:
        (home.path / "clio.toml").write_text(
            f'[[maps]]\nname = "{named}"\nwhere = {{ turns = "1" }}\n'
        )
    lake = Lake(LocalStorage(home.private), home.policy, declared_by(home))
    members = []
    for day in DAYS:
        conversations = pa.Table.from_pylist([_row(day, n) for n in range(8)], CONVERSATIONS)
        _seal(lake, "conversations", day, {}, conversations=conversations)
        _seal(lake, "facets", day, {"conversations": [day]}, facets=conversations.select([0]))
        members += [
            {"facet": "request", "cluster": n % 2, "conversation": f"c_{day}_{n}", "user": f"u_{n}"}
            for n in range(8)
        ]
    table = pa.Table.from_pylist(members, MEMBERS)
    window = key_of(named, "all")
    _seal(lake, "clusters", window, {"facets": list(DAYS)}, members=table)
    publish(home, window=window)
    return home


def publish(home: Home, seed: int = 0, window: str = "all") -> None:
    """Seal and release tables of a small map."""
    lake = Lake(LocalStorage(home.private), home.policy, declared_by(home))
    tables = make_tables(Shape(leaves=4, weeks=2, named=map_of(window)), seed)
    del tables["releases"]
    _seal(lake, "audited_summaries", window, {"clusters": [window]}, windows=tables["windows"])
    _seal(lake, "published_insights", window, {"audited_summaries": [window]}, **tables)
    release(lake, home.release_folders, "published_insights", window)


def _row(day: str, number: int) -> dict[str, object]:
    turns = [
        Message("user", f"{CANARY} asks <{day} {number}> & more"),
        Message("assistant", f"answer {number}"),
    ]
    return {
        "conversation": f"c_{day}_{number}",
        "user": f"u_{number}",
        "started_at": datetime.fromisoformat(f"{day}T10:00:00").replace(tzinfo=UTC),
        "turns": 1,
        "flagged": None,
        "transcript": render_transcript(turns),
    }


def _seal(
    lake: Lake, stage: str, key: str, inputs: dict[str, list[str]], **tables: pa.Table
) -> None:
    read = {
        upstream: {each: lake.stored(upstream, each).manifest.content for each in keys}
        for upstream, keys in inputs.items()
    }
    rows = max(table.num_rows for table in tables.values())
    lake.write(
        Making(stage, key, "recipe", Provenance(code_version=STAGES[stage].code_version), read),
        tables,
        Accounts(rows, rows),
    )
    lake.judge(lake.stored(stage, key), [Verdict("columns", True)], "run")
