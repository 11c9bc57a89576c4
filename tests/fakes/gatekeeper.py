"""A gatekeeper without a lake."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.protocol import StoredPartition, Verdict


@dataclass(frozen=True)
class FakePartition:
    stage: str
    key: str
    analyst: str = ""
    tables: Sequence[str] = ()

    def table(self, name: str) -> pa.Table:
        raise KeyError(name)

    def inputs(self, stage: str) -> Sequence[StoredPartition]:
        return ()


@dataclass
class FakeGatekeeper:
    """Seals by the verdicts and remembers what it was told."""

    policy: PrivacyPolicy = field(default_factory=PrivacyPolicy)
    sealed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)

    def stored(self, stage: str, key: str) -> FakePartition:
        return FakePartition(stage, key)

    def decide(self, partition: StoredPartition, verdicts: Iterable[Verdict], run_id: str) -> bool:
        passed = all(verdict.passed for verdict in verdicts)
        (self.sealed if passed else self.refused).append(partition.key)
        return passed

    def release(self, partition: StoredPartition) -> None:
        self.released.append(partition.key)
