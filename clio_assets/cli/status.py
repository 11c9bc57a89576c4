"""`clio status`: what is made, sealed, refused and published in this home."""

import json
from typing import TYPE_CHECKING, Any

import typer

from clio_assets.cli.options import JsonOption
from clio_assets.home import Home

if TYPE_CHECKING:
    from clio_assets.lake.lake import Lake


#: Why records of a source are left out although nothing is wrong with them.
_ERASED = ("forgotten", "past_retention")


def status(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show every stage's partitions: sealed, refused (and why), not judged; and the releases."""
    from rich.console import Console

    home: Home = context.obj
    found = read_status(home)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        _print(Console(), found)


def read_status(home: Home) -> dict[str, Any]:
    """The documented JSON form (docs/cli.md); manifests and seals only, no table is opened."""
    from clio_assets.erasure.awaiting import awaiting_release
    from clio_assets.lake.lake import LANDING, Lake
    from clio_assets.lake.release import released
    from clio_assets.recipes import STAGES

    record = home.record
    lake = Lake(home.lake, home.policy)
    return {
        "window": record.window,
        "first_day": record.first_day.isoformat(),
        "policy": {"version": home.policy.version, "digest": home.policy.digest},
        "landing": [_landing(lake, key) for key in lake.keys(LANDING)],
        "stages": [_stage(lake, stage) for stage in STAGES],
        "published": sorted(released(home.release_folders)),
        "awaiting_release": awaiting_release(home),
    }


def _landing(lake: "Lake", key: str) -> dict[str, Any]:
    manifest = lake.stored("landing", key).manifest
    set_aside = dict(manifest.rows_set_aside)
    return {
        "source": key,
        "records": manifest.rows_in,
        "landed": manifest.rows_kept,
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


def _print(console: Any, found: dict[str, Any]) -> None:
    from rich.table import Table

    policy = found["policy"]
    console.print(
        f"One map per window of kind [bold]{found['window']}[/], from {found['first_day']}; "
        f"privacy policy version {policy['version']} ({policy['digest'][:12]})",
        highlight=False,
    )
    for source in found["landing"]:
        rejected, erased = (sum(source[name].values()) for name in ("rejected", "erased"))
        console.print(
            f"Source {source['source']}: {source['records']:,} records, "
            f"{source['landed']:,} landed, {rejected:,} rejected"
            + (f", {erased:,} forgotten or past retention" if erased else ""),
            highlight=False,
        )
    table = Table(box=None, pad_edge=False)
    for column in ("stage", "partitions", "sealed", "not sealed", "rows in", "kept", "set aside"):
        table.add_column(column, justify="left" if column == "stage" else "right")
    for stage in found["stages"]:
        rows = stage["rows"]
        table.add_row(
            stage["stage"],
            f"{stage['partitions']:,}",
            f"{stage['sealed']:,}",
            f"{len(stage['unsealed']):,}",
            *(f"{rows[name]:,}" for name in ("in", "kept", "set_aside")),
        )
    console.print(table)
    if any(stage["why"] for stage in found["stages"]):
        for stage in found["stages"]:
            for line in _reasons(stage["why"]):
                console.print(f"{stage['stage']} {line}", highlight=False, soft_wrap=True)
        console.print(
            "What is not sealed is not read. `clio regate` judges it again as it is stored, "
            "`clio run` makes it again."
        )
    console.print(f"Published windows: {', '.join(found['published']) or 'none'}", highlight=False)
    if found["awaiting_release"]:
        console.print(
            f"Published before an erasure, so `clio run` makes them anew: "
            f"{', '.join(found['awaiting_release'])}",
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
