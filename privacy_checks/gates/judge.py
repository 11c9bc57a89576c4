"""Judging one partition with its gate: the same for a Dagster check and for `clio regate`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from privacy_checks.expectations.suite import ExpectationError
from privacy_checks.ground.faults import muted, place_of, reason_of, says_nothing
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.protocol import StoredPartition, Verdict

Judge = Callable[[StoredPartition, PrivacyPolicy], Sequence[Verdict]]

#: Given stage and key: lets no foreign error pass with its message, which may quote a conversation.
Containment = Callable[[str, str], AbstractContextManager[None]]


class GateError(Exception):
    """A gate could not run; nothing is sealed. The message holds no content."""

    exit_code = 3


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


@contextmanager
def as_gate_error(stage: str, key: str) -> Iterator[None]:
    """Let the platform's own errors through; of any other tell kind and place in a GateError."""
    try:
        with muted():
            yield
    except BaseException as error:  # panics of native libraries are no `Exception`
        if says_nothing(error) or getattr(error, "exit_code", None) is not None:
            raise error from None  # the platform's own errors hold no content and say what to do
        # an ExpectationError says which expectation it was, and no values
        why = str(error) if isinstance(error, ExpectationError) else type(error).__name__
        why = f"{why}: {reason}" if (reason := reason_of(error)) else why
        raise GateError(
            f"the gate of {stage} {key} could not run ({why} at {place_of(error)}); "
            "nothing is sealed"
        ) from None


def judge_partition(
    gatekeeper: Gatekeeper,
    judge: Judge,
    stage: str,
    key: str,
    run_id: str,
    contained: Containment = as_gate_error,
) -> tuple[bool, Sequence[Verdict]]:
    """Judge one partition and keep the decision; trouble on the way seals nothing.

    Whether it is sealed now, and the verdicts. `contained` stands around all of it.
    """
    with contained(stage, key):
        partition = gatekeeper.stored(stage, key)
        verdicts = tuple(judge(partition, gatekeeper.policy))
        return gatekeeper.decide(partition, verdicts, run_id), verdicts
