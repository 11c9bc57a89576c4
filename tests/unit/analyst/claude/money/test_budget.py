"""`budget_usd` is never passed, and a run that stops for it can go on later."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from clio_assets.analyst.claude.exchange import Purpose, Reply, Request, Usage
from clio_assets.analyst.claude.money import ledger
from clio_assets.analyst.claude.money.budget import Budget
from clio_assets.analyst.claude.money.prices import MICRODOLLARS
from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.errors import BudgetError, HomeError, UsageError
from clio_assets.home.settings import ClaudeSettings, ModelSettings

ROOT = Path(__file__).parents[5]
PURPOSE = Purpose("facets", "2026-10-05")


def request_of(number: int) -> Request:
    parameters = {"model": "claude-haiku-5-5", "max_tokens": 1_000, "messages": [number]}
    return Request("extract", parameters)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnswerStore]:
    with closing(AnswerStore(tmp_path / "answers")) as store:
        yield store


def most(store: AnswerStore) -> int:
    return store.prices.most(request_of(10), False)


def budget_of(store: AnswerStore, calls: float) -> Budget:
    """A budget for that many calls that cost the most they can."""
    dollars = most(store) * calls / MICRODOLLARS
    return Budget(store.database, ClaudeSettings(budget_usd=dollars), store.prices)


async def call(
    store: AnswerStore, budget: Budget, number: int, cost: Usage, seconds: float = 0.0
) -> None:
    request = request_of(number)
    async with budget.reserved(request, batch=False):
        await asyncio.sleep(seconds)
        await store.keep(request, Reply("x", "end_turn", cost), PURPOSE)


def set_aside(store: AnswerStore) -> int:
    query = "SELECT coalesce(sum(microdollars), 0) FROM reservations"
    return int(store.read(lambda c: c.execute(query).fetchone())[0])


def test_nothing_is_looked_up_when_there_is_no_budget(store: AnswerStore) -> None:
    settings = ClaudeSettings(extract=ModelSettings(model="local-7b", max_tokens=5))
    budget = Budget(store.database, settings, store.prices)

    async def free() -> None:
        unpriced = Request("extract", {"model": "local-7b", "max_tokens": 5})
        async with budget.reserved(unpriced, batch=False):
            pass

    asyncio.run(free())
    assert not store.database.folder.exists()


def test_model_without_a_price_is_refused_when_there_is_a_budget(store: AnswerStore) -> None:
    settings = ClaudeSettings(budget_usd=1, extract=ModelSettings(model="local-7b", max_tokens=5))
    with pytest.raises(UsageError, match="no price for local-7b"):
        Budget(store.database, settings, store.prices)


def test_calls_wait_for_each_other_when_not_all_fit_at_once(store: AnswerStore) -> None:
    budget = budget_of(store, 3.5)
    under_way, peak = 0, 0

    async def one(number: int) -> None:
        nonlocal under_way, peak
        async with budget.reserved(request_of(number), batch=False):
            under_way += 1
            peak = max(peak, under_way)
            await asyncio.sleep(0.002)
            under_way -= 1

    async def all_of_them() -> None:
        await asyncio.gather(*(one(number) for number in range(10, 40)))

    asyncio.run(all_of_them())
    assert peak == 3
    budget.close()
    assert set_aside(store) == 0


@pytest.mark.parametrize("concurrent", [False, True])
def test_spending_stops_short_of_the_budget_when_calls_cost_the_most_they_can(
    concurrent: bool, store: AnswerStore
) -> None:
    budget = budget_of(store, 5.5)
    assert budget.limit is not None
    dear = Usage(1_000, 1_000)

    async def spend() -> int:
        calls = [call(store, budget, number, dear, 0.001) for number in range(10, 30)]
        if concurrent:
            results = await asyncio.gather(*calls, return_exceptions=True)
        else:
            results = [(await asyncio.gather(one, return_exceptions=True))[0] for one in calls]
        assert {type(result) for result in results} == {type(None), BudgetError}
        return results.count(None)

    made = asyncio.run(spend())
    assert made >= 5
    assert store.read(ledger.spent) <= budget.limit
    assert store.read(ledger.spent) + most(store) > budget.limit  # and not much too short


def test_message_says_what_was_spent_and_how_to_go_on_when_the_budget_is_used_up(
    store: AnswerStore,
) -> None:
    budget = budget_of(store, 1.2)

    async def twice() -> None:
        for number in (10, 11):
            await call(store, budget, number, Usage(1_000, 1_000))

    with pytest.raises(BudgetError) as caught:
        asyncio.run(twice())
    message = str(caught.value)
    assert f"${store.read(ledger.spent) / MICRODOLLARS:,.4f} are spent" in message
    assert "raise `budget_usd`" in message
    assert "set aside" not in message
    more = budget_of(store, 5)
    asyncio.run(call(store, more, 11, Usage(1, 1)))
    assert store.find(request_of(11).digest) is not None


def test_what_was_set_aside_comes_back_when_a_call_fails_or_is_cancelled(
    store: AnswerStore,
) -> None:
    budget = budget_of(store, 1.5)

    async def failing() -> None:
        async with budget.reserved(request_of(10), batch=False):
            raise ConnectionError

    async def slow() -> None:
        async with budget.reserved(request_of(11), batch=False):
            await asyncio.sleep(60)

    async def work() -> None:
        with pytest.raises(ConnectionError):
            await failing()
        holding = asyncio.create_task(slow())
        await asyncio.sleep(0.05)
        waiting = asyncio.create_task(slow())  # waits for the first one to end
        await asyncio.sleep(0.05)
        waiting.cancel()
        holding.cancel()
        await asyncio.gather(holding, waiting, return_exceptions=True)
        await call(store, budget, 12, Usage(1, 1))

    asyncio.run(work())
    assert store.find(request_of(12).digest) is not None
    assert budget._out == 0


def test_call_is_refused_when_it_alone_would_pass_the_budget(store: AnswerStore) -> None:
    budget = budget_of(store, 0.5)
    with pytest.raises(BudgetError):
        asyncio.run(call(store, budget, 10, Usage(1, 1)))
    assert store.read(ledger.spent) == 0


def test_waiting_ends_with_the_error_when_the_file_cannot_be_used(
    store: AnswerStore,
) -> None:
    budget = budget_of(store, 5)
    store.database.folder.mkdir(mode=0o700)
    store.database.path.write_bytes(b"")
    with pytest.raises(HomeError, match="damaged"):
        asyncio.run(call(store, budget, 10, Usage(1, 1)))


_HOLDER = """
import asyncio, json, sys
from pathlib import Path
from clio_assets.analyst.claude.money.budget import Budget
from clio_assets.analyst.claude.exchange import Request
from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.home.settings import ClaudeSettings
store = AnswerStore(Path(sys.argv[1]))
budget = Budget(store.database, ClaudeSettings(budget_usd=float(sys.argv[2])), store.prices)
async def main():
    parameters = {"model": "claude-haiku-5-5", "max_tokens": 1000, "messages": [10]}
    async with budget.reserved(Request("extract", parameters), batch=False):
        print("holding", flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


def test_what_a_process_set_aside_counts_until_it_is_killed_when_another_asks(
    store: AnswerStore,
) -> None:
    budget = budget_of(store, 1.5)
    dollars = str(most(store) * 1.5 / MICRODOLLARS)
    command = [sys.executable, "-c", _HOLDER, str(store.database.folder), dollars]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "holding\n"
        with pytest.raises(BudgetError, match="set aside for what is under way"):
            asyncio.run(call(store, budget, 11, Usage(1, 1)))
        other.kill()
    asyncio.run(call(store, budget, 11, Usage(1, 1)))
    assert store.find(request_of(11).digest) is not None
    locks = store.database.folder / "at-work"
    assert len(list(locks.glob("*.lock"))) == 1  # that of the dead one is gone
    budget.close()
    assert not list(locks.glob("*.lock"))
    assert set_aside(store) == 0
