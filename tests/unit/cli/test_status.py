"""What `clio status` says of the money that a model took."""

import asyncio
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clio_assets.analyst.claude.exchange import Purpose, Reply, Request, Usage
from clio_assets.analyst.claude.store import AnswerStore
from clio_assets.cli.app import app
from clio_assets.home import KEY_VARIABLE, Home
from tests.fakes.home import DAYS, made_home

CANARY = "canary-7c41"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    return made_home(tmp_path / "home")


def pay(home: Home, model: str, *, batch: bool) -> None:
    parameters = {"model": model, "max_tokens": 5, "messages": [CANARY]}
    usage = Usage(1_000_000, 2_000_000, 3_000_000, 4_000_000)
    with closing(AnswerStore(home.answers)) as store:
        reply = Reply(CANARY, "end_turn", usage, batch)
        asyncio.run(store.keep(Request("extract", parameters), reply, Purpose("facets", DAYS[0])))


def status(home: Home, *arguments: str) -> str:
    done = CliRunner().invoke(app, ["--home", str(home.path), "status", *arguments])
    assert done.exit_code == 0
    assert CANARY not in done.output
    return done.stdout


def test_nothing_is_said_or_made_when_nothing_was_ever_spent(home: Home) -> None:
    assert json.loads(status(home, "--json"))["spending"] == []
    assert "spent" not in status(home).lower()
    assert not home.answers.exists()


def test_tokens_and_dollars_are_shown_by_stage_and_model_when_some_were_spent(home: Home) -> None:
    pay(home, "claude-haiku-5-5", batch=True)
    (row,) = json.loads(status(home, "--json"))["spending"]
    dollars: Any = row.pop("usd")
    assert row == {
        "stage": "facets",
        "model": "claude-haiku-5-5",
        "batch": True,
        "replies": 1,
        "input_tokens": 1_000_000,
        "output_tokens": 2_000_000,
        "cache_read_tokens": 3_000_000,
        "cache_write_tokens": 4_000_000,
        "unpriced_replies": 0,
    }
    assert 0 < dollars < 100
    printed = status(home).split()
    assert {"facets", "claude-haiku-5-5", "batch", "8,000,000", "2,000,000"} <= set(printed)
    assert printed[-4:] == ["Spent", "in", "all:", f"${dollars:,.4f}"]


def test_missing_price_is_named_when_a_model_has_none(home: Home) -> None:
    pay(home, "local-7b", batch=False)
    (row,) = json.loads(status(home, "--json"))["spending"]
    assert (row["usd"], row["unpriced_replies"]) == (0, 1)
    assert "1 of the replies came from models without a price" in status(home)
