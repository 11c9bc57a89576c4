"""What a gate needs of the lake: stored bytes in, verdicts out. Nothing of the platform's code.

A gate is a pure function `judge(partition, policy) -> tuple[Verdict, ...]`: it looks only at what
is on disk, through `StoredPartition`, and repeats on purpose what the producer should have done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from privacy_checks.stored.declared import Declared


@dataclass(frozen=True)
class Verdict:
    """What one check found. `numbers` are counts, bounds and shares; never content."""

    check: str
    passed: bool
    numbers: Mapping[str, int | float] = field(default_factory=dict)


class StoredPartition(Protocol):
    """One partition as its bytes lie on disk, sealed or not."""

    @property
    def stage(self) -> str:
        """Name of the stage that wrote it, `landing` for the landed copy of a source."""
        ...

    @property
    def key(self) -> str:
        """The partition's key: a day, a window, or the digest of a source for `landing`."""
        ...

    @property
    def analyst(self) -> str:
        """Name of the analyst that had a part in it; empty where none had."""
        ...

    @property
    def declared(self) -> Declared:
        """What the operator's configuration says of facets and categories; not the producer."""
        ...

    @property
    def tables(self) -> Sequence[str]:
        """Names of the tables it holds, sorted."""
        ...

    def table(self, name: str) -> pa.Table:
        """The table, read from disk now; the bytes are verified against the manifest."""
        ...

    def inputs(self, stage: str) -> Sequence["StoredPartition"]:
        """The partitions of an earlier stage that it was made from, in key order.

        Refused where an input is no longer sealed (landing has no seals) or has other bytes than
        those the partition was made from.
        """
        ...
