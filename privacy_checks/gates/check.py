"""A gate as a blocking Dagster asset check: judge the stored bytes, then seal or refuse them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

import dagster as dg

from privacy_checks.expectations.suite import ExpectationError
from privacy_checks.ground.faults import muted, place_of, says_nothing
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.protocol import StoredPartition, Verdict

Judge = Callable[[StoredPartition, PrivacyPolicy], Sequence[Verdict]]


#: Metadata of a `dg.Failure`: what a command that meets it exits with.
EXIT_CODE: Final = "exit_code"


class GateError(Exception):
    """A gate could not run; nothing is sealed. The message holds no content."""

    exit_code = 3


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


class Gatekeeper(Protocol):
    """What a gate is given: the stored bytes, the policy, and the place for its word."""

    @property
    def policy(self) -> PrivacyPolicy:
        """The policy in force."""
        ...

    def stored(self, stage: str, key: str) -> StoredPartition:
        """The partition as it lies on disk."""
        ...

    def decide(self, partition: StoredPartition, verdicts: Iterable[Verdict], run_id: str) -> bool:
        """Keep the verdicts; seal where all passed. True if the partition is sealed now."""
        ...

    def release(self, partition: StoredPartition) -> None:
        """Publish a sealed partition of the last stage."""
        ...


def judge_partition(
    gatekeeper: Gatekeeper, judge: Judge, stage: str, key: str, run_id: str
) -> tuple[bool, Sequence[Verdict]]:
    """Judge one partition and keep the decision; trouble on the way seals nothing."""
    try:
        with muted():
            partition = gatekeeper.stored(stage, key)
            verdicts = judge(partition, gatekeeper.policy)
        return gatekeeper.decide(partition, verdicts, run_id), verdicts
    except BaseException as error:  # panics of native libraries are no `Exception`
        if says_nothing(error) or getattr(error, "exit_code", None) is not None:
            raise error from None  # the platform's own errors hold no content and say what to do
        # an ExpectationError says which expectation it was, and no values
        why = str(error) if isinstance(error, ExpectationError) else type(error).__name__
        raise GateError(
            f"the gate of {stage} {key} could not run ({why} at {place_of(error)}); "
            "nothing is sealed"
        ) from None


def build_gate(
    stage: str,
    judge: Judge,
    partitions: dg.PartitionsDefinition[str],
    *,
    releases: bool = False,
) -> dg.AssetChecksDefinition:
    """The blocking check of one stage; `releases` publishes what it has sealed."""

    @dg.asset_check(
        asset=dg.AssetKey(stage),
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
        for key in context.partition_keys:
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
