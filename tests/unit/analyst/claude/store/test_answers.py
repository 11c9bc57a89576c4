"""The answer store: durable before it is used, whole for several processes, gone when deleted."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from clio_assets.analyst.claude.exchange import Purpose, Reply, Request, Usage
from clio_assets.analyst.claude.money import ledger
from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.analyst.claude.store.erasing import PartitionErasure
from clio_assets.analyst.claude.store.subjects import subject_of
from clio_assets.errors import HomeError, UsageError

ROOT = Path(__file__).parents[5]
DAY = Purpose("facets", "2026-10-05")
WEEK = Purpose("clusters", "2026-09-28")
REPLY = Reply("an answer", "end_turn", Usage(100, 10, 1, 2))
KEY = b"k" * 32


def request_of(number: int, subject: str = "") -> Request:
    parameters = {"model": "claude-haiku-5-5", "max_tokens": 5, "messages": [number]}
    return Request("extract", parameters, subject)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnswerStore]:
    with closing(AnswerStore(tmp_path / "private" / "answers")) as store:
        yield store


def keep(store: AnswerStore, request: Request, reply: Reply = REPLY, where: Purpose = DAY) -> None:
    asyncio.run(store.keep(request, reply, where))


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


# --- damage --------------------------------------------------------------------------------------


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _overwritten(path: Path) -> None:
    path.write_bytes(b"something else entirely" * 500)


def _torn(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [_emptied, _overwritten, _torn])
def test_store_says_what_to_do_when_its_file_is_damaged(damage: object, tmp_path: Path) -> None:
    folder = tmp_path / "answers"
    with closing(AnswerStore(folder)) as store:
        keep(store, request_of(1))
    path = folder / "answers.sqlite"
    damage(path)  # type: ignore[operator]
    before = path.read_bytes()
    with closing(AnswerStore(folder)) as store:
        with pytest.raises(HomeError, match="restore the folder private/answers from a backup"):
            store.find(request_of(1).digest)
        with pytest.raises(HomeError):
            keep(store, request_of(2))
    assert path.read_bytes() == before


def test_store_is_left_alone_when_a_newer_version_wrote_it(tmp_path: Path) -> None:
    with closing(AnswerStore(tmp_path)) as store:
        keep(store, request_of(1))
        store.database.reader().execute("PRAGMA user_version = 99")
    with closing(AnswerStore(tmp_path)) as store, pytest.raises(HomeError, match="newer version"):
        store.find(request_of(1).digest)


def test_half_made_file_is_replaced_when_its_maker_was_killed(tmp_path: Path) -> None:
    (tmp_path / ".tmp-00-answers.sqlite").write_bytes(b"half")
    with closing(AnswerStore(tmp_path)) as store:
        keep(store, request_of(1))
    assert not list(tmp_path.glob(".tmp-*"))


def test_others_still_get_their_answer_when_one_job_refuses(store: AnswerStore) -> None:
    def refuse(_: object) -> None:
        raise UsageError("no")

    async def together() -> list[object]:
        jobs = [store.database.run(refuse), store.keep(request_of(1), REPLY, DAY)]
        return await asyncio.gather(*jobs, return_exceptions=True)

    refused, kept = asyncio.run(together())
    assert isinstance(refused, UsageError)
    assert kept is None
    assert store.find(request_of(1).digest) == REPLY


# --- erasure -------------------------------------------------------------------------------------


def bytes_on_disk(store: AnswerStore) -> bytes:
    return b"".join(path.read_bytes() for path in store.database.folder.iterdir() if path.is_file())


def test_nothing_is_left_on_disk_when_answers_are_deleted(store: AnswerStore) -> None:
    subject = subject_of(KEY, "a transcript")
    for number in range(40):
        keep(store, request_of(number), replace(REPLY, text="canary " * 900))
    keep(store, request_of(100, subject), replace(REPLY, text="subject-canary"))
    assert b"canary" in bytes_on_disk(store)
    staying = [subject_of(KEY, "another")]
    assert store.erase("e", [PartitionErasure(DAY.partition, [subject], staying)]) == 41
    assert b"canary" not in bytes_on_disk(store)
    assert bytes.fromhex(subject) not in bytes_on_disk(store)


@pytest.mark.parametrize(
    ("parts", "before", "left"),
    [
        ([], "", "AaBbWw"),
        ([PartitionErasure("2026-10-05")], "", "BbWw"),
        ([PartitionErasure("2026-10-05", staying=["a" * 64])], "", "aBbWw"),
        ([PartitionErasure("2026-10-05", gone=["b" * 64], staying=["a" * 64])], "", "aBWw"),
        ([PartitionErasure("2026-09-28")], "", "AaBb"),
        ([PartitionErasure("2026-10-05", groups_alone=True)], "", "aBbWw"),
        ([], "2026-10-06", "Bb"),
        (None, "", ""),
    ],
)
def test_only_what_a_part_names_goes_when_answers_are_deleted(
    parts: list[PartitionErasure] | None, before: str, left: str, store: AnswerStore
) -> None:
    kept = {
        "A": ("", "2026-10-05"),  # about a group
        "a": ("a" * 64, "2026-10-05"),
        "B": ("", "2026-10-06"),
        "b": ("b" * 64, "2026-10-06"),
        "W": ("", "2026-09-28"),
        "w": ("", "2026-09-28"),
        "?": ("c" * 64, ""),  # for no day at all: nobody can tell when it has to go
    }
    requests = {
        name: request_of(number, subject)
        for number, (name, (subject, _)) in enumerate(kept.items())
    }
    for name, (_, partition) in kept.items():
        keep(store, requests[name], where=Purpose("facets", partition))
    store.erase("e", parts, before)
    found = [name for name, request in requests.items() if store.find(request.digest)]
    assert "".join(found) == left
    assert store.read(ledger.spent) > 0  # money stays
    assert store.carried_out("e")
    assert not store.carried_out("f")
