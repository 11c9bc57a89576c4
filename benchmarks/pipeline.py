"""Seconds and peak memory of whole `clio` processes, from source to release.

    .venv/bin/python benchmarks/pipeline.py SOURCE [--window week] [--home FOLDER]

Prints rows for RESULTS.md. Nothing else should run on the machine meanwhile.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

CLIO = [sys.executable, "-c", "from clio_assets.cli import main; main()"]


def measure(*arguments: str, home: Path) -> tuple[float, float, int]:
    """Wall seconds, peak resident MB and exit code of one `clio` process."""
    started = time.perf_counter()
    with subprocess.Popen(
        [*CLIO, "--home", str(home), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - started, usage.ru_maxrss / 1024, process.returncode


def main() -> None:
    """Run the commands and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("--window", default="all")
    parser.add_argument("--repeat", type=int, default=5, help="of the short commands")
    options = parser.parse_args()
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}"
    )
    print("| command | seconds | peak MB | exit |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        run = ("run", options.source, "--window", options.window)
        for label, arguments in (("run, new home", run), ("run, nothing changed", run)):
            seconds, megabytes, code = measure(*arguments, home=home)
            print(f"| {label} | {seconds:.1f} | {megabytes:,.0f} | {code} |", flush=True)
        for command in ("tree", "status", "--help"):
            found = [measure(command, home=home) for _ in range(options.repeat)]
            seconds = statistics.median(seconds for seconds, _, _ in found)
            peak = max(megabytes for _, megabytes, _ in found)
            print(
                f"| {command} (median of {options.repeat}) | {seconds:.2f} | {peak:,.0f} | "
                f"{found[-1][2]} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
