"""Stored answers that were lost or damaged are found, and looking changes nothing."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from clio_assets.analyst.claude.exchange import Purpose, Reply, Usage
from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.doctor import answers
from clio_assets.doctor.examine import Examined, examine
from clio_assets.doctor.finding import Finding
from clio_assets.home.home import Home
from tests.fakes.batch_sender import request_of

CHECKS = {"answers_key": answers.key, "answers": answers.database}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "a home with # and %20")


def keep(store: AnswerStore, numbers: Iterable[int]) -> None:
    for number in numbers:
        reply = Reply("a reply " * 2_000, "end_turn", Usage(1, 1, 0, 0), False)
        asyncio.run(store.keep(request_of(number), reply, Purpose("facets", "2026-10-05")))


def answered(home: Home) -> Path:
    """The closed database of a home in which a model has answered."""
    assert home.delimiter_key
    with closing(AnswerStore(home.answers)) as store:
        keep(store, range(10))
    return store.database.path


def looked_at(home: Home) -> dict[str, list[Finding]]:
    """What is found by check; asserts that nothing is made, deleted or written."""
    before = state(home)
    found: list[Examined] = list(examine(home, CHECKS))
    assert state(home) == before
    return {one.check: list(one.findings) for one in found if one.findings}


def state(home: Home) -> dict[str, bytes]:
    # the -shm file is a scratch area that everybody who reads marks as being read
    return {
        str(path): b"" if path.name.endswith("-shm") else path.read_bytes()
        for path in home.path.rglob("*")
        if path.is_file()
    }


def test_all_is_well_when_no_model_was_ever_asked(home: Home) -> None:
    assert looked_at(home) == {}
    assert not home.path.exists()


def test_all_is_well_when_answers_and_key_are_there(home: Home) -> None:
    answered(home)
    assert looked_at(home) == {}


def test_all_is_well_when_a_run_has_the_answers_open(home: Home) -> None:
    answered(home)
    with closing(AnswerStore(home.answers)) as store:
        keep(store, range(10, 20))
        assert (home.answers / "answers.sqlite-wal").stat().st_size
        assert looked_at(home) == {}
        keep(store, range(20, 21))


def test_missing_key_is_found_when_there_are_answers(home: Home) -> None:
    answered(home)
    home.delimiter_key_file.unlink()
    (finding,) = looked_at(home)["answers_key"]
    assert finding.severity == "warning"
    assert "restore it from a backup" in finding.to_do
    assert not home.delimiter_key_file.exists()


def test_damaged_key_is_found_when_it_is_short(home: Home) -> None:
    answered(home)
    home.delimiter_key_file.write_bytes(b"short")
    assert [f.severity for f in looked_at(home)["answers_key"]] == ["error"]


def spoil_head(path: Path) -> None:
    path.write_bytes(b"no database" * 1_000)


def spoil_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)


def spoil_end(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 8192 * 4096)


@pytest.mark.parametrize("spoil", [spoil_head, spoil_middle, spoil_end])
def test_damaged_answers_are_found_when_their_file_was_spoilt(home: Home, spoil: object) -> None:
    assert callable(spoil)
    spoil(answered(home))
    (finding,) = looked_at(home)["answers"]
    assert finding.severity == "error"
    assert "private/answers/answers.sqlite is damaged" in finding.what
    assert "from a backup" in finding.what + finding.to_do


def test_copy_is_left_to_the_next_run_when_its_changes_were_not_taken_in(home: Home) -> None:
    path = answered(home)
    with closing(AnswerStore(home.answers)) as store:
        keep(store, range(10, 20))
        log = path.with_name(f"{path.name}-wal")
        shutil.copyfile(log, home.path / "log")
    shutil.copyfile(home.path / "log", log)
    assert [f.severity for f in looked_at(home)["answers"]] == ["note"]


def test_anthropic_is_not_imported_when_the_doctor_looks() -> None:
    script = "import sys, clio_assets.doctor.examine; sys.exit('anthropic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
