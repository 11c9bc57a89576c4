"""Stored answers go with the conversations they are about, whatever happens meanwhile."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from typing import Any

import pytest

from clio_assets.analyst.claude.database.file import FILE
from clio_assets.analyst.claude.exchange import Purpose, Reply, Request, Usage
from clio_assets.analyst.claude.money import ledger
from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.analyst.claude.store.subjects import subject_of
from clio_assets.erasure.carry_out import finish_pending
from clio_assets.erasure.forget import forget
from clio_assets.erasure.purge import purge
from clio_assets.erasure.stores import stores_of
from clio_assets.home.erasures import pending_intent
from clio_assets.home.home import Home
from clio_assets.lake.partitions import Partitions
from tests.fakes.lake import folder_of
from tests.unit.erasure.world import DAYS, WANTED, WINDOWS, World

#: A transcript that a conversation had once, before the operator changed its form.
OLD = "<user>text-canary in an older form</user>"


def request_of(name: str, subject: str = "") -> Request:
    return Request("extract", {"model": "claude-haiku-5-5", "max_tokens": 9, "n": name}, subject)


def ask(home: Home, purpose: Purpose, name: str, transcript: str | None = None) -> None:
    """Keep an answer to a question about that conversation, or about a group."""
    subject = "" if transcript is None else subject_of(home.delimiter_key, transcript)
    reply = Reply(f"answer-canary {name}", "end_turn", Usage(10, 10))
    with closing(AnswerStore(home.answers)) as store:
        asyncio.run(store.keep(request_of(name, subject), reply, purpose))


def asked(world: World) -> World:
    """The world with an answer for every conversation of every day, and for every window."""
    for day in DAYS:
        purpose = Purpose("facets", day)
        for number, row in enumerate(
            world.lake.read("conversations", day, "conversations").to_pylist()
        ):
            mark = "wanted" if "text-canary" in row["transcript"] else "other"
            ask(world.home, purpose, f"{mark} {day} {number}", row["transcript"])
        ask(world.home, purpose, f"group {day}")
    ask(world.home, Purpose("facets", DAYS[0]), f"old {DAYS[0]}", OLD)
    for window in WINDOWS:
        ask(world.home, Purpose("clusters", window), f"group {window}")
    return world


def left(world: World) -> set[str]:
    """Names of the questions whose answers are still there."""
    with closing(AnswerStore(world.home.answers)) as store:
        rows = store.read(lambda c: c.execute("SELECT text FROM answers").fetchall())
    return {text.removeprefix("answer-canary ") for (text,) in rows}


def traces(world: World, *needles: str) -> list[str]:
    """Files of the store that hold one of these."""
    return [
        path.name
        for path in world.home.answers.rglob("*")
        if path.is_file() and any(needle.encode() in path.read_bytes() for needle in needles)
    ]


def test_no_store_is_made_when_no_model_was_ever_asked(world: World) -> None:
    assert stores_of(world.home) == ()
    forget(world.home, world.lake, [WANTED])
    assert not world.home.answers.exists()
    assert not world.home.delimiter_key_file.exists()


def test_nothing_loads_the_sdk_when_answers_are_deleted() -> None:
    script = "import sys, clio_assets.erasure.carry_out; sys.exit('anthropic' in sys.modules)"
    assert os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-c", script) == 0


def test_answers_about_the_user_and_their_groups_go_when_the_user_is_forgotten(
    world: World,
) -> None:
    asked(world)
    assert sum(name.startswith("wanted") for name in left(world)) == 3
    ask(world.home, Purpose("facets", WINDOWS[1]), "other, of a day called like a window", "x")
    forget(world.home, world.lake, [WANTED])
    names = left(world)
    assert not any(name.startswith(("wanted", "old")) for name in names)
    assert sum(name.startswith("other") for name in names) == 8  # all the others' answers
    # groups of days and windows with the user are gone, those of the third stay
    assert {name for name in names if name.startswith("group")} == {
        f"group {DAYS[2]}",
        f"group {WINDOWS[2]}",
    }
    assert traces(world, "answer-canary wanted", "answer-canary old") == []


def test_answers_of_a_day_all_go_when_the_day_cannot_say_whose_they_are(world: World) -> None:
    asked(world)
    for path in folder_of(world.lake, "conversations", DAYS[0]).glob("conversations*.parquet"):
        path.write_bytes(b"damaged")
    forget(world.home, world.lake, [WANTED])
    assert not any(DAYS[0] in name for name in left(world))
    assert sum(name.startswith("other") for name in left(world)) == 3


def test_answers_of_a_day_all_go_when_its_pseudonyms_are_of_another_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(world)
    monkeypatch.setenv("CLIO_PSEUDONYM_KEY", "another key that is long enough" * 2)
    forget(Home(world.home.path), world.lake, [WANTED])
    assert not any(name.startswith(("wanted", "old")) for name in left(world))


def test_answers_of_purged_days_and_windows_go_when_a_home_is_purged(world: World) -> None:
    asked(world)
    ask(world.home, Purpose("facets", "2020-01-01"), "a day of which nothing else is left", "x")
    purge(world.home, world.lake, date(2026, 10, 12))
    assert left(world) == {
        name for name in left(world) if name.endswith(WINDOWS[2]) or DAYS[2] in name
    }
    assert len(left(world)) == 5
    assert traces(world, "answer-canary wanted") == []


def test_all_answers_go_when_the_key_that_tells_them_apart_is_lost(world: World) -> None:
    asked(world)
    world.home.delimiter_key_file.unlink()
    forget(Home(world.home.path), world.lake, [WANTED])
    assert left(world) == set()


def test_money_stays_when_answers_are_deleted(world: World) -> None:
    asked(world)
    with closing(AnswerStore(world.home.answers)) as store:
        before = store.read(ledger.spent)
    forget(world.home, world.lake, [WANTED])
    with closing(AnswerStore(world.home.answers)) as store:
        assert store.read(ledger.spent) == before > 0


# --- crashes -------------------------------------------------------------------------------------


class Killed(BaseException):
    """Stands for kill -9."""


@contextmanager
def killed(where: str, call: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Die in that call of a function of carry_out, or of the lake."""
    owner: Any = sys.modules["clio_assets.erasure.carry_out"]
    if hasattr(Partitions, where):
        owner = Partitions
    original: Any = getattr(owner, where)
    calls = 0

    def deadly(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls >= call:
            raise Killed
        return original(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(owner, where, deadly)
        yield


@pytest.mark.parametrize(
    ("where", "call"),
    [
        ("stores_of", 1),  # before the answers are deleted
        ("rewrite_landing", 1),  # right after
        ("delete", 1),
        ("delete", 4),  # some days are no longer there to say whose answers are whose
        ("sweep_leftovers", 1),
        ("drop_intent", 1),
    ],
)
def test_the_same_answers_are_left_when_an_erasure_is_killed_and_finished(
    where: str, call: int, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(world)
    wanted = {
        *(name for name in left(world) if name.startswith("other")),
        f"group {DAYS[2]}",
        f"group {WINDOWS[2]}",
    }
    with killed(where, call, monkeypatch), pytest.raises(Killed):
        forget(world.home, world.lake, [WANTED])
    assert pending_intent(world.home.private) is not None
    assert finish_pending(world.home, world.lake)
    assert left(world) == wanted
    assert traces(world, "answer-canary wanted") == []


def test_every_answer_stays_when_deleting_is_killed_half_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(world)
    before = left(world)

    def deadly(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("clio_assets.analyst.claude.store.erasing._erase", deadly)
        with pytest.raises(Killed):
            forget(world.home, world.lake, [WANTED])
    assert left(world) == before
    assert finish_pending(world.home, world.lake)
    assert not any(name.startswith("wanted") for name in left(world))


def test_log_is_emptied_when_only_that_was_left_to_do(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(world)
    with monkeypatch.context() as patch:
        patch.setattr(AnswerStore, "scrub", lambda _: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            forget(world.home, world.lake, [WANTED])
    with closing(AnswerStore(world.home.answers)):  # another process keeps the log alive
        assert finish_pending(world.home, world.lake)
        assert traces(world, "answer-canary wanted") == []


def test_files_of_the_store_stay_private_when_answers_were_deleted(world: World) -> None:
    asked(world)
    forget(world.home, world.lake, [WANTED])
    world.home.check_access()
    assert (world.home.answers / FILE).stat().st_mode & 0o777 == 0o600
    assert not list(world.home.answers.glob(".tmp-*"))
