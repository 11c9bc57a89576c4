"""Live extraction by the Claude analyst: rate, processor time, memory, and use of a rate limit.

    .venv/bin/python -m benchmarks.claude_live [--conversations 10000 40000] [--concurrent 1000]

A server double with a latency of 500 ms runs in a process of its own, on the same processors; each
measurement in another. Rendering, validation and the answer store (on disk, in a temporary folder)
are included. The bare SDK sends prompts of the same length without any of that, in the same run.
Prints rows for RESULTS.md. Nothing else should run meanwhile.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, overload

from tests.fakes.messages_server import MessagesServer

LATENCY = 0.5
CHARACTERS = 4_800
WORDS = [
    "".join(random.Random(n).choices("abcdefghijklmnoprstuvw", k=3 + n % 7)) for n in range(2_000)
]
ROOT = Path(__file__).resolve().parents[1]
#: Limits so wide that they never bind, announced in every answer.
WIDE = {
    "requests_per_minute": 1e9,
    "input_tokens_per_minute": 1e13,
    "output_tokens_per_minute": 1e13,
}


#: Drawn from once: making a text must not cost what asking about it does.
TEXT = " ".join(random.Random(0).choices(WORDS, k=20_000))


def transcript(number: int) -> str:
    """A made-up conversation, each another one."""
    start = number * 17 % (len(TEXT) - CHARACTERS)
    return f"[user]\n{number} {TEXT[start : start + CHARACTERS]}"[:CHARACTERS]


class Conversations(Sequence[Any]):
    """Made when they are looked at, so that memory tells of the analyst's alone."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __len__(self) -> int:
        return self._number

    @overload
    def __getitem__(self, at: int) -> Any: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Any]: ...
    def __getitem__(self, at: int | slice) -> Any:
        from clio_assets.domain.conversation import Conversation

        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(self._number))]
        if not 0 <= at < self._number:
            raise IndexError(at)
        return Conversation(transcript(at), 4)


def main() -> None:
    """All measurements, as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, nargs="+", default=[10_000, 40_000])
    parser.add_argument("--concurrent", type=int, default=1_000)
    parser.add_argument("--limit", type=int, default=4_000, help="requests a minute")
    parser.add_argument("--limit-seconds", type=int, default=90)
    parser.add_argument("--measure", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(**options.measure)))
        return
    print("| what | conversations | a second | CPU ms each | peak MB | refused (429) |")
    print("|---|---|---|---|---|---|")
    with MessagesServer(latency=LATENCY, record=0, **WIDE) as server:
        for what in ("sdk", "analyst"):
            for number in options.conversations if what == "analyst" else [10_000]:
                server.reset()
                row(what, number, options.concurrent, server)
    with MessagesServer(latency=LATENCY, record=0, requests_per_minute=options.limit) as server:
        number = options.limit * options.limit_seconds // 60
        found = row("analyst", number, options.concurrent, server)
        share = 60 * found["rate"] / options.limit
        print(f"\nAt {options.limit} requests a minute: {share:.1%} of the limit used.")


def row(what: str, number: int, concurrent: int, server: MessagesServer) -> dict[str, float]:
    """Measure in a process of its own, and print."""
    given = {"what": what, "number": number, "concurrent": concurrent, "url": server.base_url}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.claude_live", "--measure", json.dumps(given)],
        cwd=ROOT,
        env={**os.environ, "ANTHROPIC_API_KEY": server.key},
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    statuses = server.counts()["requests"]["/v1/messages"]
    refused = statuses.get("429", 0) / sum(statuses.values())
    print(
        f"| {what} | {number:,} | {found['rate']:.0f} | {found['cpu_ms']:.2f} "
        f"| {found['peak_mb']:.0f} | {refused:.2%} |",
        flush=True,
    )
    return found


def measure(what: str, number: int, concurrent: int, url: str) -> dict[str, float]:
    """Conversations a second from the first to the last, CPU time of all threads, peak memory."""
    begun = time.monotonic(), time.process_time()
    if what == "sdk":
        asyncio.run(bare(number, concurrent, url))
    else:
        begun = extracted(number, concurrent, url)
    wall, cpu = time.monotonic() - begun[0], time.process_time() - begun[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rate": number / wall, "cpu_ms": 1000 * cpu / number, "peak_mb": peak}


def extracted(number: int, concurrent: int, url: str) -> tuple[float, float]:
    """Extract all facets of all conversations; wall and CPU time at the start, imports done."""
    from clio_assets.analyst.claude.analyst import ClaudeAnalyst
    from clio_assets.analyst.claude.batches.sender import Batches
    from clio_assets.analyst.claude.exchange import Purpose
    from clio_assets.analyst.claude.loop.background import BACKGROUND
    from clio_assets.analyst.claude.money.budget import Budget
    from clio_assets.analyst.claude.money.prices import PriceTable
    from clio_assets.analyst.claude.sending.asking import Asker
    from clio_assets.analyst.claude.sending.client import open_client
    from clio_assets.analyst.claude.sending.live import LiveClient
    from clio_assets.analyst.claude.store.answers import AnswerStore
    from clio_assets.analyst.protocol import Extraction
    from clio_assets.facets.schema import DEFAULT_FACETS
    from clio_assets.home.settings import ClaudeSettings

    settings = ClaudeSettings(base_url=url, mode="live", max_concurrent=concurrent)

    class Office:
        key = b"k" * 32

        def asker(self, purpose: Purpose) -> Asker:
            batches = Batches(client, store, budget, settings)
            return Asker(store, budget, live, batches, settings, purpose, prices.microdollars)

    with tempfile.TemporaryDirectory() as folder:
        prices = PriceTable.load()
        store = AnswerStore(Path(folder), prices)
        budget = Budget(store.database, settings, prices)
        client = open_client(settings)
        BACKGROUND.at_stop(client.close)
        live = LiveClient(client, settings)
        analyst = ClaudeAnalyst(settings, Office(), Purpose("facets", "benchmark"))
        begun = time.monotonic(), time.process_time()
        answers = analyst.extract(Conversations(number), DEFAULT_FACETS)
        assert sum(isinstance(answer, Extraction) for answer in answers) == number
        store.close()
    return begun


async def bare(number: int, concurrent: int, url: str) -> None:
    """Prompts of the same length through the SDK alone."""
    from anthropic import AsyncAnthropic, DefaultAioHttpClient

    schema = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("request", "task", "language")}
        | {"concern": {"type": "integer", "enum": [1, 2, 3, 4, 5]}},
        "required": ["request", "task", "language", "concern"],
        "additionalProperties": False,
    }
    output: Any = {"format": {"type": "json_schema", "schema": schema}}
    numbers = iter(range(number))
    async with AsyncAnthropic(base_url=url, http_client=DefaultAioHttpClient()) as client:

        async def work() -> None:
            for n in numbers:
                await client.messages.create(
                    model="claude-haiku-5-5",
                    max_tokens=1_000,
                    messages=[{"role": "user", "content": transcript(n)}],
                    output_config=output,
                )

        await asyncio.gather(*(work() for _ in range(concurrent)))


if __name__ == "__main__":
    main()
