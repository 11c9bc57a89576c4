"""The estimate as a document: calls, tokens and dollars, per stage, live and in batches."""

from collections.abc import Sequence
from typing import Any

from clio_assets.analyst.claude.exchange import Usage
from clio_assets.analyst.claude.money.prices import BILLION, MICRODOLLARS, PriceTable
from clio_assets.analyst.claude.verbs.roles import role_of
from clio_assets.estimate.calls import Calls
from clio_assets.estimate.measure import Measured
from clio_assets.home.settings import ClaudeSettings

_SUMS = ("calls", "input_tokens", "output_tokens", "usd_live", "usd_batch")


def document_of(
    measured: Measured,
    calls: Sequence[Calls],
    settings: ClaudeSettings,
    prices: PriceTable,
    counted_over_estimated: float | None,
) -> dict[str, Any]:
    """The documented JSON form (docs/cli.md).

    `counted_over_estimated` corrects the tokens of prompts where the server counted some of them,
    None where it did not. UsageError where a model has no price.
    """
    prices.require(role_of(settings, one.verb).model for one in calls)
    factor = 1.0 if counted_over_estimated is None else counted_over_estimated
    rows = [_row(one, role_of(settings, one.verb).model, factor, prices) for one in calls]
    return {
        "conversations": measured.conversations,
        **{name: _rounded(sum(row[name] for row in rows)) for name in _SUMS},
        "tokens": "estimated" if counted_over_estimated is None else "counted on a sample",
        "distinct_conversations": measured.distinct,
        "stages": rows,
    }


def _row(one: Calls, model: str, factor: float, prices: PriceTable) -> dict[str, Any]:
    calls = max(1, round(one.calls)) if one.calls else 0
    input_tokens, output_tokens = round(one.input_tokens * factor), round(one.output_tokens)
    # each call is priced by its own length, because long prompts cost more
    usage = Usage(*(round(tokens / max(calls, 1)) for tokens in (input_tokens, output_tokens)))
    return {
        "stage": one.stage,
        "verb": one.verb,
        "model": model,
        "calls": calls,
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "usd_live": _dollars(calls, prices.billionths(model, usage, batch=False)),
        "usd_batch": _dollars(calls, prices.billionths(model, usage, batch=True)),
    }


def _dollars(calls: int, billionths: int) -> float:
    return _rounded(calls * billionths / BILLION / MICRODOLLARS)


def _rounded(value: float) -> float:
    return round(value, 4) if isinstance(value, float) else value
