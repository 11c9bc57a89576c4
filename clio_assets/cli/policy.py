"""`clio policy`: the privacy policy in force, in plain words, and what holds under it."""

import json
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clio_assets.cli.options import JsonOption
from clio_assets.errors import UsageError
from clio_assets.home.home import Home

if TYPE_CHECKING:
    from clio_assets.lake.lake import Lake


def policy(
    context: typer.Context,
    init: Annotated[
        bool, typer.Option("--init", help="Write a commented privacy.toml with the defaults.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Explain the privacy policy in force, field by field, and count what holds under it."""
    from rich.console import Console

    home: Home = context.obj
    if init:
        _write(home)
        print(f"wrote {home.policy_file.name}; nothing changes until you edit it")
        return
    found = read_policy(home)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        _print(Console(), found)


def read_policy(home: Home) -> dict[str, Any]:
    """The documented JSON form (docs/cli.md); manifests and seals only, no table is opened."""
    from clio_assets.run.declared import lake_of
    from clio_assets.stages import STAGES
    from privacy_checks.policy.explain import explain

    in_file = home.policy.model_fields_set
    lake = lake_of(home)
    return {
        "version": home.policy.version,
        "digest": home.policy.digest,
        "file": home.policy_file.exists(),
        "fields": [
            {
                "field": one.field,
                "value": home.policy.model_dump(mode="json")[one.field],
                "says": one.says,
                "protects": one.protects,
                "from": home.policy_file.name if one.field in in_file else "default",
            }
            for one in explain(home.policy)
        ],
        "partitions": [_holding(lake, stage) for stage in STAGES],
    }


def _holding(lake: "Lake", stage: str) -> dict[str, Any]:
    standings = [lake.standing(stage, key) for key in lake.keys(stage)]
    return {
        "stage": stage,
        "hold": sum(standing.sealed for standing in standings),
        "do_not_hold": dict(Counter(s.why for s in standings if not s.sealed)),
    }


def _write(home: Home) -> None:
    from privacy_checks.policy.explain import policy_file
    from privacy_checks.policy.model import PrivacyPolicy

    home.path.mkdir(parents=True, exist_ok=True)
    try:
        with home.policy_file.open("x", encoding="utf-8") as handle:
            handle.write(policy_file(PrivacyPolicy()))
    except FileExistsError:
        raise UsageError(
            f"{home.policy_file.name} exists already and is not overwritten; edit it, or move it "
            "away first"
        ) from None


def _print(console: Any, found: dict[str, Any]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    console.print(
        f"Privacy policy version {found['version']}, digest {found['digest'][:12]}", highlight=False
    )
    if not found["file"]:
        console.print("There is no privacy.toml: these are the defaults. --init writes them down.")
    for one in found["fields"]:
        if one["field"] == "version":
            continue
        value = "not set" if one["value"] is None else json.dumps(one["value"], ensure_ascii=False)
        console.print(f"\n{one['says']}", highlight=False, markup=False)
        setting = f"{one['field']} = {value} ({one['from']}). Protects {one['protects']}."
        console.print(Padding(Text(setting, style="dim"), (0, 0, 0, 2)))
    hold = sum(stage["hold"] for stage in found["partitions"])
    console.print(f"\n{hold:,} partitions are sealed and hold under this policy.", highlight=False)
    for stage in found["partitions"]:
        for why, count in stage["do_not_hold"].items():
            console.print(f"{stage['stage']}: {count:,} do not: {why}", highlight=False)
    if any(stage["do_not_hold"] for stage in found["partitions"]):
        console.print("`clio regate` judges what is stored again; `clio status` lists it.")
