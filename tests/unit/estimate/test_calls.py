"""How many calls a source takes, and what they cost."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from clio_assets.analyst.claude.money.prices import PriceTable
from clio_assets.errors import UsageError
from clio_assets.estimate.calls import Plan, calls_of
from clio_assets.estimate.document import document_of
from clio_assets.estimate.measure import Measured
from clio_assets.estimate.requests import Rehearsal, prompt_tokens
from clio_assets.estimate.tokens import tokens_of
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.home.settings import ClaudeSettings, ModelSettings, Settings
from privacy_checks.policy.model import PrivacyPolicy

#: The paper's own assumptions (table 3): 100,000 conversations of 1,000 tokens.
PAPER = Measured(100_000, 100_000, 100_000 * 1_000.0, {date(2026, 10, 1): 100_000}, ())


def plan(**changes: object) -> Plan:
    return replace(Plan(Settings(), DEFAULT_FACETS, PrivacyPolicy(), "all"), **changes)  # type: ignore[arg-type]


def by_verb(measured: Measured, made: Plan) -> dict[str, float]:
    return {one.verb: one.calls for one in calls_of(measured, made)}


def test_estimate_costs_at_most_twelve_dollars_when_the_paper_s_assumptions_hold() -> None:
    made = plan()
    claude = made.settings.claude
    found = document_of(PAPER, calls_of(PAPER, made), claude, PriceTable.load(None), None)
    assert 8 < found["usd_batch"] <= 12  # the paper: $48.81
    assert found["usd_live"] == pytest.approx(2 * found["usd_batch"], rel=0.02)


def test_estimate_asks_at_most_two_and_a_half_times_a_base_cluster_when_there_are_many() -> None:
    calls = by_verb(PAPER, plan())
    base = 1_000
    assert calls["name_clusters"] == pytest.approx(base * 1.08, rel=0.01)
    assert sum(calls.values()) - calls["extract"] <= 2.5 * base


def test_estimate_sums_up_to_its_stages_when_it_is_a_document() -> None:
    made = plan()
    claude = made.settings.claude
    found = document_of(PAPER, calls_of(PAPER, made), claude, PriceTable.load(None), None)
    assert set(found) >= {
        "conversations", "calls", "input_tokens", "output_tokens", "usd_live", "usd_batch",
        "stages",
    }  # fmt: skip
    for name in ("calls", "input_tokens", "output_tokens", "usd_live", "usd_batch"):
        assert found[name] == pytest.approx(sum(row[name] for row in found["stages"]))


def test_estimate_asks_nothing_when_there_is_no_conversation() -> None:
    made, nothing = plan(), Measured(0, 0, 0.0, {}, ())
    work = calls_of(nothing, made)
    found = document_of(nothing, work, made.settings.claude, PriceTable.load(None), None)
    assert (found["calls"], found["usd_live"]) == (0, 0)


def test_estimate_asks_identical_conversations_once_when_many_repeat() -> None:
    made = plan()
    alone = replace(PAPER, distinct=50_000)
    assert by_verb(alone, made)["extract"] == pytest.approx(by_verb(PAPER, made)["extract"] / 2)


def test_estimate_clusters_each_window_when_windows_are_weeks() -> None:
    days = {date(2026, 10, 5) + timedelta(days=n): 2_000 for n in range(14)}
    measured = Measured(28_000, 28_000, 1e6, days, ())
    weekly, whole = by_verb(measured, plan(kind="week")), by_verb(measured, plan())
    assert weekly["name_clusters"] == pytest.approx(whole["name_clusters"], rel=0.02)
    assert weekly["propose"] >= 2


def test_estimate_screens_every_conversation_when_there_is_a_screener() -> None:
    settings = Settings(conversations={"screener": "Is it about code?"})  # type: ignore[arg-type]
    calls = by_verb(PAPER, plan(settings=settings))
    assert calls["screen"] == 100_000


def test_estimate_scales_prompts_when_the_server_counted_some() -> None:
    made = plan()
    work, prices, claude = calls_of(PAPER, made), PriceTable.load(None), made.settings.claude
    estimated = document_of(PAPER, work, claude, prices, None)
    counted = document_of(PAPER, work, claude, prices, 1.5)
    assert counted["input_tokens"] == pytest.approx(1.5 * estimated["input_tokens"], rel=1e-6)
    assert counted["output_tokens"] == estimated["output_tokens"]
    assert (estimated["tokens"], counted["tokens"]) == ("estimated", "counted on a sample")


def test_estimate_is_refused_with_a_remedy_when_a_model_has_no_price() -> None:
    role = ModelSettings(model="house-model", max_tokens=500)
    claude = ClaudeSettings(extract=role)
    made = plan(settings=Settings(claude=claude))
    with pytest.raises(UsageError, match="house-model"):
        document_of(PAPER, calls_of(PAPER, made), claude, PriceTable.load(None), None)


def test_estimate_takes_the_operator_s_prices_when_a_file_names_them(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text("[models.claude-haiku-5-5]\ninput = 0\noutput = 0\n", "utf-8")
    made = plan()
    found = document_of(
        PAPER, calls_of(PAPER, made), made.settings.claude, PriceTable.load(path), None
    )
    free = [row for row in found["stages"] if row["model"] == "claude-haiku-5-5"]
    assert free
    assert all(row["usd_live"] == 0 for row in free)


def test_rehearsal_counts_the_whole_prompt_when_it_holds_a_transcript() -> None:
    rehearsal = Rehearsal(ClaudeSettings())
    asked = plan().asked
    text = "<user>" + "Please compare two phones. " * 40 + "</user>"
    (empty,) = rehearsal.extractions([("", 1)], asked)
    (full,) = rehearsal.extractions([(text, 1)], asked)
    assert prompt_tokens(full) - prompt_tokens(empty) == pytest.approx(tokens_of(text), rel=0.01)
