"""A folder that gets a file a day: what landing one more costs, beside landing all of it.

    python benchmarks/growing_folder.py FOLDER [--shape plain|messages-api] [--days 30]

Makes the files and a home in FOLDER, which must be empty, and lands in this process alone: the
source as it is, the same again with nothing changed, and with one file more. Files read are counted
as they are opened; days are counted whose landed table has other bytes than before.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from clio_assets.home.home import Home
from clio_assets.home.settings import SourceSettings
from clio_assets.lake.lake import Lake
from clio_assets.lake.storage import LocalStorage
from clio_assets.landing.changes import changed_files
from clio_assets.landing.source import land_source
from clio_assets.sources.files import SourceFile
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.declared import Declared

_FIRST = date(2026, 9, 1)


def main() -> None:
    """Print a line a landing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shape", choices=("plain", "messages-api"), default="plain")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--talks", type=int, default=2000)
    asked = parser.parse_args()
    source = asked.folder / "in"
    source.mkdir(parents=True)
    for day in range(asked.days):
        _write(source, asked.shape, day, asked.talks)
    home = Home(asked.folder / "home")
    home.prepare()
    lake = Lake(LocalStorage(home.private), PrivacyPolicy(), Declared())
    settings = SourceSettings(paths=(str(source),))
    _land(f"{asked.days} files, first time", home, lake, settings)
    _land("nothing changed", home, lake, settings)
    _write(source, asked.shape, asked.days, asked.talks)
    began = time.perf_counter()
    found = changed_files(home, lake, [settings])
    print(f"asked what changed: {found.new + found.waiting} files, {_since(began)} s")
    _land("one file more", home, lake, settings)
    other = Home(asked.folder / "other")
    other.prepare()
    anew = Lake(LocalStorage(other.private), PrivacyPolicy(), Declared())
    _land(f"all {asked.days + 1} files, another home", other, anew, settings)


def _land(what: str, home: Home, lake: Lake, source: SourceSettings) -> None:
    opened: set[str] = set()
    whole = SourceFile.open

    def noted(file: SourceFile) -> Any:
        opened.add(file.path)
        return whole(file)

    before = _tables(lake)
    SourceFile.open = noted  # type: ignore[method-assign]
    began = time.perf_counter()
    land_source(home, lake, source)
    took = _since(began)
    SourceFile.open = whole  # type: ignore[method-assign]
    after = _tables(lake)
    changed = sum(before.get(name) != digest for name, digest in after.items())
    print(f"{what}: {len(opened)} files read, {changed} days written, {took} s")


def _tables(lake: Lake) -> dict[str, str]:
    tables = [table for manifest in lake.landed() for table in manifest.tables.items()]
    return {name: stored.sha256 for name, stored in tables if name.startswith("landed_")}


def _since(began: float) -> str:
    return f"{time.perf_counter() - began:.2f}"


def _write(folder: Path, shape: str, day: int, talks: int) -> None:
    chance = random.Random(day)
    name = (_FIRST + timedelta(days=day)).isoformat()
    records = _talks(chance, name, talks) if shape == "plain" else _requests(chance, name, talks)
    with (folder / f"{name}.jsonl").open("w") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)


def _talks(chance: random.Random, day: str, talks: int) -> Iterator[Mapping[str, Any]]:
    for number in range(talks):
        yield {
            "conversation_id": f"{day} {number}",
            "user_id": f"u{chance.randrange(500)}",
            "started_at": f"{day}T10:00:00Z",
            "messages": _messages(chance),
        }


def _requests(chance: random.Random, day: str, talks: int) -> Iterator[Mapping[str, Any]]:
    for number in range(talks):
        yield {
            "timestamp": f"{day}T{number % 24:02}:{number % 60:02}:00Z",
            "request": {
                "model": "m",
                "max_tokens": 9,
                "messages": _messages(chance)[:1],
                "metadata": {"user_id": f"u{chance.randrange(500)}"},
            },
            "response": {"type": "message", "role": "assistant", "content": _words(chance)},
        }


def _messages(chance: random.Random) -> list[dict[str, str]]:
    roles = ("user", "assistant", "user", "assistant")
    return [{"role": role, "content": _words(chance)} for role in roles]


def _words(chance: random.Random) -> str:
    return " ".join(f"word{chance.randrange(5000)}" for _ in range(60))


if __name__ == "__main__":
    main()
