"""`clio status`: what is made, sealed, refused and published in this home."""

import json
from typing import TYPE_CHECKING, Any

import typer

from clio_assets.cli.options import JsonOption
from clio_assets.home import Home

if TYPE_CHECKING:
    from clio_assets.lake.lake import Lake


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
    }


def _landing(lake: "Lake", key: str) -> dict[str, Any]:
    manifest = lake.stored("landing", key).manifest
    return {
        "source": key,
        "records": manifest.rows_in,
        "landed": manifest.rows_kept,
        "rejected": dict(manifest.rows_set_aside),
    }


def _stage(lake: "Lake", stage: str) -> dict[str, Any]:
    """Counts of one stage; refused partitions with the checks that failed and their numbers."""
    keys = lake.keys(stage)
    sealed = [key for key in keys if lake.seal(stage, key) is not None]
    refused = {}
    rows = dict.fromkeys(("in", "kept", "set_aside"), 0)
    for key in keys:
        refusal = lake.refusal(stage, key)
        if refusal is not None:
            refused[key] = [
                {"check": check.check, "numbers": dict(check.numbers)}
                for check in refusal.checks
                if not check.passed
            ]
        manifest = lake.manifest(stage, key)
        if manifest is not None:
            rows["in"] += manifest.rows_in
            rows["kept"] += manifest.rows_kept
            rows["set_aside"] += sum(manifest.rows_set_aside.values())
    return {
        "stage": stage,
        "partitions": len(keys),
        "sealed": len(sealed),
        "unsealed": [key for key in keys if key not in sealed],
        "refused": refused,
        "rows": rows,
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
        rejected = sum(source["rejected"].values())
        console.print(
            f"Source {source['source']}: {source['records']:,} records, "
            f"{source['landed']:,} landed, {rejected:,} rejected",
            highlight=False,
        )
    table = Table(box=None, pad_edge=False)
    for column in ("stage", "partitions", "sealed", "rows in", "kept", "set aside", "to do"):
        table.add_column(column, justify="left" if column in ("stage", "to do") else "right")
    for stage in found["stages"]:
        refused = "; ".join(
            f"{key} refused: {', '.join(c['check'] for c in checks) or 'no check ran'}"
            for key, checks in stage["refused"].items()
        )
        waiting = [key for key in stage["unsealed"] if key not in stage["refused"]]
        todo = "; ".join(part for part in (refused, _unjudged(waiting)) if part)
        rows = stage["rows"]
        table.add_row(
            stage["stage"],
            f"{stage['partitions']:,}",
            f"{stage['sealed']:,}",
            *(f"{rows[name]:,}" for name in ("in", "kept", "set_aside")),
            todo or "-",
        )
    console.print(table)
    console.print(f"Published windows: {', '.join(found['published']) or 'none'}", highlight=False)


def _unjudged(keys: list[str]) -> str:
    return f"{len(keys)} not sealed, first {keys[0]}: materialize again" if keys else ""
