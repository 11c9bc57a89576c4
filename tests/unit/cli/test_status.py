"""What `clio status` says of the money that a model took, and of what it left unanswered."""

import asyncio
import json
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from clio_assets.analyst.claude.exchange import Purpose, Reply, Request, Usage
from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.cli.app import app
from clio_assets.cli.report import print_outcome
from clio_assets.cli.unanswered import lines, read_unanswered
from clio_assets.home.home import Home
from clio_assets.home.keys import KEY_VARIABLE
from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Provenance
from clio_assets.lake.storage import LocalStorage
from clio_assets.lake.writer import Accounts, Making
from privacy_checks.stored.declared import Declared
from tests.fakes.home import DAYS, WEEK, made_home

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


def count(home: Home, stage: str, key: str, counts: dict[str, int]) -> None:
    making = Making(stage, key, "r", Provenance(code_version="1"))
    tables = {stage: pa.table({"text": [CANARY]})}
    Lake(LocalStorage(home.private), home.policy, Declared()).write(
        making, tables, Accounts(1, 1, counts=counts)
    )


def test_unanswered_and_lost_batches_are_added_up_by_stage_when_there_are_some(home: Home) -> None:
    count(home, "facets", DAYS[0], {"unanswered_refused": 1_200, "lost_batches": 1, "kept": 5})
    count(home, "facets", DAYS[1], {"unanswered_refused": 3, "unanswered_max_tokens": 2})
    count(home, "clusters", WEEK, {"unanswered_invalid": 1, "lost_batches": 2})
    found = json.loads(status(home, "--json"))
    assert found["unanswered"] == {
        "facets": {"max_tokens": 2, "refused": 1_203},
        "clusters": {"invalid": 1},
    }
    assert found["lost_batches"] == 3
    printed = status(home).splitlines()
    assert printed[-3:] == [
        "Left unanswered by the model in facets: 2 max tokens, 1,203 refused",
        "Left unanswered by the model in clusters: 1 invalid",
        "Results of 3 batches were lost; what they cost is in no sum.",
    ]


def test_nothing_is_said_of_the_unanswered_when_there_are_none(home: Home) -> None:
    found = json.loads(status(home, "--json"))
    assert (found["unanswered"], found["lost_batches"]) == ({}, 0)
    assert (
        list(lines(read_unanswered(Lake(LocalStorage(home.private), home.policy, Declared()))))
        == []
    )
    assert "unanswered" not in status(home)
    assert "lost" not in status(home)


def test_outcome_of_a_run_tells_of_a_named_map_and_of_windows_held_back(
    home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = Lake(LocalStorage(home.private), home.policy, Declared())
    keys = ["mobile@2026-09-28", "mobile@2026-10-05", "other@all"]
    monkeypatch.setattr("clio_assets.lake.release.released", lambda _: dict.fromkeys(keys, ""))
    for key, reason in zip(keys, ("outside", "too_few_beside", "too_few_beside"), strict=True):
        plan = Making("slices", key, "r", Provenance(code_version="1"))
        accounts = Accounts(1, 0, {reason: 1})
        lake.write(
            plan, {"slices": pa.table({"conversation": pa.array([], pa.string())})}, accounts
        )
    maps = [SimpleNamespace(name=name) for name in ("mobile", "other", "new")]
    print_outcome(SimpleNamespace(home=home, lake=lake, facets=(), maps=maps))  # type: ignore[arg-type]
    printed = capsys.readouterr().out
    held = "1 held back: beside the other maps, this one would tell of too few"
    assert f"Map mobile: 2 windows, {held}. clio" in printed
    assert "tree --window mobile@2026-09-28\n" in printed
    assert f"Map other: 1 window, {held}\n" in printed
    assert "Map new: 0 windows\n" in printed


def test_outcome_of_a_run_tells_of_the_unanswered_when_there_are_some(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = SimpleNamespace(
        home=home,
        lake=Lake(LocalStorage(home.private), home.policy, Declared()),
        facets=(),
        maps=(),
    )
    print_outcome(bench)  # type: ignore[arg-type]
    assert "unanswered" not in capsys.readouterr().out
    count(home, "facets", DAYS[0], {"unanswered_refused": 2, "lost_batches": 1})
    print_outcome(bench)  # type: ignore[arg-type]
    printed = capsys.readouterr().out
    assert "Left unanswered by the model in facets: 2 refused\n" in printed
    assert "Results of 1 batch were lost; what they cost is in no sum.\n" in printed


def test_windows_that_lack_days_are_named_when_more_are_expected(home: Home) -> None:
    (home.path / "clio.toml").write_text("[schedule]\nexpected_days = 5\n")
    assert json.loads(status(home, "--json"))["lacking_days"] == [
        {"window": WEEK, "days": 2, "expected": 5, "held": False}
    ]
    assert f"fewer days than expected: {WEEK} (2 of 5)" in status(home)
