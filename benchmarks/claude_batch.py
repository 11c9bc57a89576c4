"""Twenty thousand conversations by Message Batches, with three processes killed on the way.

`python -m benchmarks.claude_batch` starts a server on loopback that speaks the Messages API and
counts what it would send a bill for. It prints how long it took, what was billed, what was billed
twice, and the most memory that sending 5,000 and 20,000 conversations takes.
"""

import argparse
import json
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.fakes.batch_sender import CRASHES, run_sender
from tests.fakes.messages_server import MessagesServer

CHARACTERS = 4_800  # of a prompt: about 1,000 tokens of conversation and 300 of instructions


def with_crashes(server: MessagesServer, folder: Path, requests: int) -> dict[str, Any]:
    """Have that many conversations answered by batches of a quarter each, dying three times."""
    options = ("--requests", requests, "--characters", CHARACTERS, "--poll", 0.5)
    options = (*options, "--batch-requests", requests // 4, "--grace", 5)
    server.reset()
    start = time.perf_counter()
    for crash in CRASHES:
        died = run_sender(server.base_url, folder, *options, "--crash", crash)
        if died.returncode != -signal.SIGKILL:
            raise SystemExit(f"the process that was to die when {crash} did not: {died.stderr}")
    done = run_sender(server.base_url, folder, *options)
    if done.returncode:
        raise SystemExit(done.stderr)
    counts = server.counts()
    return {
        "conversations": requests,
        "crashes": len(CRASHES),
        "seconds": round(time.perf_counter() - start, 1),
        "failed": json.loads(done.stdout)["failed"],
        "batches": counts["batches"],
        "billed": counts["billed"],
        "billed_twice": counts["paid_twice"],
    }


def peak_megabytes(server: MessagesServer, folder: Path, requests: int) -> dict[str, Any]:
    """The most memory of a process that sends that many in one batch."""
    done = run_sender(
        server.base_url, folder, "--requests", requests, "--characters", CHARACTERS, "--poll", 0.5
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    report = json.loads(done.stdout)
    return {
        "conversations": requests,
        "seconds": round(report["seconds"], 1),
        "peak_megabytes": round(report["peak_mb"]),
    }


def main() -> None:
    """Measure, and print one line of JSON for each measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--batch-seconds", type=float, default=5.0)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        MessagesServer(batch_seconds=arguments.batch_seconds, record=0) as server,
    ):
        print(json.dumps(with_crashes(server, Path(folder) / "crashes", arguments.requests)))
        server.set(batch_seconds=0.0)
        for requests in (0, arguments.requests // 4, arguments.requests):
            answers = Path(folder) / f"memory {requests}"
            print(json.dumps(peak_megabytes(server, answers, requests)))


if __name__ == "__main__":
    main()
