"""A gate as a blocking Dagster asset check: judge the stored bytes, then seal or refuse them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import dagster as dg

from privacy_checks.gates.judge import Gatekeeper, Judge, judge_partition

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


def build_gate(
    stage: str,
    judge: Judge,
    partitions: dg.PartitionsDefinition[str],
    *,
    releases: bool = False,
    asset: dg.AssetKey | None = None,
    key_of: Callable[[str], str] = str,
) -> dg.AssetChecksDefinition:
    """The blocking check of one stage; `releases` publishes what it has sealed.

    `asset` is the stage's, where it is not called as the stage; `key_of` gives the key that the
    lake has for one of Dagster's partitions.
    """

    @dg.asset_check(
        asset=asset or dg.AssetKey(stage),
        name=f"{stage}_gate",
        blocking=True,
        partitions_def=partitions,
        description=f"Re-reads {stage} from disk and seals each partition that passes every rule.",
    )
    def gate(
        context: dg.AssetCheckExecutionContext, gatekeeper: dg.ResourceParam[Gatekeeper]
    ) -> dg.AssetCheckResult:
        refused: dict[str, list[str]] = {}
        numbers: dict[str, dict[str, dict[str, int | float]]] = {}
        for key in map(key_of, context.partition_keys):
            with failures_with_exit_codes():
                sealed, verdicts = judge_partition(
                    gatekeeper, judge, stage, key, context.run.run_id
                )
                if sealed and releases:
                    gatekeeper.release(gatekeeper.stored(stage, key))
            numbers[key] = {v.check: {"passed": int(v.passed), **v.numbers} for v in verdicts}
            if not sealed:
                refused[key] = [v.check for v in verdicts if not v.passed]
        return dg.AssetCheckResult(
            passed=not refused,
            severity=dg.AssetCheckSeverity.ERROR,
            metadata={
                "sealed": len(context.partition_keys) - len(refused),
                "refused": dg.MetadataValue.json(refused),
                "policy_version": gatekeeper.policy.version,
                "policy_digest": gatekeeper.policy.digest,
                "numbers": dg.MetadataValue.json(numbers),
            },
        )

    return gate
