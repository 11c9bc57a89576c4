"""Homes made by the real command in its own process, on data the project generates itself."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from clio_assets.sample.generate import SampleSettings, write_sample

#: PCA instead of UMAP: the layout is not what these tests are about, and it saves 30 seconds.
ENVIRONMENT = {
    "CLIO_PSEUDONYM_KEY": "0123456789abcdef" * 4,
    "CLIO_SUMMARIES__LAYOUT": "pca",
    "CLIO_CLUSTERS__CONVERSATIONS_PER_CLUSTER": "30",
}


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    code: int
    out: str
    err: str


Clio = Callable[..., Finished]


@pytest.fixture(scope="session")
def clio() -> Clio:
    """Run `clio ARGUMENTS` in a process of its own."""

    def call(
        *arguments: str | Path,
        home: Path,
        environment: Mapping[str, str] | None = None,
        script: Sequence[str] = ("-c", "from clio_assets.cli import main; main()"),
    ) -> Finished:
        done = subprocess.run(
            [sys.executable, *script, "--home", str(home), *map(str, arguments)],
            env={**os.environ, **ENVIRONMENT, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """900 conversations over two weeks."""
    folder = tmp_path_factory.mktemp("sample")
    path = folder / "sample.jsonl.gz"
    write_sample(path, folder / "truth.jsonl.gz", SampleSettings(conversations=900, weeks=2))
    return path


@pytest.fixture(scope="session")
def weekly_home(clio: Clio, sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
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
