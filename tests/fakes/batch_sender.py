"""A process that has requests answered by batch, and dies like one that is killed if it is told to.

`python -m tests.fakes.batch_sender URL FOLDER --requests 600 --crash waiting`; its last line is
JSON: what failed, how long it took, the most memory it used.
"""

import argparse
import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from clio_assets.analyst.claude.batches import journal
from clio_assets.analyst.claude.batches.api import BatchApi
from clio_assets.analyst.claude.batches.sender import Batches
from clio_assets.analyst.claude.exchange import Purpose, Request
from clio_assets.analyst.claude.money.budget import Budget
from clio_assets.analyst.claude.sending.client import open_client
from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.home.settings import ClaudeSettings
from tests.fakes.messages.server import KEY

ROOT = Path(__file__).resolve().parents[2]
PURPOSE = Purpose("facets", "2026-10-05")
#: After the server took the batch and before its name is stored, while it is at work, and after
#: some of its results were stored.
CRASHES = ("posted", "waiting", "collecting")


def request_of(number: int, characters: int = 40) -> Request:
    """The request of that number: the same for each process."""
    text = f"conversation {number} ".ljust(characters, "x")
    parameters = {
        "model": "claude-haiku-5-5",
        "max_tokens": 50,
        "messages": [{"role": "user", "content": text}],
    }
    return Request("extract", parameters, f"{number:064x}")


async def requests(count: int, characters: int = 40) -> AsyncIterator[Request]:
    """That many requests."""
    for number in range(count):
        yield request_of(number, characters)


def run_sender(url: str, folder: Path, *options: object) -> subprocess.CompletedProcess[str]:
    """Run this module in a process of its own, to its end or its death."""
    command = [sys.executable, "-m", "tests.fakes.batch_sender", url, str(folder)]
    environment = {**os.environ, "ANTHROPIC_API_KEY": KEY}
    return subprocess.run(
        [*command, *map(str, options)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


def die_at(crash: str) -> None:
    """Arrange for this process to be killed there."""
    if crash == "posted":
        _kill_in(journal, "name_batch", 1)
    elif crash == "waiting":
        _kill_in(BatchApi, "retrieve", 2)
    elif crash == "collecting":
        _kill_in(journal, "keep_results", 2)


def _kill_in(owner: Any, name: str, call: int) -> None:
    """Die in the given call of a function: what earlier calls did stays."""
    original: Callable[..., Any] = getattr(owner, name)
    count = 0

    def deadly(*arguments: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        if count >= call:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments, **named)

    setattr(owner, name, deadly)


async def send(arguments: argparse.Namespace) -> dict[str, Any]:
    """Have the requests answered; what a report says of it."""
    settings = ClaudeSettings(
        base_url=arguments.url,
        batch_poll_seconds=arguments.poll,
        batch_requests=arguments.batch_requests,
    )
    store = AnswerStore(arguments.folder)
    budget = Budget(store.database, settings, store.prices)
    start = time.perf_counter()
    async with open_client(settings) as client:
        batches = Batches(client, store, budget, settings, grace_seconds=arguments.grace)
        outgoing = requests(arguments.requests, arguments.characters)
        failed = [digest async for digest, _ in batches.send(outgoing, PURPOSE)]
    seconds = time.perf_counter() - start
    budget.close()
    store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"failed": len(failed), "seconds": seconds, "peak_mb": peak}


def main() -> None:
    """Read the options, send, report."""
    parser = argparse.ArgumentParser(description="send requests by batch")
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--characters", type=int, default=40)
    parser.add_argument("--batch-requests", type=int, default=100_000)
    parser.add_argument("--poll", type=float, default=0.05)
    parser.add_argument("--grace", type=float, default=0.2)
    parser.add_argument("--crash", choices=CRASHES)
    arguments = parser.parse_args()
    if arguments.crash:
        die_at(arguments.crash)
    print(json.dumps(asyncio.run(send(arguments))))


if __name__ == "__main__":
    main()
