"""`clio lineage`: from a published cluster back to what was landed."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clio_assets.cli.options import JsonOption
from clio_assets.errors import UsageError
from clio_assets.home.home import Home

if TYPE_CHECKING:
    from rich.console import Console

    from clio_assets.audit.trail import Gone, Step


def lineage(
    context: typer.Context,
    cluster: Annotated[
        str,
        typer.Argument(
            help="Id of a published cluster, or its name; of its newest window.",
            show_default=False,
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Trace a published cluster back to what was landed: runs, code, policy, rows, verdicts.

    Reads manifests and seals, no conversation; the numbers are exact, so keep them private.
    """
    from rich.console import Console

    from clio_assets.audit.trail import document, trail_of
    from clio_assets.run.declared import lake_of

    home: Home = context.obj
    home.require()
    found = published_cluster(home, cluster)
    lake = lake_of(home)
    trail = trail_of(lake, found["window"])
    if as_json:
        steps = list(document(trail))
        told = {"cluster": found, "steps": steps, "prompts_of_this_version": _prompts(steps)}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _print(Console(), found, trail)


def published_cluster(home: Home, wanted: str) -> dict[str, Any]:
    """Id, name, window and release of a published cluster. UsageError where there is none."""
    from clio_assets.lake.public import PublicDatabase

    rows = PublicDatabase(home.release_folders.database).query(
        'SELECT c.id AS cluster, c.name, c.facet, c.level, c."window", r.manifest, '
        "r.run_id AS run, "
        "strftime(r.released_at, '%Y-%m-%dT%H:%M:%SZ') AS released_at "
        'FROM clusters c JOIN releases r USING ("window") '
        "WHERE c.id = $wanted OR c.name = $wanted "
        'ORDER BY c.id = $wanted DESC, c."window" DESC, c.level, c.id',
        {"wanted": wanted},
    )
    found: list[dict[str, Any]] = rows.to_pylist()
    if not found:
        raise UsageError(
            "no such cluster is published; `clio tree --json` lists ids and names, and the "
            "explorer shows them"
        )
    return found[0]


def _prompts(steps: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Verb -> the files of its prompt, where a step asked a model; those of this version."""
    from clio_assets.analyst.claude.verbs.prompt import FOLDER

    asked = {verb for step in steps for verb in step.get("made_by", {}).get("prompts", {})}
    return {
        verb: path.read_text("utf-8")
        for verb in sorted(asked)
        if (path := FOLDER / f"{verb}.md").exists()
    }


def _print(console: "Console", found: Mapping[str, Any], trail: "list[Step | Gone]") -> None:
    from rich.markup import escape
    from rich.table import Table

    from clio_assets.audit.trail import Step

    console.print(
        f"[bold]{escape(found['name'])}[/] ({found['cluster']}), window {found['window']}, "
        f"released {found['released_at']} by run {found['run']}",
        highlight=False,
        soft_wrap=True,
    )
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in ("stage", "partition", "state", "in", "kept", "aside", "checks", "judged"):
        table.add_column(column, no_wrap=column in ("stage", "partition"), overflow="fold")
    for step in trail:
        if not isinstance(step, Step):
            table.add_row(step.stage, step.key, "gone", *[""] * 5)
            continue
        manifest, said = step.manifest, step.judgement
        passed = "" if said is None else f"{len(said.checks) - len(said.failed)}/{len(said.checks)}"
        table.add_row(
            step.stage,
            step.key,
            step.state,
            f"{manifest.rows_in:,}",
            f"{manifest.rows_kept:,}",
            f"{sum(manifest.rows_set_aside.values()):,}",
            passed,
            "" if said is None else f"{said.judged_at:%Y-%m-%d %H:%M}",
        )
    console.print(table)
    for line in _made_by(trail):
        console.print(line, highlight=False, soft_wrap=True)
    console.print(
        "`clio verify` holds all of it against the bytes; `--json` has digests, seals, set-aside "
        "reasons, verdicts, packages and prompts.",
        highlight=False,
        soft_wrap=True,
    )


def _made_by(trail: "list[Step | Gone]") -> list[str]:
    """What made the partitions, each thing once: code, commit, models, policy."""
    from clio_assets.audit.trail import Step

    lines: dict[str, None] = {}
    for step in trail:
        if not isinstance(step, Step) or step.judgement is None:
            continue
        software, said = step.judgement.software, step.judgement
        commit = software.get("commit", "")
        version = f"version {software.get('clio', 'unknown')}"
        lines[f"Made by {version}{f', commit {commit[:12]}' if commit else ''}"] = None
        lines[f"Policy version {said.policy_version} ({said.policy_digest[:12]})"] = None
        for role, model in step.manifest.provenance.models.items():
            lines[f"{step.stage}: {role} {model}"] = None
    return list(lines)
