"""Shapes of gateways and tracing tools in the kinds of file that their exports come in."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clio_assets.sample.settings import SampleSettings
from clio_assets.sample.shapes import SHAPES
from clio_assets.sample.stream import conversations
from clio_assets.sources.files import find_files
from clio_assets.sources.formats import FORMATS, detect
from clio_assets.sources.reading import read_file
from tests.fakes.grouped import talks, written

Records = Sequence[Mapping[str, Any]]


def _cell(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict | list) else value


def as_csv(path: Path, records: Records) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        names = list(dict.fromkeys(name for record in records for name in record))
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in r.items()} for r in records)


def as_parquet(path: Path, records: Records) -> None:
    names = list(dict.fromkeys(name for record in records for name in record))
    rows = [{name: _cell(record.get(name)) for name in names} for record in records]
    pq.write_table(pa.Table.from_pylist(rows), path)


def as_json(path: Path, records: Records) -> None:
    path.write_text(json.dumps(records), "utf-8")


WRITERS = {".csv": as_csv, ".parquet": as_parquet, ".json": as_json}


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("name", ["langfuse", "langsmith", "litellm", "mlflow", "llm"])
def test_conversations_are_the_same_when_they_come_in_another_kind_of_file(
    name: Any, suffix: str, tmp_path: Path
) -> None:
    samples = [sample.record for sample in conversations(SampleSettings(conversations=40))]
    records = list(SHAPES[name].records(samples))
    path = tmp_path / f"export{suffix}"
    WRITERS[suffix](path, records)
    (file,) = find_files([str(path)])
    read = [found.value for found in read_file(file) if found.value is not None]
    assert detect(read[:20]).name == name
    found = talks(FORMATS[name], read)
    assert len(found) > 30
    assert found == talks(FORMATS[name], records)


@pytest.mark.parametrize(
    ("file", "name", "users"),
    [
        ("mlflow.db.gz", "mlflow", {"user-17", "user-18", "user-19"}),
        ("mlflow-artifact-traces.json", "mlflow", {"user-17"}),
        ("llm-logs.db", "llm", {None}),
        ("llm-logs-list.json", "llm", {None}),
        ("litellm-standard-logging-payload.jsonl", "litellm", {"user-17", None}),
    ],
)
def test_a_real_file_is_read_as_it_lies_when_a_logger_wrote_it(
    file: str, name: Any, users: set[str | None]
) -> None:
    (source,) = find_files([str(written(file))])
    read = [found.value for found in read_file(source) if found.value is not None]
    assert detect(read).name == name
    assert {talk.user for talk in talks(FORMATS[name], read)} == users
