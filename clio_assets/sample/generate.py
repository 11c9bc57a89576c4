"""Writes a sample and the truth about it."""

import gzip
import io
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import IO, Any, cast

from clio_assets.errors import UsageError, contained
from clio_assets.ground.progress import Progress, Silent
from clio_assets.home.settings import Format
from clio_assets.sample.settings import SampleCounts, SampleSettings
from clio_assets.sample.shapes import SHAPES
from clio_assets.sample.stream import Sample, conversations

__all__ = ["SampleCounts", "SampleSettings", "write_sample"]

_ENDINGS = (".jsonl", ".jsonl.gz", ".jsonl.zst")
_GZIP_LEVEL = 1  # more takes longer than it is worth for text that can be made again
_ZSTD_LEVEL = 3
_BUFFER = 1 << 18  # bytes handed to a compressor at a time
#: Fields of the truth, and the field of the counts that says how often each is set.
_COUNTED = (
    ("rare", "rare"),
    ("coordinated", "coordinated"),
    ("edge", "edge"),
    ("duplicate_of", "duplicates"),
)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def write_sample(
    target: Path,
    truth: Path,
    settings: SampleSettings | None = None,
    progress: Progress | None = None,
    shape: Format = "plain",
) -> SampleCounts:
    """Write conversations to `target` and what is true of them to `truth`, line by line alike.

    Both are JSONL, compressed as their endings (.gz, .zst) say, in time order, with the same bytes
    for the same settings. They appear whole or not at all; the truth comes first. Line n of the
    truth is about line n of the target, or about the conversation of its id in a `shape` that has
    several records for one; `duplicate_of` names the conversation that a line copies.

    Raises UsageError for names that cannot be used, StageError where the system refuses to write.
    """
    settings = settings or SampleSettings()
    for path in (target, truth):
        if not path.name.endswith(_ENDINGS):
            raise UsageError(f"{path.name}: a sample's file ends in {', '.join(_ENDINGS)}")
    if target.absolute() == truth.absolute():
        raise UsageError("the conversations and the truth about them need two files")
    samples = (progress or Silent()).track(
        conversations(settings), "Writing conversations", settings.conversations
    )
    counts = dict.fromkeys((field.name for field in fields(SampleCounts)), 0)
    users: set[int] = set()
    with contained("sample", target.name), _whole(target) as lines, _whole(truth) as facts:

        def told() -> Iterator[dict[str, Any]]:
            for sample in samples:
                facts.write(f"{_encode(sample.truth)}\n".encode())
                users.add(sample.user)
                _count(sample, counts)
                yield sample.record

        for record in SHAPES[shape].records(told()):
            lines.write(f"{_encode(record)}\n".encode())
    counts["users"] = len(users)
    return SampleCounts(**counts)


def _count(sample: Sample, counts: dict[str, int]) -> None:
    record, truth = sample.record, sample.truth
    counts["conversations"] += 1
    if truth["personal_data"]:
        counts["with_personal_data"] += 1
    if record.get("flagged"):
        counts["flagged"] += 1
    for field, name in _COUNTED:
        if truth[field]:
            counts[name] += 1


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes its name only when it is complete and on disk."""
    temporary = path.with_name(f".tmp-{secrets.token_hex(8)}-{path.name}")
    try:
        with temporary.open("xb") as raw:
            with _compressed(raw, path) as lines:
                yield lines
            raw.flush()
            os.fsync(raw.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _compressed(raw: IO[bytes], path: Path) -> Iterator[IO[bytes]]:
    """A stream into `raw`; nothing of name or time goes into the compressed bytes."""
    stream: Any = raw
    if path.name.endswith(".gz"):
        stream = gzip.GzipFile("", "wb", _GZIP_LEVEL, cast("Any", raw), mtime=0)
    elif path.name.endswith(".zst"):
        import zstandard

        compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL)
        stream = compressor.stream_writer(raw, closefd=False)
    if stream is raw:
        yield raw
    else:
        with io.BufferedWriter(stream, _BUFFER) as lines:  # closes the stream, not `raw`
            yield cast("IO[bytes]", lines)
