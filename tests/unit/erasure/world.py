"""A small home with three weeks in it, made without any analyst: bytes in every private table."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from clio_assets.clusters.schema import MEMBERS
from clio_assets.conversations.build import ConversationRules, build
from clio_assets.conversations.pseudonyms import pseudonym
from clio_assets.ground.windows import window_in, window_of
from clio_assets.home.erasures import erasure_key
from clio_assets.home.home import Home
from clio_assets.home.settings import ConversationSettings, SourceSettings
from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Provenance
from clio_assets.lake.release import release
from clio_assets.lake.storage import LocalStorage
from clio_assets.lake.writer import Accounts, Making
from clio_assets.landing.landed import landed_rows
from clio_assets.landing.source import land_source
from clio_assets.stages import LANDING, STAGES
from clio_assets.summaries.schema import PUBLISHED
from privacy_checks.stored.declared import Declared
from privacy_checks.stored.protocol import Verdict

KEY = b"0123456789abcdef" * 2
WANTED = "person-canary-51ce"
DAYS = ("2026-09-28", "2026-10-06", "2026-10-13")  # one in each of three weeks
WINDOWS = ("2026-09-28", "2026-10-05", "2026-10-12")
SOURCE = "source.jsonl"  # in the working directory, so that a home can be copied with it
CANARIES = (WANTED, "talk-canary", "text-canary", "meta-canary")


def record(number: int, day: str, user: str) -> dict[str, Any]:
    mark = "canary" if user == WANTED else "plain"
    return {
        "conversation_id": f"talk-{mark}-{number}",
        "user_id": user,
        "started_at": f"{day}T10:00:00Z",
        "messages": [{"role": "user", "content": f"text-{mark} {number}"}],
        "metadata": {"note": f"meta-{mark}"},
    }


#: WANTED wrote on the first two days; of the second day nothing else is there.
RECORDS = (
    *(record(n, DAYS[0], f"u{n}") for n in range(4)),
    record(10, DAYS[0], WANTED),
    record(11, DAYS[0], WANTED),
    record(20, DAYS[1], WANTED),
    *(record(n, DAYS[2], f"u{n}") for n in range(30, 33)),
)


@dataclass(frozen=True)
class World:
    """A home, and what tests ask of it."""

    home: Home
    lake: Lake
    source: SourceSettings

    def land(self) -> None:
        land_source(self.home, self.lake, self.source)

    def append(self, *records: dict[str, Any] | str) -> None:
        lines = [r if isinstance(r, str) else json.dumps(r) for r in records]
        with (self.home.path.parent / SOURCE).open("a") as file:
            file.write("".join(line + "\n" for line in lines))

    def keys(self) -> dict[str, list[str]]:
        return {stage: self.lake.keys(stage) for stage in STAGES if self.lake.keys(stage)}

    def landed(self, day: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = landed_rows(
            self.lake, self.lake.landed(), date.fromisoformat(day)
        ).to_pylist()
        return rows

    def landing(self) -> Any:
        return self.lake.stored(LANDING, self.lake.keys(LANDING)[0]).manifest


def traces(folder: Path) -> list[str]:
    """Files that hold a canary or a pseudonym of WANTED, as bytes or in a cell of a table."""
    ids = [r["conversation_id"] for r in RECORDS if r["user_id"] == WANTED]
    names = [pseudonym(KEY, "user", WANTED), *(pseudonym(KEY, "conversation", i) for i in ids)]
    needles = [needle.encode() for needle in (*CANARIES, *names)]
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes() + str(path.relative_to(folder)).encode()
        if path.suffix == ".parquet":
            data += str(pq.read_table(path).to_pydict()).encode()
        if any(needle in data for needle in needles):
            found.append(path.relative_to(folder).as_posix())
    return found


def make_day(lake: Lake, day: str) -> None:
    """Conversations, facets and embeddings of a day, as far as erasure looks at them."""
    rows = landed_rows(lake, lake.landed(), date.fromisoformat(day))
    left_out = pa.schema(
        [
            ("source", pa.string()),
            ("file", pa.int32()),
            ("line", pa.int64()),
            ("reason", pa.string()),
        ]
    ).empty_table()
    made = build(rows, left_out, ConversationRules(KEY, ConversationSettings(), 0))
    kept = made.conversations
    people = kept.select(["conversation", "user"])
    seal(lake, "conversations", day, conversations=kept, set_aside=made.set_aside)
    seal(lake, "facets", day, facets=people)
    seal(lake, "embeddings", day, embeddings=kept.select(["conversation"]))


def make_window(world: World, window: str) -> None:
    """Clusters to release of a window, with members of all its days."""
    people = [
        {**row, "facet": "request", "cluster": 0}
        for day in DAYS
        if window_of(date.fromisoformat(day), "week") == window_in(window)
        for row in world.lake.read("facets", day, "facets").to_pylist()
    ]
    seal(world.lake, "clusters", window, members=pa.Table.from_pylist(people, MEMBERS))
    seal(world.lake, "hierarchy", window, nodes=pa.table({"level": [0]}))
    seal(world.lake, "audited_summaries", window, windows=pa.table({"users": [len(people)]}))
    tables = {name: schema.empty_table() for name, schema in PUBLISHED.items()}
    head = {"window": window, "kind": "week", "first_day": date(2026, 9, 28), "facet": "request"}
    numbers = {"conversations": len(people), "users": 1, "clusters": 0, "unpublished": 0}
    bounds = {"coherent": 0, "min_coherence": 0.5, "min_users": 10, "min_conversations": 20}
    row = {**head, **numbers, **bounds, "last_day": date(2026, 9, 28), "analyst": "local"}
    tables["windows"] = pa.Table.from_pylist([row], PUBLISHED["windows"])
    seal(world.lake, "published_insights", window, **tables)
    release(world.lake, world.home.release_folders, "published_insights", window)


def seal(lake: Lake, stage: str, key: str, **tables: pa.Table) -> None:
    rows = max(table.num_rows for table in tables.values())
    lake.write(
        Making(stage, key, "recipe", Provenance(code_version=STAGES[stage].code_version)),
        tables,
        Accounts(rows, rows),
    )
    lake.judge(lake.stored(stage, key), [Verdict("columns", True)], "run")


def world_at(folder: Path) -> World:
    """The home that lies in a folder, beside its source."""
    home = Home(folder / "home")
    source = SourceSettings(paths=(SOURCE,), max_reject_share=0.5)
    return World(home, Lake(LocalStorage(home.private), home.policy, Declared()), source)


def make_world(folder: Path) -> World:
    """A weekly home, landed, made, sealed and released; `folder` is the working directory."""
    lines = [json.dumps(r) for r in RECORDS]
    (folder / SOURCE).write_text("\n".join([*lines, '{"broken": "text-canary']) + "\n")
    world = world_at(folder)
    world.home.prepare()
    world.home.fix("week", date(2026, 9, 28))
    world.land()
    for day in DAYS:
        make_day(world.lake, day)
    for window in WINDOWS:
        make_window(world, window)
    erasure_key(world.home.private)  # made now, so that copies of this home have the same digests
    return world
