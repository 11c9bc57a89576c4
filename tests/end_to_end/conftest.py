"""Homes made by the real command, each command a process of its own, on generated data."""

import gzip
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from clio_assets.sample.generate import SampleSettings, write_sample
from tests.end_to_end.few_days import DAYS, OWN_DETECTORS, new_home, write_rows
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
def shared(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A folder that all workers of a run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if hasattr(request.config, "workerinput") else own


@contextmanager
def made_once(folder: Path) -> Iterator[bool]:
    """Whether the folder is to be made here and now; other workers wait until it is.

    One that failed to be made is tried again by the next.
    """
    done = folder.with_suffix(".done")
    with FileLock(folder.with_suffix(".lock")):
        missing = not done.exists()
        if missing:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        yield missing
        done.touch()


@pytest.fixture(scope="session")
def sample(shared: Path) -> Path:
    """900 conversations over two weeks."""
    path = shared / "sample" / "sample.jsonl.gz"
    with made_once(path.parent) as missing:
        if missing:
            truth = path.with_name("truth.jsonl.gz")
            write_sample(path, truth, SampleSettings(conversations=900, weeks=2))
    return path


@pytest.fixture(scope="session")
def weekly_home(
    clio: ForkedClio, sample: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A home with the sample mapped week by week: this worker's copy of what one of them made."""
    original = shared / "weekly" / "home"
    with made_once(original.parent) as missing:
        if missing:
            done = clio("run", sample, "--window", "week", home=original)
            assert done.code == 0, done.err[-2000:]
    home = tmp_path_factory.mktemp("weekly-copy") / "home"
    shutil.copytree(original, home)
    return home


#: What the sample's records say beside the words.
ATTRIBUTES = """
[[attributes]]
name = "client"
from = "metadata.client"

[[attributes]]
name = "release"
from = "metadata.version"
top = 2

[[attributes]]
name = "generation"
from = "metadata.version"
kind = "number"
bins = [3, 4, 5]
"""


@pytest.fixture(scope="session")
def told_home(clio: ForkedClio, weekly_home: Path, shared: Path) -> Path:
    """The weekly home after it was told of attributes; not to be changed."""
    home = shared / "told" / "home"
    with made_once(home.parent) as missing:
        if missing:
            shutil.copytree(weekly_home, home)
            (home / "clio.toml").write_text(ATTRIBUTES)
            done = clio("run", home=home)
            assert done.code == 0, done.err[-2000:]
    return home


@pytest.fixture(scope="session")
def few(shared: Path) -> Path:
    """240 conversations on four days of two weeks: enough where the data is not the point."""
    path = shared / "few" / "few.jsonl"
    with made_once(path.parent) as missing:
        if missing:
            write_rows(path, DAYS, 60)
    return path


@pytest.fixture(scope="session")
def few_home(clio: ForkedClio, few: Path, shared: Path) -> Path:
    """A home with them mapped week by week; not to be changed."""
    home = shared / "few-mapped" / "home"
    with made_once(home.parent) as missing:
        if missing:
            new_home(home)
            done = clio("run", few, "--window", "week", home=home, environment=OWN_DETECTORS)
            assert done.code == 0, done.err[-2000:]
            assert published(home)["clusters"]
    return home


def published(home: Path, *, without: Sequence[str] = ()) -> dict[str, list[object]]:
    """All published rows of a home by table, without the columns that name runs and times."""
    import duckdb

    rows: dict[str, list[object]] = {}
    database = home / "public" / "insights.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        for table in ("windows", "clusters", "breakdowns", "trends", "lineage", "verdicts"):
            hidden = {
                "lineage": "EXCLUDE (runs)",
                "verdicts": "EXCLUDE (sealed_at)",
                # a topic keeps the id of an earlier release, which another home never had
                "trends": "EXCLUDE (topic, event, related, share_before)",
            }.get(table, "")
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
