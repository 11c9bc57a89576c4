"""`clio regate`: judge stored bytes again under the policy in force; makes and releases nothing."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clio_assets.cli.options import JsonOption
from clio_assets.ground.windows import listed_by_map
from clio_assets.home.home import Home
from clio_assets.verdicts.numbers import phrase

if TYPE_CHECKING:
    from clio_assets.judging.regate import Regated
    from privacy_checks.gates.judge import Judge

#: Outcome -> the word of the table.
WORDS = {
    "sealed": "sealed again",
    "refused": "refused",
    "waiting": "waits for inputs",
    "broken": "cannot be judged",
}


def regate(
    context: typer.Context,
    stage: Annotated[str | None, typer.Option(help="Only partitions of this stage.")] = None,
    partition: Annotated[
        str | None,
        typer.Option(
            help="Only the partition of this day or window; of a named map's, MAP@WINDOW."
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Judge partitions whose seal holds as well.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Judge stored partitions again, after the policy was tightened or a gate was changed.

    Nothing is made again and nothing is released. Ends with 3 where a gate refused a partition.
    """
    from uuid import uuid4

    from rich.console import Console

    from clio_assets.cli.progress import RichProgress
    from clio_assets.judging.regate import Selection, releases_not_sealed
    from clio_assets.judging.regate import regate as judge_again
    from clio_assets.run.declared import lake_of

    home: Home = context.obj
    home.require()
    lake = lake_of(home)
    home.check_access()
    chosen = Selection(stage, partition, everything)
    with home.only_run(), RichProgress(Console(stderr=True)) as progress:
        judges = _judges_of(home)
        judged = judge_again(lake, home.release_folders, chosen, f"regate-{uuid4()}", judges)
        done = list(progress.track(judged, "Judging partitions"))
    outdated = releases_not_sealed(lake, home.release_folders)
    if as_json:
        print(json.dumps(_as_json(home, done, outdated), indent=1))
    else:
        _print(Console(), done, outdated)
    outcomes = {one.outcome for one in done}
    raise typer.Exit(3 if "refused" in outcomes else 1 if "broken" in outcomes else 0)


def _judges_of(home: Home) -> "Mapping[str, Judge]":
    """Gates of this home's own: the thresholds that it sets for a release."""
    if not home.settings.evaluate.bounds:
        return {}
    from clio_assets.definitions import build_workbench
    from clio_assets.evaluate.release import judges_of

    return judges_of(build_workbench(home))


def _as_json(home: Home, done: "list[Regated]", outdated: dict[str, str]) -> dict[str, Any]:
    """The documented JSON form (docs/cli.md)."""
    return {
        "policy": {"version": home.policy.version, "digest": home.policy.digest},
        "judged": [
            {
                **{name: value for name, value in asdict(one).items() if name != "failed"},
                "failed": [{"check": c.check, "numbers": dict(c.numbers)} for c in one.failed],
            }
            for one in done
        ],
        "published_outdated": outdated,
    }


def _print(console: Any, done: "list[Regated]", outdated: dict[str, str]) -> None:
    if not done:
        console.print("Every seal holds; there is nothing to judge again.")
    else:
        console.print(f"{len(done):,} partitions looked at:", highlight=False)
        for why, count in Counter(one.before for one in done).items():
            console.print(f"  {count:,}: {why}", highlight=False, soft_wrap=True)
        console.print(_counts(done))
    for one in done:
        if one.outcome == "refused":
            console.print(f"{one.stage} {one.key} refused:", highlight=False)
            for check in one.failed:
                numbers = phrase(check.numbers)
                console.print(f"  {check.check}: {numbers}", highlight=False, soft_wrap=True)
    for one, more in _first_of_each(one for one in done if one.outcome in ("waiting", "broken")):
        others = f" and {more:,} more" if more else ""
        word = WORDS[one.outcome]
        console.print(
            f"{one.stage} {one.key}{others} {word}: {one.why}", highlight=False, soft_wrap=True
        )
    if any(one.outcome != "sealed" for one in done):
        console.print("What is not sealed is not read by anything; `clio run` makes it again.")
    for why, windows in _by_reason(outdated).items():
        console.print(
            f"Published, but no longer sealed: {listed_by_map(windows)} ({why}). `clio run` makes "
            "and releases again what changes.",
            highlight=False,
        )


def _counts(done: "list[Regated]") -> Any:
    """One row a stage, one column an outcome."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("stage")
    for word in WORDS.values():
        table.add_column(word, justify="right")
    counts: Counter[tuple[str, str]] = Counter((one.stage, one.outcome) for one in done)
    for stage in dict.fromkeys(one.stage for one in done):
        table.add_row(stage, *(f"{counts[stage, outcome]:,}" for outcome in WORDS))
    return table


def _first_of_each(partitions: "Iterable[Regated]") -> "list[tuple[Regated, int]]":
    """The first partition of every stage and outcome, and how many more there are."""
    alike: dict[tuple[str, str], list[Regated]] = {}
    for one in partitions:
        alike.setdefault((one.stage, one.outcome), []).append(one)
    return [(found[0], len(found) - 1) for found in alike.values()]


def _by_reason(outdated: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for window, why in outdated.items():
        found.setdefault(why, []).append(window)
    return found
