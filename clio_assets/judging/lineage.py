"""Where a window's release comes from: every partition behind it, who judged them, and when."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Judgement, Manifest
from clio_assets.stages import LANDING, STAGES

LAST = "audited_summaries"

#: Counts of what models' answers took (see `Analyst.usage`).
_USAGE = ("input_tokens", "output_tokens", "microdollars")

Sealed = tuple[Manifest, Judgement]


@dataclass(frozen=True)
class StageLineage:
    """How one stage's partitions of a window came about; see LINEAGE."""

    stage: str
    partitions: int
    data_digest: str
    runs: Sequence[str]
    code_version: str
    analyst: str
    models: Mapping[str, str]
    prompts: Mapping[str, str]
    policy_version: int
    policy_digest: str
    rows_in: int
    rows_kept: int
    rows_set_aside: int
    input_tokens: int = 0
    output_tokens: int = 0
    microdollars: int = 0


@dataclass(frozen=True)
class StageVerdict:
    """What one check said of a stage's partitions of a window; see VERDICTS."""

    stage: str
    check: str
    partitions: int
    passed: int
    policy_digest: str
    sealed_at: datetime


def behind(lake: Lake, window: str) -> dict[str, dict[str, Sealed]]:
    """Stage -> key -> manifest and seal of every partition that a window's summaries rest on.

    Follows the inputs recorded in the manifests, from the summaries back to the conversations.
    """
    found: dict[str, dict[str, Sealed]] = {stage: {} for stage in STAGES}
    waiting = [(LAST, window)]
    while waiting:
        stage, key = waiting.pop()
        if stage == LANDING or key in found[stage]:
            continue
        manifest = lake.sealed_manifest(stage, key)
        seal = lake.seal(stage, key)
        if seal is not None:
            found[stage][key] = (manifest, seal)
        waiting += [(up, up_key) for up, keys in manifest.inputs.items() for up_key in keys]
    return {stage: dict(sorted(sealed.items())) for stage, sealed in found.items() if sealed}


def lineage_of(lake: Lake, window: str) -> list[StageLineage]:
    """One record a stage, in the order of the stages."""
    return [_lineage(stage, list(found.values())) for stage, found in behind(lake, window).items()]


def verdicts_of(lake: Lake, window: str) -> list[StageVerdict]:
    """One record a stage and check, in the order of the stages and of the gates' checks."""
    records = []
    for stage, found in behind(lake, window).items():
        seals = [seal for _, seal in found.values()]
        checks = dict.fromkeys(check.check for seal in seals for check in seal.checks)
        records += [_verdict(stage, check, seals) for check in checks]
    return records


def _lineage(stage: str, sealed: list[Sealed]) -> StageLineage:
    manifests = [manifest for manifest, _ in sealed]
    provenance = manifests[-1].provenance
    # of whole manifests: their recipes rest on keyed pseudonyms, so that nobody can find out exact
    # sizes by digesting guesses of a small table
    contents = json.dumps([[manifest.key, manifest.digest] for manifest in manifests])
    daily = STAGES[stage].cadence == "day"
    return StageLineage(
        stage=stage,
        partitions=len(manifests),
        data_digest=hashlib.sha256(contents.encode()).hexdigest(),
        runs=[] if daily else sorted({seal.run_id for _, seal in sealed}),
        code_version=provenance.code_version,
        analyst=provenance.analyst,
        models=provenance.models,
        prompts=provenance.prompts,
        policy_version=sealed[-1][1].policy_version,
        policy_digest=sealed[-1][1].policy_digest,
        rows_in=sum(manifest.rows_in for manifest in manifests),
        rows_kept=sum(manifest.rows_kept for manifest in manifests),
        rows_set_aside=sum(sum(m.rows_set_aside.values()) for m in manifests),
        **{name: sum(m.counts.get(name, 0) for m in manifests) for name in _USAGE},
    )


def _verdict(stage: str, check: str, seals: list[Judgement]) -> StageVerdict:
    outcomes = [c.passed for seal in seals for c in seal.checks if c.check == check]
    return StageVerdict(
        stage=stage,
        check=check,
        partitions=len(outcomes),
        passed=sum(outcomes),
        policy_digest=seals[-1].policy_digest,
        sealed_at=max(seal.judged_at for seal in seals),
    )
