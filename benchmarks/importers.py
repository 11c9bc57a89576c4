"""Every shape of source from `clio check` to a released map, each in a home of its own.

    .venv/bin/python benchmarks/importers.py [--conversations 600] [--weeks 1] [--only otel litellm]
    .venv/bin/python benchmarks/importers.py --source spend.jsonl --option=--day=2026-10-05

Prints rows for RESULTS.md: what `check` lands and foresees, what the run kept, and how much of the
map stands in coherent groups. The sample is the same in every shape, so what differs from the first
row is the shape's doing. `--source` takes a file or folder that a real logger wrote instead.
`--keep FOLDER` leaves the homes, the documents of `check`, and the trees there, to be read.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

from clio_assets.home.settings import Format
from clio_assets.sample.shapes import SHAPES

CLIO = [sys.executable, "-c", "from clio_assets.cli import main; main()"]
#: What a shape has no place for, and the option that a run needs then.
OPTIONS = {
    "users": "--each-conversation-is-a-user",
    "times": "--day=2026-10-01",
}
HEAD = (
    "| source | records | landed | foreseen | kept | check, s | run, s | groups | top | coherent | "
    "names as in the first |"
)


#: Pseudonyms decide which of two that are alike comes first: one key makes them the same in all.
ENVIRONMENT = {**os.environ, "CLIO_PSEUDONYM_KEY": "benchmark of the importers, one key for all"}


def clio(home: Path, *arguments: str) -> str:
    """What a `clio` process prints; its own message where it fails."""
    done = subprocess.run(
        [*CLIO, "--home", str(home), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=ENVIRONMENT,
    )
    if done.returncode:
        raise SystemExit(f"clio {' '.join(arguments)}: {done.stderr.strip()[-600:]}")
    return done.stdout


def document(home: Path, *arguments: str) -> Any:
    """The JSON form of a command."""
    return json.loads(clio(home, *arguments, "--json"))


def measured(folder: Path, label: str, source: str, options: Sequence[str]) -> dict[str, Any]:
    """Check and run one source in a home of its own, and look at the map."""
    home = folder / label / "home"
    home.parent.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    check = document(home, "check", source, *options)
    checked = time.perf_counter()
    clio(home, "run", source, "--window", "all", *options)
    ran = time.perf_counter()
    tree, status = document(home, "tree"), document(home, "status")
    for name, found in (("check", check), ("tree", tree)):
        home.with_name(f"{name}.json").write_text(json.dumps(found, ensure_ascii=False, indent=1))
    return {
        "label": label,
        "check": check,
        "tree": tree,
        "kept": next(s["rows"]["kept"] for s in status["stages"] if s["stage"] == "conversations"),
        "check_seconds": checked - started,
        "run_seconds": ran - checked,
    }


def groups(found: dict[str, Any]) -> list[str]:
    """Names of the groups at the bottom of a tree."""
    return [cluster["name"] for cluster in found["tree"]["clusters"] if cluster["level"] == 0]


def row(found: dict[str, Any], first: dict[str, Any]) -> str:
    """One line of the table."""
    check, tree = found["check"], found["tree"]
    levels = [cluster["level"] for cluster in tree["clusters"]]
    top = sum(level == max(levels) for level in levels) if levels else 0
    names, known = groups(found), set(groups(first))
    again = sum(name in known for name in names)
    return (
        f"| {found['label']} | {check['records']:,} | {check['landed']:,} | {check['kept']:,} | "
        f"{found['kept']:,} | {found['check_seconds']:.1f} | {found['run_seconds']:.1f} | "
        f"{len(names)} | {top} | {tree['coherent'] / max(tree['conversations'], 1):.0%} | "
        f"{again} of {len(names)} |"
    )


def main() -> None:
    """Run the shapes one after another and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=600)
    parser.add_argument("--weeks", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=get_args(Format), default=list(SHAPES))
    parser.add_argument("--source", help="a file or folder, instead of samples")
    parser.add_argument("--option", action="append", default=[], help="of check and run")
    parser.add_argument("--keep", type=Path, help="a folder for homes, documents and trees")
    options = parser.parse_args()
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}\n\n{HEAD}\n|{'---|' * 11}"
    )
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        if options.source:
            name = Path(options.source).name
            found = measured(folder, name, options.source, options.option)
            print(row(found, found))
            return
        first: dict[str, Any] | None = None
        for name in options.only:
            source = folder / f"{name}.jsonl"
            clio(
                folder / "none",
                *("sample", str(source), "--format", name, "--weeks", str(options.weeks)),
                *("--conversations", str(options.conversations)),
            )
            needed = [OPTIONS[lack] for lack in sorted(SHAPES[name].lacks) if lack in OPTIONS]
            found = measured(folder, name, str(source), [*needed, *options.option])
            first = first or found
            print(row(found, first), flush=True)


if __name__ == "__main__":
    main()
