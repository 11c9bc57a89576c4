"""`clio estimate`: what a source would cost, before anything is asked."""

import json
import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clio_assets.cli.grouped import grouped
from clio_assets.cli.options import Given, JsonOption
from clio_assets.errors import UsageError, contained
from clio_assets.ground.windows import WindowKind
from clio_assets.home.home import Home

if TYPE_CHECKING:
    from rich.console import Console

    from clio_assets.estimate.calls import Plan
    from clio_assets.estimate.measure import Measured


@grouped
def estimate(
    context: typer.Context,
    given: Given,
    analyst: Annotated[
        str, typer.Option(help="Whom to ask: claude, or local, which costs nothing.")
    ] = "claude",
    as_json: JsonOption = False,
) -> None:
    """Say how many calls, tokens and dollars a run over a source would take. Asks no model.

    Where clio.toml names claude as the analyst and its server can be reached, the server counts the
    tokens of a few conversations, which are sent to it for that; else tokens are estimated.
    """
    from rich.console import Console

    from clio_assets.cli.progress import RichProgress

    if analyst not in ("claude", "local"):
        raise UsageError("--analyst must be claude or local")
    home: Home = context.obj
    fixed = "window" in home.settings.model_fields_set
    kind = home.check_window(None if home.exists or fixed else "all")
    chosen = given.over(home.settings.source)
    if not chosen.paths:
        raise UsageError("name a SOURCE to estimate")
    with RichProgress(Console(stderr=True)) as progress, contained("estimate", "of the source"):
        from datetime import UTC, datetime

        from clio_assets.estimate.measure import measure
        from clio_assets.home.erasures import exclusions_of

        settings = home.settings
        measured = measure(
            chosen,
            settings.conversations,
            seed=settings.seed,
            today=datetime.now(UTC).date(),
            track=progress.track,
            exclusions=exclusions_of(home.private),  # nor may the server that counts see those
        )
        with progress.step("Estimating"):
            found = _document(home, measured, kind, free=analyst == "local")
    if as_json:
        print(json.dumps(found, indent=1))
    else:
        _print(Console(), found)


def _document(home: Home, measured: "Measured", kind: WindowKind, *, free: bool) -> dict[str, Any]:
    from clio_assets.analyst.claude.money.prices import PriceTable
    from clio_assets.estimate.calls import Plan, calls_of
    from clio_assets.estimate.document import document_of
    from clio_assets.facets.in_force import facets_in_force

    settings = home.settings
    prices = PriceTable.load(home.path / settings.claude.prices if settings.claude.prices else None)
    plan = Plan(settings, facets_in_force(settings, home.policy), home.policy, kind)
    calls = [] if free else calls_of(measured, plan)
    counted = "nothing is asked" if free else _counted_over_estimated(measured, plan)
    if isinstance(counted, float):
        return document_of(measured, calls, settings.claude, prices, counted)
    found = document_of(measured, calls, settings.claude, prices, None)
    return {**found, "why_estimated": counted}


def _counted_over_estimated(measured: "Measured", plan: "Plan") -> float | str:
    """How much longer prompts are than estimated, by the server's count of a sample, or why that
    is not known."""
    from clio_assets.estimate.requests import Rehearsal, prompt_tokens

    claude = plan.settings.claude
    if plan.settings.analyst != "claude":
        return "clio.toml does not name claude as the analyst, so its server was not asked"
    if not os.environ.get(claude.api_key_variable):
        return f"{claude.api_key_variable} holds no key to have the server count them"
    if not measured.sample:
        return "there is nothing to count"
    from clio_assets.analyst.claude.sending.counting import count_tokens

    requests = Rehearsal(plan.settings.claude).extractions(measured.sample, plan.asked)
    counted = count_tokens(plan.settings.claude, requests)
    if counted is None:
        return "the server did not count them"
    return sum(counted) / sum(map(prompt_tokens, requests))


def _print(console: "Console", found: dict[str, Any]) -> None:
    from rich.table import Table

    distinct = found["distinct_conversations"]
    alike = f", {distinct:,} of them different" if distinct < found["conversations"] else ""
    console.print(f"{found['conversations']:,} conversations{alike}", highlight=False)
    if not found["stages"]:
        console.print("The local analyst asks no model and costs nothing.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))  # fits into 80 columns
    names = ("stage", "asks", "calls", "tokens in", "out", "live $", "batch $")
    for name in names:
        table.add_column(name, justify="left" if name in names[:2] else "right", overflow="fold")
    for row in [*found["stages"], {"stage": "all", "verb": "", **found}]:
        numbers = [f"{row[name]:,}" for name in ("calls", "input_tokens", "output_tokens")]
        dollars = [_dollars(row[name]) for name in ("usd_live", "usd_batch")]
        table.add_row(row["stage"], row["verb"], *numbers, *dollars)
    console.print(table)
    for model in dict.fromkeys(row["model"] for row in found["stages"]):
        asked = (row["verb"] for row in found["stages"] if row["model"] == model)
        console.print(f"{model}: {', '.join(asked)}", highlight=False)
    if found["tokens"] == "estimated":
        console.print(
            f"Tokens are estimated from characters: {found['why_estimated']}. Expect up to 15 % "
            "more or less for prose."
        )
    else:
        console.print("Tokens of prompts were counted by the server on a sample.")
    console.print("Batches are used from `batch_from` questions on; small stages are asked live.")


def _dollars(usd: float) -> str:
    return f"{usd:,.2f}" if usd >= 1 else f"{usd:.4f}"
