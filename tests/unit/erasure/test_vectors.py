"""Vectors of a source tell what was talked about: they go with their user, and with their day."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clio_assets.conversations.build import ConversationRules, build
from clio_assets.embeddings.schema import source_vectors_schema
from clio_assets.erasure.forget import forget
from clio_assets.erasure.purge import purge
from clio_assets.home.settings import ConversationSettings
from clio_assets.landing.landed import landed_rows
from tests.unit.erasure.world import DAYS, KEY, RECORDS, SOURCE, WANTED, World, seal, world_at

DECLARED = '[embeddings]\nfrom_source = "v"\nsource_model = "some-model"\ndimension = 3\n'
LEFT_OUT = pa.schema(
    {"source": pa.string(), "file": pa.int32(), "line": pa.int64(), "reason": pa.string()}
).empty_table()

Numbers = tuple[float, ...]


def vector(record: dict[str, Any]) -> Numbers:
    """A vector of a record's own, of unit length, as it is stored."""
    found = np.random.default_rng(int(record["conversation_id"].split("-")[-1])).normal(size=3)
    return tuple((found / np.linalg.norm(found)).astype(np.float32).tolist())


OF_WANTED = {vector(record) for record in RECORDS if record["user_id"] == WANTED}
OF_OTHERS = {vector(record) for record in RECORDS if record["user_id"] != WANTED}


def stored(home: Path) -> Iterator[Numbers]:
    """Every vector in any table of a home."""
    for path in home.rglob("*.parquet"):
        table = pq.read_table(path)
        for cell in table["vector"].to_pylist() if "vector" in table.column_names else []:
            if cell is not None:
                numbers = np.frombuffer(cell, "<f4") if isinstance(cell, bytes) else cell
                yield tuple(np.asarray(numbers, np.float32).tolist())


@pytest.fixture
def with_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A home whose source has vectors, landed, and taken along up to the embeddings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLIO_PSEUDONYM_KEY", KEY.decode())
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "clio.toml").write_text(DECLARED)
    lines = [json.dumps({**record, "v": vector(record)}) for record in RECORDS]
    (tmp_path / SOURCE).write_text("\n".join(lines) + "\n")
    world = world_at(tmp_path)
    world.home.prepare()
    world.home.fix("week", date(2026, 9, 28))
    world.land()
    for day in DAYS:
        make_day(world, day)
    assert set(stored(world.home.path)) == OF_WANTED | OF_OTHERS
    return world


def make_day(world: World, day: str) -> None:
    rows = landed_rows(world.lake, world.lake.landed(), date.fromisoformat(day), vectors=True)
    rules = ConversationRules(KEY, ConversationSettings(), 0, dimension=3)
    made = build(rows, LEFT_OUT, rules)
    assert made.vectors is not None
    kept, names = made.conversations, pa.repeat("request", made.vectors.num_rows)
    taken = [made.vectors["conversation"], names, made.vectors["vector"]]
    seal(world.lake, "conversations", day, **made.by_name())
    seal(world.lake, "facets", day, facets=kept.select(["conversation", "user"]))
    seal(
        world.lake,
        "embeddings",
        day,
        embeddings=kept.select(["conversation"]),
        source_vectors=pa.table(taken, schema=source_vectors_schema(3)),
    )


def test_no_vector_of_a_user_is_left_when_they_are_forgotten(with_vectors: World) -> None:
    forget(with_vectors.home, with_vectors.lake, [WANTED])
    assert set(stored(with_vectors.home.path)) == OF_OTHERS


def test_vectors_of_forgotten_users_stay_away_when_their_source_is_landed_again(
    with_vectors: World,
) -> None:
    forget(with_vectors.home, with_vectors.lake, [WANTED])
    with_vectors.append({**RECORDS[0], "conversation_id": "talk-plain-77", "v": [1, 0, 0]})
    with_vectors.land()
    landed = with_vectors.home.path / "private" / "lake" / "landing"
    assert set(stored(landed)) == OF_OTHERS | {(1.0, 0.0, 0.0)}


def test_no_vector_of_a_day_is_left_when_it_is_purged(with_vectors: World) -> None:
    purge(with_vectors.home, with_vectors.lake, date.fromisoformat(DAYS[2]))
    last = {vector(r) for r in RECORDS if r["started_at"].startswith(DAYS[2])}
    assert set(stored(with_vectors.home.path)) == last
