"""A source that has vectors of its conversations: checked, mapped by them, forgotten with them."""

import json
import random
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.end_to_end.conftest import published
from tests.end_to_end.few_days import DAYS, FIRST, write_rows
from tests.forked.clio import ForkedClio

WIDTH = 24
DECLARED = f"""
[embeddings]
from_source = "metadata.vector"
source_model = "some-model-3"
dimension = {WIDTH}
"""
FORGOTTEN = "user 3"
#: What is wrong with some records, by their number within a day.
FAULTS: dict[int, tuple[Any, str]] = {
    50: (None, "no_vector"),
    51: ([1.0, 2.0], "vector_of_other_dimension"),
    52: ([float("nan")] * WIDTH, "vector_not_finite"),
    53: ([0.0] * WIDTH, "vector_of_zeros"),
    54: ("later", "vector_not_numbers"),
}


def vector(topic: int, number: int) -> list[float]:
    """Near the others of its topic, and not far from any: such a model finds all texts alike."""
    drawn = random.Random(number)
    found = np.array([drawn.gauss(0, 0.1) for _ in range(WIDTH)])
    found[topic] += 1
    found[WIDTH - 1] += 2
    return [float(x) for x in np.float32(found)]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """240 conversations on two topics; of each day, five have no vector that could be used."""
    path = tmp_path_factory.mktemp("vectors") / "talks.jsonl"
    write_rows(path, DAYS, 60)
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for at, row in enumerate(rows):
        number = at % 60
        held = FAULTS[number][0] if number in FAULTS else vector(number % 2, at)
        row["metadata"] = {"vector": held}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def asked(home: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "public" / "insights.duckdb"), read_only=True) as database:
        return database.execute(query).fetchall()


def vectors_in(home: Path) -> set[tuple[float, ...]]:
    """First numbers of every vector of the source's length in any private table."""
    found = set()
    for path in (home / "private").rglob("*.parquet"):
        table = pq.read_table(path)
        for cell in table["vector"].to_pylist() if "vector" in table.column_names else []:
            numbers = np.frombuffer(cell, "<f4") if isinstance(cell, bytes) else cell
            if numbers is not None and len(numbers) == WIDTH:
                found.add(tuple(round(float(number), 5) for number in numbers[:3]))
    return found


@pytest.mark.timeout(600)
def test_map_is_made_of_the_sources_vectors_when_they_are_declared(
    clio: ForkedClio, source: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "clio.toml").write_text(DECLARED)
    looked = json.loads(clio("check", source, "--json", home=home).out)
    of_days = dict.fromkeys((reason for _, reason in FAULTS.values()), len(DAYS))
    assert looked["vectors"] == {**of_days, "taken": 220}
    said = clio("check", source, home=home).out
    assert "220 of the 240 conversations have a vector that is taken" in said

    done = clio("run", source, "--window", "week", home=home)
    assert done.code == 0, done.err[-2000:]
    tops = asked(home, f"SELECT size FROM clusters WHERE \"window\" = '{FIRST}' AND level = 0")
    assert [size for (size,) in tops] == [55, 55]  # 60 of two days each, without five each
    [(models,)] = asked(home, "SELECT DISTINCT models FROM lineage WHERE stage = 'embeddings'")
    assert json.loads(models)["source_vectors"] == f"some-model-3 (declared, {WIDTH} numbers)"
    checks = asked(home, "SELECT DISTINCT stage FROM verdicts WHERE \"check\" LIKE '%vectors'")
    assert {stage for (stage,) in checks} == {"conversations", "embeddings"}
    assert len(vectors_in(home)) > 200
    assert clio("doctor", home=home).code == 0
    assert clio("evaluate", "stability", "--json", home=home).code == 0
    before = published(home)
    assert clio("run", source, home=home).code == 0
    assert published(home) == before  # nothing was stale

    records = [json.loads(line) for line in source.read_text().splitlines()]
    gone = [r["metadata"]["vector"] for r in records if r["user_id"] == FORGOTTEN]
    assert vectors_in(home) >= {rounded(held) for held in gone}
    named = tmp_path / "users"
    named.write_text(FORGOTTEN + "\n")
    assert clio("forget", "--from-file", named, home=home).code == 0
    assert not vectors_in(home) & {rounded(held) for held in gone}


def rounded(held: list[float]) -> tuple[float, ...]:
    unit = np.asarray(held) / np.linalg.norm(held)
    return tuple(round(float(number), 5) for number in np.float32(unit)[:3])


@pytest.mark.timeout(600)
def test_run_stops_before_anything_is_made_when_no_vector_can_be_used(
    clio: ForkedClio, source: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "clio.toml").write_text(DECLARED.replace(str(WIDTH), "8"))
    done = clio("run", source, home=home)
    assert done.code != 0
    assert "vector_of_other_dimension 232" in done.err
    assert not (home / "public" / "insights.duckdb").exists()
