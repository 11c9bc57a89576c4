"""Seconds and peak memory of all gates of a window, by its number of conversations.

    .venv/bin/python benchmarks/gates.py [--rows 1000 100000 1000000] [--dimension 384]

For each size a made-up, valid window is written to a temporary folder as Parquet; a process of its
own then judges every partition of it, reading the bytes from disk and checking their digests as the
lake does. Prints a JSON line and rows for RESULTS.md. Nothing else should run meanwhile.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from gates_window import DAY_STAGES, POLICY, WINDOW_STAGES, make

from privacy_checks.expectations.expected import unique
from privacy_checks.expectations.frames import data_frame
from privacy_checks.expectations.suite import validate
from privacy_checks.stored.declared import Declared

INPUTS = {
    "conversations": ("landing",),
    "facets": ("conversations",),
    "embeddings": ("facets",),
    "clusters": ("facets", "embeddings"),
    "hierarchy": ("clusters", "facets"),
    "audited_summaries": ("clusters", "hierarchy", "facets", "embeddings", "conversations"),
    "published_insights": ("audited_summaries",),
}


def main() -> None:
    """Make and judge a window of each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--stages", nargs="+", default=[*DAY_STAGES, *WINDOW_STAGES])
    parser.add_argument("--judge", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.judge:
        judge_all(options.judge, options.stages)
        return
    print(
        "| conversations | gate | partitions | seconds | processor seconds |\n|---|---|---|---|---|"
    )
    for rows in options.rows:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), rows, options.dimension)
            command = [sys.executable, __file__, "--judge", folder, "--stages", *options.stages]
            found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        report: dict[str, Any] = {"rows": rows, **json.loads(found.stdout)}
        print(json.dumps(report), file=sys.stderr)
        for stage, (partitions, wall, processors) in report["gates"].items():
            print(f"| {rows:,} | {stage} | {partitions} | {wall:.2f} | {processors:.2f} |")
        print(f"| {rows:,} | peak {report['peak_mb']:,} MB | | | |", flush=True)


# --- judging -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Partition:
    """A partition in a folder, as a gate sees it."""

    root: Path
    stage: str
    key: str
    analyst: str = "local"

    @property
    def declared(self) -> Declared:
        return Declared()

    @property
    def tables(self) -> Sequence[str]:
        return sorted(path.stem for path in (self.root / self.stage / self.key).glob("*.parquet"))

    def table(self, name: str) -> pa.Table:
        path = self.root / self.stage / self.key / f"{name}.parquet"
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256")
        return pq.read_table(path)

    def inputs(self, stage: str) -> Sequence["Partition"]:
        assert stage in INPUTS[self.stage]
        if stage in ("facets", "conversations") and self.stage in DAY_STAGES:
            return [Partition(self.root, stage, self.key)]
        keys = sorted(path.name for path in (self.root / stage).iterdir())
        return [Partition(self.root, stage, key) for key in keys]


def judge_all(root: Path, stages: Sequence[str]) -> None:
    """Judge every partition of some stages in this process; print what it took as JSON.

    Seconds by the clock and of the processors; the first row is loading the library.
    """
    begun = _now()
    validate(data_frame({"a": np.zeros(1)}), [unique("a")])
    gates = {"(loading)": (0, *_since(begun))}
    for stage in stages:
        judge = import_module(f"privacy_checks.gates.{stage}").judge
        keys = sorted(path.name for path in (root / stage).iterdir())
        started = _now()
        failed: set[str] = set()
        for key in keys:
            verdicts = judge(Partition(root, stage, key), POLICY)
            failed |= {verdict.check for verdict in verdicts if not verdict.passed}
        gates[stage] = (len(keys), *_since(started))
        if failed:
            print(f"{stage} was refused by {', '.join(sorted(failed))}", file=sys.stderr)
    gates["all"] = (sum(count for count, _, _ in gates.values()), *_since(begun))
    # not ru_maxrss: a process inherits that of the one that started it
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024
    print(json.dumps({"gates": gates, "peak_mb": peak, "cores": os.cpu_count()}))


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(begun: tuple[float, float]) -> tuple[float, float]:
    wall, processors = _now()
    return round(wall - begun[0], 3), round(processors - begun[1], 3)


if __name__ == "__main__":
    main()
