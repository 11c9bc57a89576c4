"""`clio status`: what is made, sealed, refused and published in this home."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, get_args

import typer

from clio_assets.cli.options import JsonOption
from clio_assets.cli.unanswered import Unanswered, lines, read_unanswered
from clio_assets.cli.unread_files import lines as lines_of_files
from clio_assets.cli.unread_files import read_unread_files
from clio_assets.home.home import Home

if TYPE_CHECKING:
    from clio_assets.lake.lake import Lake
    from clio_assets.landing.unread import UnreadFile


#: Why records of a source are left out although nothing is wrong with them.
_ERASED = ("forgotten", "past_retention")
#: Tokens of prompts in the ledger, by how they are charged.
_INPUT_TOKENS = ("input_tokens", "cache_read_tokens", "cache_write_tokens")


def status(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show every stage's partitions: sealed, refused (and why), not judged; the releases; and what
    a model was paid.
    """
    from rich.console import Console

    home: Home = context.obj
    found = read_status(home)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        _print(Console(), found)


def read_status(home: Home) -> dict[str, Any]:
    """The documented JSON form (docs/cli.md); of tables, only those of files that were not read
    whole are opened."""
    from clio_assets.analyst.claude.money.ledger import spending
    from clio_assets.erasure.awaiting import awaiting_release
    from clio_assets.ground.windows import by_map
    from clio_assets.lake.release import released
    from clio_assets.run.declared import lake_of
    from clio_assets.run.lacking import lacking_windows
    from clio_assets.stages import LANDING, SLICES, STAGES

    record = home.record
    lake = lake_of(home)
    unanswered, unread = read_unanswered(lake), read_unread_files(home, lake)
    return {
        "window": record.window,
        "first_day": record.first_day.isoformat(),
        "maps": {name: kind for name, kind in home.window_kinds.items() if name},
        "policy": {"version": home.policy.version, "digest": home.policy.digest},
        "landing": [_landing(lake, key, unread.get(key, [])) for key in lake.keys(LANDING)],
        "stages": [_stage(lake, stage) for stage in STAGES if stage != SLICES or lake.keys(SLICES)],
        "published": by_map(released(home.release_folders)),
        "awaiting_release": awaiting_release(home),
        "lacking_days": [asdict(w) for w in lacking_windows(home, lake, datetime.now(UTC).date())],
        "unanswered": unanswered.reasons,
        "lost_batches": unanswered.lost_batches,
        "spending": [_spent(row) for row in spending(home)],
    }


def _source_line(source: Mapping[str, Any]) -> str:
    counts = {
        "landed": source["landed"],
        "rejected": sum(source["rejected"].values()),
        "joined to others": source["joined"],
        "no part of a conversation": sum(source["left_out"].values()),
        "files not read whole": source["unread_files"],
        "forgotten or past retention": sum(source["erased"].values()),
    }
    told = [f"{n:,} {what}" for what, n in counts.items() if n or what in {"landed", "rejected"}]
    return f"Source {source['source']}: {source['records']:,} records, {', '.join(told)}"


def _landing(lake: "Lake", key: str, unread: "list[UnreadFile]") -> dict[str, Any]:
    from clio_assets.sources.formats.protocol import LeftOut

    manifest = lake.stored("landing", key).manifest
    set_aside = dict(manifest.rows_set_aside)
    return {
        "source": key,
        "records": manifest.rows_in,
        "landed": manifest.rows_kept,
        "joined": set_aside.pop("joined", 0),
        "left_out": {why: set_aside.pop(why) for why in get_args(LeftOut) if why in set_aside},
        "unread_files": set_aside.pop("unreadable_file", 0),
        "unread": [asdict(one) for one in unread],
        "erased": {reason: set_aside.pop(reason) for reason in _ERASED if reason in set_aside},
        "rejected": set_aside,
    }


def _stage(lake: "Lake", stage: str) -> dict[str, Any]:
    """Counts of one stage; why seals do not hold, and what failed in refused partitions."""
    standings = {key: lake.standing(stage, key) for key in lake.keys(stage)}
    refused = {
        key: [
            {"check": check.check, "numbers": dict(check.numbers)}
            for check in standing.judgement.checks
            if not check.passed
        ]
        for key, standing in standings.items()
        if standing.state == "refused" and standing.judgement is not None
    }
    manifests = [s.manifest for s in standings.values() if s.manifest is not None]
    unsealed = {key: standing for key, standing in standings.items() if not standing.sealed}
    return {
        "stage": stage,
        "partitions": len(standings),
        "sealed": len(standings) - len(unsealed),
        "unsealed": list(unsealed),
        "why": {key: standing.why for key, standing in unsealed.items()},
        "refused": refused,
        "rows": {
            "in": sum(m.rows_in for m in manifests),
            "kept": sum(m.rows_kept for m in manifests),
            "set_aside": sum(sum(m.rows_set_aside.values()) for m in manifests),
        },
    }


def _spent(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the ledger with its millionths of a dollar as dollars."""
    dollars = row["microdollars"] / 1_000_000
    return {name: value for name, value in row.items() if name != "microdollars"} | {"usd": dollars}


def _print(console: Any, found: dict[str, Any]) -> None:
    from clio_assets.landing.unread import UnreadFile

    policy = found["policy"]
    console.print(
        f"One map per window of kind [bold]{found['window']}[/], from {found['first_day']}; "
        f"privacy policy version {policy['version']} ({policy['digest'][:12]})",
        highlight=False,
    )
    for name, kind in found["maps"].items():
        console.print(f"Map {name}: windows of kind [bold]{kind}[/]", highlight=False)
    for source in found["landing"]:
        console.print(_source_line(source), highlight=False)
        for line in lines_of_files([UnreadFile(**one) for one in source["unread"]]):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    _print_stages(console, found["stages"])
    _print_windows(console, found)
    for line in lines(Unanswered(found["unanswered"], found["lost_batches"])):
        console.print(line, highlight=False, soft_wrap=True)
    if found["spending"]:
        _print_spending(console, found["spending"])


def _print_stages(console: Any, stages: list[dict[str, Any]]) -> None:
    """How many partitions are sealed, and why the others are not."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("stage", "partitions", "sealed", "not sealed", "rows in", "kept", "set aside"):
        table.add_column(column, justify="left" if column == "stage" else "right")
    for stage in stages:
        rows = stage["rows"]
        table.add_row(
            stage["stage"],
            f"{stage['partitions']:,}",
            f"{stage['sealed']:,}",
            f"{len(stage['unsealed']):,}",
            *(f"{rows[name]:,}" for name in ("in", "kept", "set_aside")),
        )
    console.print(table)
    if any(stage["why"] for stage in stages):
        for stage in stages:
            for line in _reasons(stage["why"]):
                console.print(f"{stage['stage']} {line}", highlight=False, soft_wrap=True)
        console.print(
            "What is not sealed is not read. `clio regate` judges it again as it is stored, "
            "`clio run` makes again what has to be."
        )


def _print_windows(console: Any, found: dict[str, Any]) -> None:
    """What is published, and what is not as it should be."""
    from clio_assets.ground.windows import listed_by_map

    published = listed_by_map(found["published"]) or "none"
    console.print(f"Published windows: {published}", highlight=False)
    if found["awaiting_release"]:
        console.print(
            f"Published before an erasure, so `clio run` makes them anew: "
            f"{listed_by_map(found['awaiting_release'])}",
            highlight=False,
        )
    if found["lacking_days"]:
        lacking = listed_by_map(
            f"{one['window']} ({one['days']} of {one['expected']}{', held' if one['held'] else ''})"
            for one in found["lacking_days"]
        )
        console.print(f"Windows with fewer days than expected: {lacking}", highlight=False)


def _print_spending(console: Any, rows: list[dict[str, Any]]) -> None:
    """What was spent on a model's replies, also on those that were asked for in vain."""
    from rich.table import Table

    columns = ("spent on", "model", "by", "replies", "tokens in", "tokens out", "$")
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))  # fits into 80 columns
    for column in columns:
        justify: Any = "left" if column in columns[:3] else "right"
        table.add_column(column, justify=justify, overflow="fold")
    for row in rows:
        asked = sum(row[name] for name in _INPUT_TOKENS)
        numbers = (f"{number:,}" for number in (row["replies"], asked, row["output_tokens"]))
        way = "batch" if row["batch"] else "live"
        table.add_row(row["stage"], row["model"], way, *numbers, f"{row['usd']:,.4f}")
    console.print(table)
    console.print(f"Spent in all: ${sum(row['usd'] for row in rows):,.4f}", highlight=False)
    if unpriced := sum(row["unpriced_replies"] for row in rows):
        console.print(
            f"{unpriced:,} of the replies came from models without a price, so they count as $0: "
            "name their prices in a file ([claude] prices in clio.toml).",
            highlight=False,
        )


def _reasons(why: dict[str, str]) -> list[str]:
    """What is not sealed and why: one line a reason, one partition of each named."""
    alike: dict[str, list[str]] = {}
    for key, reason in why.items():
        alike.setdefault(reason, []).append(key)
    return [
        f"{keys[0]}{f' and {len(keys) - 1:,} more' if len(keys) > 1 else ''}: {reason}"
        for reason, keys in alike.items()
    ]
