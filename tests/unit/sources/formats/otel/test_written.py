"""What real exporters wrote, read file by file and together."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from clio_assets.sample.settings import SampleSettings
from clio_assets.sample.shapes import SHAPES
from clio_assets.sample.stream import conversations
from clio_assets.sources.files import SourceFile
from clio_assets.sources.formats import FORMATS, detect, otel, plain
from clio_assets.sources.reading import read_file
from tests.fakes.grouped import TRAINS, Talk, talks, written

CAKE = (
    ("system", "[system prompt]"),
    ("user", "How do I bake a plum cake?"),
    ("assistant", "Cream the butter and sugar first, then add the plums. "),
)
EXPECTED = [Talk("session-5", "user-18", CAKE), Talk("session-4", "user-17", TRAINS, (), 3)]


def records(path: Path) -> list[Any]:
    import fsspec

    file = SourceFile(fsspec.filesystem("file"), str(path))
    return [found.value for found in read_file(file)]


def sources(*names: str) -> list[Any]:
    return [record for name in names for record in records(written(name))]


@pytest.mark.parametrize(
    "name",
    [
        "otel-traceloop-anthropic.otlp.jsonl",
        "otel-traceloop-anthropic.console.json",
        "otel-genai-anthropic.otlp.jsonl",
        "openinference-anthropic.otlp.jsonl",
    ],
)
def test_conversations_are_whole_when_exporters_wrote_them(name: str) -> None:
    found = sources(name)
    assert detect(found).name == "otel"
    assert talks(otel, found) == EXPECTED
    assert talks(otel, reversed(found)) == EXPECTED


def test_log_records_know_their_users_when_the_spans_are_read_too() -> None:
    names = ("otel-genai-anthropic.logs.otlp.jsonl", "otel-genai-anthropic.otlp.jsonl")
    alone = talks(otel, sources(names[0]))
    assert [(talk.user, talk.turns) for talk in alone] == [(None, CAKE), (None, TRAINS)]
    together = talks(otel, sources(*names))
    assert together == EXPECTED
    assert talks(otel, sources(*reversed(names))) == EXPECTED


def test_file_is_read_when_it_is_compressed(tmp_path: Path) -> None:
    path = tmp_path / "spans.jsonl.gz"
    path.write_bytes(gzip.compress(written("otel-genai-anthropic.otlp.jsonl").read_bytes()))
    assert talks(otel, records(path)) == EXPECTED


@pytest.mark.parametrize("name", ["otel", "phoenix"])
def test_sample_is_read_back_when_it_was_written_in_a_shape(name: Any) -> None:
    samples = [sample.record for sample in conversations(SampleSettings(conversations=150))]
    found = [json.loads(json.dumps(record)) for record in SHAPES[name].records(samples)]
    assert detect(found[:20]).name == name
    told = {
        (talk.user, talk.conversation, _asked(talk.turns)) for talk in talks(FORMATS[name], found)
    }
    parsed = [plain.parse(sample) for sample in samples]
    expected = {(p.user_id, p.conversation_id, _asked(p.messages)) for p in parsed}
    assert len(expected) > 100
    assert told == {one for one in expected if one[2]}


def _asked(turns: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(text for role, text in turns if role == "user")
