"""Gates as Dagster shows them: a blocking check a stage and one for each of its rules, told of
each partition by itself.

The seal, not Dagster, enforces a gate (docs/architecture.md): Dagster's own blocking holds within
one run only, and one result for all partitions of a run names none of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import dagster as dg
from dagster import AssetCheckEvaluation
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,
)

from privacy_checks.gates.meanings import MEANINGS
from privacy_checks.policy.model import PrivacyPolicy

#: Metadata of a `dg.Failure`: what a command that meets it exits with.
EXIT_CODE: Final = "exit_code"


@contextmanager
def failures_with_exit_codes() -> Iterator[None]:
    """Let errors that have an exit code reach Dagster with it: as a `dg.Failure` in their words.

    Dagster keeps no exceptions. Of any other but a `dg.Failure` it keeps text alone, and whoever
    reads the run would have to guess from that what stopped it.
    """
    try:
        yield
    except Exception as error:
        code = getattr(error, "exit_code", None)  # as the platform's own errors have
        if code is None:
            raise
        raise dg.Failure(str(error), {EXIT_CODE: code}, allow_retries=False) from None


def gate_of(stage: str) -> str:
    """The name of the check that is the whole gate."""
    return f"{stage}_gate"


def gate_checks(
    stage: str,
    asset: dg.AssetKey,
    partitions: dg.PartitionsDefinition[str],
    more: Mapping[str, str] | None = None,
) -> list[dg.AssetCheckSpec]:
    """The checks of one stage's asset: the gate, and every rule of it by its own name.

    `more` are rules that this home's configuration adds, with what they ask for.
    """
    whole = dg.AssetCheckSpec(
        gate_of(stage),
        asset=asset,
        blocking=True,
        partitions_def=partitions,
        description=f"Re-reads {stage} from disk and seals what passes every rule. Nothing reads "
        "what is not sealed.",
    )
    rules = [
        dg.AssetCheckSpec(rule, asset=asset, partitions_def=partitions, description=meaning)
        for rule, meaning in {**MEANINGS[stage], **(more or {})}.items()
    ]
    return [whole, *rules]


@dataclass(frozen=True)
class Judged:
    """What a gate said of one partition.

    `rules` have whether each passed, and its numbers; `why` is the sentence of a partition that is
    not sealed. Where the gate could not judge, there are no rules.
    """

    asset: dg.AssetKey
    stage: str
    partition: str
    sealed: bool
    rules: Mapping[str, tuple[bool, Mapping[str, int | float]]]
    why: str = ""


def evaluations(
    judged: Judged,
    policy: PrivacyPolicy,
    target: dg.EventLogRecord | None,
    selected: Iterable[dg.AssetCheckKey],
) -> Iterator[AssetCheckEvaluation]:
    """One event for each selected check of a partition: the gate first, then its rules.

    `target` is the record of the partition's materialization, absent where it is not sealed. Rules
    that do not apply to this home are told to have passed; where the gate did not judge, nothing
    is said of rules.
    """
    found = sorted({key.name for key in selected if key.asset_key == judged.asset})
    aim = None if target is None else _aim(target)
    gate = gate_of(judged.stage)
    failed = [rule for rule, (passed, _) in judged.rules.items() if not passed]
    if gate in found:
        yield AssetCheckEvaluation(
            asset_key=judged.asset,
            check_name=gate,
            passed=judged.sealed,
            metadata={
                "failed_rules": ", ".join(failed) or "none",
                "policy_version": str(policy.version),  # a number would be plotted
                "policy_digest": policy.digest,
            },
            target_materialization_data=aim,
            severity=dg.AssetCheckSeverity.ERROR,
            description=judged.why or None,
            blocking=True,
            partition=judged.partition,
        )
    if judged.rules:
        for rule in (name for name in found if name != gate):
            passed, numbers = judged.rules.get(rule, (True, {}))
            yield AssetCheckEvaluation(
                asset_key=judged.asset,
                check_name=rule,
                passed=passed,
                metadata=dict(numbers),
                target_materialization_data=aim,
                severity=dg.AssetCheckSeverity.ERROR,
                description=None if rule in judged.rules else "Not asked for in this home.",
                blocking=False,
                partition=judged.partition,
            )


def _aim(record: dg.EventLogRecord) -> AssetCheckEvaluationTargetMaterializationData:
    return AssetCheckEvaluationTargetMaterializationData(
        storage_id=record.storage_id, run_id=record.run_id, timestamp=record.timestamp
    )
