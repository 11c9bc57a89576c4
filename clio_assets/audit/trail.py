"""From a published cluster back to what was landed: every partition on the way, with what made it,
who judged it, and what came in and went out. Manifests and seals only: no table is opened."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Judgement, Manifest
from clio_assets.stages import LANDING, RELEASED, STAGES


@dataclass(frozen=True)
class Step:
    """One partition. `judgement` is absent of what is landed, which has no gate, and where no seal
    is kept; `seal` is the digest of the signed statement, "" without one."""

    manifest: Manifest
    judgement: Judgement | None
    state: str
    seal: str

    @property
    def stage(self) -> str:
        """The partition's stage."""
        return self.manifest.stage

    @property
    def key(self) -> str:
        """The partition's key."""
        return self.manifest.key


@dataclass(frozen=True)
class Gone:
    """A partition on the way of which nothing is kept any more."""

    stage: str
    key: str


def trail_of(lake: Lake, window: str) -> list[Step | Gone]:
    """Everything behind a window's release, from the release back: stage by stage, keys in order.

    A partition that was deleted by the rules is there with its last manifest and seal.
    """
    found: dict[tuple[str, str], Step | Gone] = {}
    waiting = [(RELEASED, window)]
    while waiting:
        at = waiting.pop()
        if at in found:
            continue
        found[at] = step = _step(lake, *at)
        if isinstance(step, Step):
            waiting += [(up, key) for up, keys in step.manifest.inputs.items() for key in keys]
    order = [*reversed(list(STAGES)), LANDING]
    return [found[at] for at in sorted(found, key=lambda at: (order.index(at[0]), at[1]))]


def _step(lake: Lake, stage: str, key: str) -> Step | Gone:
    if stage == LANDING:
        manifest = lake.manifest(stage, key)
        return Gone(stage, key) if manifest is None else Step(manifest, None, "landed", "")
    standing = lake.standing_or_last(stage, key)
    if standing.manifest is None:
        return Gone(stage, key)
    return Step(standing.manifest, standing.judgement, standing.state, lake.seal_digest(stage, key))


def document(trail: list[Step | Gone]) -> Iterator[dict[str, Any]]:
    """The trail in the documented JSON form (docs/cli.md). Exact counts: it is for who may see the
    private zone."""
    for step in trail:
        if isinstance(step, Gone):
            yield {"stage": step.stage, "key": step.key, "state": "gone"}
            continue
        manifest = step.manifest
        yield {
            "stage": step.stage,
            "key": step.key,
            "state": step.state,
            "manifest": manifest.digest,
            "seal": step.seal,
            "recipe": manifest.recipe,
            "inputs": {stage: dict(keys) for stage, keys in manifest.inputs.items()},
            "tables": {name: table.sha256 for name, table in manifest.tables.items()},
            "made_by": manifest.provenance.model_dump(mode="json"),
            "rows": {
                "in": manifest.rows_in,
                "kept": manifest.rows_kept,
                "set_aside": dict(sorted(manifest.rows_set_aside.items())),
            },
            "counts": dict(sorted(manifest.counts.items())),
            **({} if step.judgement is None else _judged(step.judgement)),
        }


def _judged(judgement: Judgement) -> dict[str, Any]:
    return {
        "run": judgement.run_id,
        "judged_at": judgement.judged_at.isoformat(),
        "gate_version": judgement.gate,
        "policy": judgement.policy.model_dump(mode="json"),
        "policy_digest": judgement.policy_digest,
        "software": dict(judgement.software),
        "checks": [check.model_dump(mode="json") for check in judgement.checks],
    }
