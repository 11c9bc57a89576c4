"""The file of answers where it is damaged, newer or half made, and jobs that refuse."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.errors import HomeError, UsageError
from tests.unit.analyst.claude.kept import DAY, REPLY, keep, request_of


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
