"""Reading an export that is one JSON object, however long: seconds and peak memory.

    python benchmarks/long_exports.py make FILE.json [--kind conversations|spans] [--megabytes 350]
    python benchmarks/long_exports.py read FILE.json

`conversations` are of the ChatGPT export, under `{"conversations": [...]}`; `spans` all lie in one
scope of one resource. `read` reads every record and takes it apart, in this process alone.
"""

import argparse
import json
import random
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clio_assets.sources import formats
from clio_assets.sources.files import find_files
from clio_assets.sources.formats.protocol import Keys
from clio_assets.sources.reading import read_file

_AROUND = {
    "conversations": ('{"version": 1, "conversations": [', "]}"),
    "spans": (
        '{"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {}, "spans": [',
        "]}]}]}",
    ),
}
_STARTED = 1_772_359_200


def make(file: Path, kind: str, megabytes: int) -> None:
    """Write an export of about that size."""
    before, behind = _AROUND[kind]
    elements = _conversations() if kind == "conversations" else _spans()
    with file.open("w", encoding="utf-8") as target:
        written = target.write(before)
        written += target.write(json.dumps(next(elements), ensure_ascii=False))
        while written < megabytes * 10**6:
            written += target.write("," + json.dumps(next(elements), ensure_ascii=False))
        target.write(behind)


def _texts(words: int) -> Iterator[str]:
    chance = random.Random(1)
    known = ["".join(chance.choices("abcdefghijé", k=7)) for _ in range(5000)]
    while True:
        yield " ".join(chance.choices(known, k=words))


def _conversations() -> Iterator[dict[str, Any]]:
    texts = _texts(200)
    number = 0
    while True:
        number += 1
        started = _STARTED + 100 * number
        nodes = {str(turn): _node(turn, started, next(texts)) for turn in range(12)}
        told = {"conversation_id": f"c{number}", "create_time": started, "current_node": "11"}
        yield {**told, "mapping": nodes}


def _node(turn: int, started: int, text: str) -> dict[str, Any]:
    message = {
        "author": {"role": "assistant" if turn % 2 else "user"},
        "create_time": started + turn,
        "content": {"content_type": "text", "parts": [text]},
    }
    return {"parent": str(turn - 1) if turn else None, "message": message}


def _spans() -> Iterator[dict[str, Any]]:
    texts = _texts(1500)
    number = 0
    while True:
        number += 1
        asked = [{"role": "user", "parts": [{"type": "text", "content": next(texts)}]}]
        attributes = {
            "gen_ai.operation.name": "chat",
            "user.id": f"u{number % 50}",
            "gen_ai.input.messages": json.dumps(asked),
        }
        yield {
            "traceId": f"{number:032x}",
            "spanId": f"{number:016x}",
            "startTimeUnixNano": f"{_STARTED + number}000000000",
            "attributes": [{"key": k, "value": {"stringValue": v}} for k, v in attributes.items()],
        }


def read(path: Path) -> None:
    """Print how many records and parts there are, seconds, and memory before and at most."""
    [file] = find_files([str(path)])
    before, started = _peak(), time.monotonic()
    records = parts = 0
    shape = None
    for found in read_file(file):
        if found.value is None:
            continue
        shape = shape or formats.detect([found.value])
        records += 1
        parts += len(list(formats.read(shape, found.value, Keys())))
    seconds = time.monotonic() - started
    size = path.stat().st_size / 2**20
    print(f"{size:.0f} MiB, {records:,} records, {parts:,} parts: {seconds:.1f} s, ", end="")
    print(f"{before} MiB before, {_peak()} MiB at most")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Make or read, as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("make", "read"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--kind", choices=tuple(_AROUND), default="conversations")
    parser.add_argument("--megabytes", type=int, default=350)
    chosen = parser.parse_args()
    if chosen.what == "make":
        make(chosen.file, chosen.kind, chosen.megabytes)
    else:
        read(chosen.file)


if __name__ == "__main__":
    main()
