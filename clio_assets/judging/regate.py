"""Judging stored bytes again under the policy in force, without making any of them again."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Literal

from clio_assets.errors import LakeError, StageError, UsageError, contained
from clio_assets.home.erasures import is_purged
from clio_assets.judging.gatekeeper import LakeGatekeeper
from clio_assets.lake.folders import ReleaseFolders
from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Check, Manifest
from clio_assets.lake.release import released
from clio_assets.lake.standing import Standing
from clio_assets.stages import LANDING, STAGES
from privacy_checks.gates.judge import Judge, judge_partition

Outcome = Literal[
    "sealed",
    "refused",
    "waiting",  # its inputs must be sealed, or made again, first
    "broken",  # the bytes are damaged, or the gate itself could not run
]


@dataclass(frozen=True)
class Regated:
    """What became of one partition. `before` says why it was judged again."""

    stage: str
    key: str
    outcome: Outcome
    before: str
    why: str = ""
    failed: tuple[Check, ...] = ()


@dataclass(frozen=True)
class Selection:
    """Which partitions to judge: of one stage, of one key, and whether those that hold as well."""

    stage: str | None = None
    key: str | None = None
    everything: bool = False

    def partitions(self, lake: Lake) -> list[tuple[str, str]]:
        """The partitions, inputs before what is made of them. UsageError where none is so named."""
        if self.stage not in (None, *STAGES):
            raise UsageError(f"--stage must be one of {', '.join(STAGES)}")
        named = [
            (stage, key)
            for stage in STAGES
            if self.stage in (None, stage)
            for key in lake.keys(stage)
            if self.key in (None, key)
        ]
        if not named and (self.stage or self.key):
            raise UsageError(
                "no such partition has been made; `clio status` lists the stages, and a "
                "partition is named by its day or its window's first day"
            )
        return named


def regate(
    lake: Lake,
    folders: ReleaseFolders,
    selection: Selection,
    run_id: str,
    judges: Mapping[str, Judge] | None = None,
) -> Iterator[Regated]:
    """Judge the selected partitions whose seal does not hold, in the order of the stages.

    Stage by stage, so that what is sealed on the way can be the input of what follows. Releases
    nothing. Yields one record for each partition that was looked at. `judges` stand in for the
    gates of their stages.
    """
    from privacy_checks.gates.table import GATES  # all gates are a second to import

    gatekeeper, gates = LakeGatekeeper(lake, folders), {**GATES, **(judges or {})}
    for stage, key in selection.partitions(lake):
        standing = lake.standing(stage, key)
        if standing.manifest is None or (standing.sealed and not selection.everything):
            continue
        looked_at = Regated(stage, key, "waiting", standing.why)
        waits_for = _missing_inputs(lake, standing.manifest)
        if standing.state == "code_changed":
            # a gate judges bytes, not the code that they came from
            yield replace(looked_at, why="the stage's code has changed; `clio run` makes it again")
        elif waits_for:
            more = f", and {len(waits_for) - 1} more" if len(waits_for) > 1 else ""
            yield replace(looked_at, why=waits_for[0] + more)
        else:
            yield _judged(gatekeeper, gates[stage], looked_at, run_id)


def _missing_inputs(lake: Lake, manifest: Manifest) -> list[str]:
    """Inputs that are gone, made again or not sealed: then there is nothing to judge by."""
    found = []
    for stage, keys in manifest.inputs.items():
        for key, content in sorted(keys.items()):
            standing = lake.standing(stage, key)
            if standing.manifest is None:
                found.append(f"{stage} {key} is no longer there")
            elif standing.manifest.content_for(manifest.stage, manifest.key) != content:
                found.append(f"made from an older {stage} {key}; `clio run` makes it again")
            elif stage != LANDING and not standing.sealed:  # what is landed has no seal
                found.append(f"{stage} {key} is not sealed")
    return found


def _judged(gatekeeper: LakeGatekeeper, judge: Judge, partition: Regated, run_id: str) -> Regated:
    """Judge one partition; trouble on the way seals nothing."""
    where = (partition.stage, partition.key)
    try:
        sealed, verdicts = judge_partition(gatekeeper, judge, *where, run_id, _contained)
    except (LakeError, StageError) as error:
        return replace(partition, outcome="broken", why=str(error))
    if sealed:
        return replace(partition, outcome="sealed")
    failed = tuple(
        Check(check=v.check, passed=False, numbers=dict(v.numbers))
        for v in verdicts
        if not v.passed
    )
    why = ", ".join(check.check for check in failed) or "no check ran"
    return replace(partition, outcome="refused", why=why, failed=failed)


def _contained(stage: str, key: str) -> AbstractContextManager[None]:
    """A gate that breaks is a stage that breaks: said as `clio run` says it."""
    return contained(f"the gate of {stage}", key)


def releases_not_sealed(lake: Lake, folders: ReleaseFolders) -> dict[str, str]:
    """Published window -> why it, or what it rests on, is not sealed; without those that are.

    A window that was purged stays public without anything behind it: that is no fault.
    """
    found = {}
    for window, digest in sorted(released(folders).items()):
        standing = lake.standing("published_insights", window)
        if standing.state == "absent" and is_purged(folders.private, window):
            continue
        if standing.manifest is not None and standing.manifest.digest != digest:
            found[window] = "it was made again and not released since"
        elif unsealed := _first_unsealed(lake, standing):
            found[window] = f"{unsealed.stage}: {unsealed.why}"
    return found


def _first_unsealed(lake: Lake, standing: Standing) -> Standing | None:
    """The partition itself, or the first of those behind it, whose seal does not hold.

    What is behind it and gone was purged; its seals have gone with it.
    """
    waiting, seen = [standing], {(standing.stage, standing.key)}
    while waiting:
        one = waiting.pop(0)
        if not one.sealed:
            return one
        for stage, keys in one.manifest.inputs.items() if one.manifest else ():
            for key in sorted(set(keys) - {k for s, k in seen if s == stage}):
                seen.add((stage, key))
                if stage != LANDING and lake.manifest(stage, key) is not None:
                    waiting.append(lake.standing(stage, key))
    return None
