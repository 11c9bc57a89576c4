"""What was spent, in numbers that outlive every erasure."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from clio_assets.analyst.claude.exchange import Purpose, Reply, Request, Usage
from clio_assets.analyst.claude.money import ledger
from clio_assets.analyst.claude.money.prices import PriceTable
from clio_assets.analyst.claude.store.answers import AnswerStore

USAGE = Usage(1_000, 100, 10, 20)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnswerStore]:
    with closing(AnswerStore(tmp_path / "answers")) as store:
        yield store


def pay(store: AnswerStore, number: int, stage: str, model: str, batch: bool = False) -> None:
    parameters = {"model": model, "max_tokens": 5, "messages": [number]}
    reply = Reply("x", "end_turn", USAGE, batch)
    asyncio.run(store.keep(Request("extract", parameters), reply, Purpose(stage, "2026-10-05")))


def spending(folder: Path) -> list[dict[str, Any]]:
    return ledger.spending(cast(Any, SimpleNamespace(answers=folder)))


def test_spending_is_summed_by_stage_model_and_way_when_it_is_asked_for(
    store: AnswerStore,
) -> None:
    for number in range(3):
        pay(store, number, "facets", "claude-haiku-5-5", batch=True)
    pay(store, 3, "facets", "claude-haiku-5-5")
    pay(store, 4, "clusters", "local-7b")
    rows = spending(store.database.folder)
    assert [(row["stage"], row["batch"], row["replies"]) for row in rows] == [
        ("clusters", False, 1),
        ("facets", False, 1),
        ("facets", True, 3),
    ]
    one = store.prices.microdollars("claude-haiku-5-5", USAGE, True)
    assert rows[2] == {
        "stage": "facets",
        "model": "claude-haiku-5-5",
        "batch": True,
        "replies": 3,
        "input_tokens": 3_000,
        "output_tokens": 300,
        "cache_read_tokens": 30,
        "cache_write_tokens": 60,
        "microdollars": 3 * one,
        "unpriced_replies": 0,
    }
    assert (rows[0]["microdollars"], rows[0]["unpriced_replies"]) == (0, 1)
    assert store.read(ledger.spent) == sum(row["microdollars"] for row in rows)


def test_nothing_is_made_when_nothing_was_ever_spent(tmp_path: Path) -> None:
    assert spending(tmp_path / "answers") == []
    assert list(tmp_path.iterdir()) == []


def test_spending_is_read_when_no_other_process_has_the_file_open(store: AnswerStore) -> None:
    pay(store, 1, "facets", "claude-haiku-5-5")
    store.close()
    before = sorted(path.name for path in store.database.folder.iterdir())
    assert len(spending(store.database.folder)) == 1
    assert sorted(path.name for path in store.database.folder.iterdir()) == before


def test_money_stays_when_every_answer_is_deleted(store: AnswerStore) -> None:
    pay(store, 1, "facets", "claude-haiku-5-5")
    before = spending(store.database.folder)
    store.erase("e", None)
    assert spending(store.database.folder) == before
    columns = [row[1] for row in store.read(lambda c: c.execute("PRAGMA table_info(ledger)"))]
    assert not {"digest", "subject", "text"} & set(columns)


def test_what_was_spent_is_priced_later_when_the_price_was_unknown(
    store: AnswerStore, tmp_path: Path
) -> None:
    pay(store, 1, "facets", "local-7b")
    assert store.read(ledger.spent) == 0
    path = tmp_path / "prices.toml"
    path.write_text("[models.local-7b]\ninput = 1\noutput = 1\n")
    prices = PriceTable.load(path)
    for _ in range(2):
        store.database.do(lambda c: ledger.reprice(c, prices))
        assert store.read(ledger.spent) == prices.microdollars("local-7b", USAGE, False) > 0
