"""A process that dies at any write leaves an intent; whoever comes next ends where an undisturbed
erasure ends."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clio_assets.erasure.carry_out import finish_pending
from clio_assets.erasure.forget import forget
from clio_assets.erasure.purge import purge
from clio_assets.home.erasures import pending_intent
from clio_assets.home.home import Home
from clio_assets.lake.lake import Lake
from clio_assets.lake.storage import LocalStorage
from privacy_checks.stored.declared import Declared
from tests.unit.erasure.world import WANTED, World, traces

ERASURES: dict[str, Callable[[World], object]] = {
    "forget": lambda world: forget(world.home, world.lake, [WANTED]),
    "purge": lambda world: purge(world.home, world.lake, date(2026, 10, 5)),
}


class Killed(BaseException):
    """Stands for kill -9: nothing that runs afterwards may change a file either."""


@contextmanager
def killed_at(write: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Let every write to disk from the given one on fail; counts them."""
    count = [0]

    def dying(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            flags = arguments[1] if original is opened and len(arguments) > 1 else os.O_WRONLY
            if flags & (os.O_WRONLY | os.O_RDWR) and "lock" not in str(arguments[0]):
                count[0] += 1
                if count[0] >= write:
                    raise Killed
            return original(*arguments, **named)

        return call

    opened = os.open
    with monkeypatch.context() as patch:
        for name in ("open", "unlink", "replace", "mkdir"):
            patch.setattr(os, name, dying(getattr(os, name)))
        yield count


def copy_of(world: World, folder: Path) -> World:
    shutil.copytree(world.home.path, folder, copy_function=os.link)  # no file is changed in place
    home = Home(folder)
    return replace(world, home=home, lake=Lake(LocalStorage(home.private), home.policy, Declared()))


def state(world: World) -> dict[str, bytes]:
    """Every file of a home but locks and the log, whose lines name times."""
    return {
        path.relative_to(world.home.path).as_posix(): path.read_bytes()
        for path in sorted(world.home.path.rglob("*"))
        if path.is_file() and path.suffix != ".lock" and path.name != "log.jsonl"
    }


def log_lines(world: World) -> int:
    return len((world.home.private / "erasure" / "log.jsonl").read_text().splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("kind", ERASURES)
def test_erasure_ends_the_same_when_it_is_killed_while_it_writes(
    kind: str, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # nobody pulls the plug here
    whole = copy_of(world, tmp_path / "whole")
    with killed_at(10**6, monkeypatch) as writes:
        ERASURES[kind](whole)
    assert writes[0] > 40
    wanted = state(whole)
    assert kind == "purge" or traces(whole.home.path) == []
    for write in range(1, writes[0] + 1):
        victim = copy_of(world, tmp_path / f"victim {write}")
        with killed_at(write, monkeypatch), pytest.raises(Killed):
            ERASURES[kind](victim)
        if write % 2 and pending_intent(victim.home.private) is not None:
            assert finish_pending(victim.home, victim.lake)  # as the next `clio run` does
        else:
            ERASURES[kind](victim)
        assert state(victim) == wanted, f"killed at write {write}"
        assert log_lines(victim) == 1
