"""Homes made by the real command, each command a process of its own, on generated data."""

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from clio_assets.sample.generate import SampleSettings, write_sample
from tests.forked.clio import ENVIRONMENT, ForkedClio, Parent


@pytest.fixture(scope="session")
def parent() -> Iterator[Parent]:
    """The process that every `clio` of these tests is forked from."""
    with Parent(ENVIRONMENT) as parent:
        yield parent


@pytest.fixture(scope="session")
def clio(parent: Parent, tmp_path_factory: pytest.TempPathFactory) -> ForkedClio:
    """Run `clio ARGUMENTS` in a process of its own."""
    return ForkedClio(parent, tmp_path_factory.mktemp("printed"), ENVIRONMENT)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """900 conversations over two weeks."""
    folder = tmp_path_factory.mktemp("sample")
    path = folder / "sample.jsonl.gz"
    write_sample(path, folder / "truth.jsonl.gz", SampleSettings(conversations=900, weeks=2))
    return path


@pytest.fixture(scope="session")
def weekly_home(clio: ForkedClio, sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample mapped week by week."""
    home = tmp_path_factory.mktemp("weekly") / "home"
    done = clio("run", sample, "--window", "week", home=home)
    assert done.code == 0, done.err[-2000:]
    return home


def published(home: Path, *, without: Sequence[str] = ()) -> dict[str, list[object]]:
    """All published rows of a home by table, without the columns that name runs and times."""
    import duckdb

    rows: dict[str, list[object]] = {}
    database = home / "public" / "insights.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        for table in ("windows", "clusters", "breakdowns", "trends", "lineage", "verdicts"):
            hidden = {"lineage": "EXCLUDE (runs)", "verdicts": "EXCLUDE (sealed_at)"}.get(table, "")
            if table in without:
                continue
            found = connection.execute(f'SELECT * {hidden} FROM "{table}"').fetchall()
            rows[table] = sorted(found, key=repr)
    return rows


def lake_bytes(home: Path) -> dict[str, bytes]:
    """Every table and manifest of the lake; seals name runs and times, so they differ."""
    lake = home / "private" / "lake"
    return {
        path.relative_to(lake).as_posix(): path.read_bytes()
        for path in sorted(lake.rglob("*"))
        if path.is_file()
        and path.suffix in (".parquet", ".json")
        and path.name not in ("seal.json", "refusal.json")
        and "published_insights" not in path.parts
    }


def truth_of(sample: Path) -> list[dict[str, object]]:
    """The known truth of a generated sample."""
    path = sample.with_name("truth.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
