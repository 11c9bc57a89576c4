"""The answer store: durable before it is used, whole for several processes, gone when deleted."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from clio_assets.analyst.claude.exchange import Reply, Usage
from clio_assets.analyst.claude.money import ledger
from clio_assets.analyst.claude.store.answers import AnswerStore
from tests.unit.analyst.claude.kept import DAY, REPLY, keep, request_of

ROOT = Path(__file__).parents[5]


def test_reply_is_found_as_it_was_kept_when_it_is_asked_for(store: AnswerStore) -> None:
    replies = [REPLY, Reply("", "refusal", Usage(), batch=True), Reply("\u2028é\0", "x", Usage(1))]
    for number, reply in enumerate(replies):
        assert store.find(request_of(number).digest) is None
        keep(store, request_of(number), reply)
        assert store.find(request_of(number).digest) == reply


def test_first_reply_stays_and_both_are_paid_for_when_a_request_is_answered_twice(
    store: AnswerStore,
) -> None:
    keep(store, request_of(1))
    keep(store, request_of(1), replace(REPLY, text="another"))
    assert store.find(request_of(1).digest) == REPLY
    assert store.read(ledger.spent) == 2 * store.prices.microdollars(
        "claude-haiku-5-5", REPLY.usage, False
    )


def test_everything_is_durable_when_many_are_kept_at_once(store: AnswerStore) -> None:
    async def many() -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(500):
                group.create_task(store.keep(request_of(number), REPLY, DAY))

    asyncio.run(many())
    with closing(AnswerStore(store.database.folder)) as other:
        assert all(other.find(request_of(number).digest) for number in range(500))


def test_store_serves_threads_when_each_has_an_event_loop_of_its_own(store: AnswerStore) -> None:
    def work(number: int) -> bool:
        keep(store, request_of(number))
        return store.find(request_of(number).digest) == REPLY

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(20)))


_WRITER = """
import asyncio, sys
from pathlib import Path
from clio_assets.analyst.claude.exchange import Purpose, Reply, Request, Usage
from clio_assets.analyst.claude.store.answers import AnswerStore
store = AnswerStore(Path(sys.argv[1]))
async def main():
    for number in range(int(sys.argv[2]), int(sys.argv[2]) + 60):
        parameters = {"model": "claude-haiku-5-5", "max_tokens": 5, "messages": [number]}
        reply = Reply("an answer", "end_turn", Usage(100, 10, 1, 2))
        await store.keep(Request("extract", parameters), reply, Purpose("facets", "2026-10-05"))
        print(number, flush=True)
asyncio.run(main())
"""


def _writer(folder: Path, start: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", _WRITER, str(folder), str(start)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_nothing_is_lost_when_several_processes_write_and_one_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "answers"  # both make it at the same time
    with _writer(folder, 0) as whole, _writer(folder, 1_000) as victim:
        assert victim.stdout is not None
        reported = [int(victim.stdout.readline()) for _ in range(20)]
        victim.kill()
        reported += [int(line) for line in victim.stdout.read().split()]
        assert whole.wait(60) == 0
    with closing(AnswerStore(folder)) as store:
        assert all(store.find(request_of(number).digest) for number in range(60))
        assert all(store.find(request_of(number).digest) for number in reported)
        assert len(set(reported)) == len(reported) >= 20
        assert store.read(lambda c: c.execute("PRAGMA integrity_check").fetchone()) == ("ok",)


def test_only_the_owner_can_open_what_is_kept_when_files_are_made(store: AnswerStore) -> None:
    keep(store, request_of(1))
    folder = store.database.folder
    files = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {"answers.sqlite", "answers.sqlite-wal"} <= files.keys()
    assert set(files.values()) == {0o600}


def test_using_the_store_opens_it_again_when_it_was_closed(store: AnswerStore) -> None:
    keep(store, request_of(1))
    store.close()
    assert store.find(request_of(1).digest) == REPLY
    keep(store, request_of(2))
