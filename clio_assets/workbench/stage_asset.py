"""A stage as it is made and shown, without Dagster: what each stage's `asset.py` says of itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from clio_assets.lake.records import Manifest
from clio_assets.workbench.workbench import Workbench

#: Where a stage's partitions lie (docs/architecture.md).
Zone = Literal["private", "staging", "public"]


@dataclass(frozen=True)
class StageAsset:
    """One stage.

    `make` makes the partition of a key from its sealed inputs and writes it, unsealed. `columns`
    are those of its main table. `prepare`, where there is one, sees the keys of all partitions of a
    run before the first of them is made.
    """

    stage: str
    description: str
    make: Callable[[Workbench, str], Manifest]
    columns: Callable[[Workbench], pa.Schema]
    kinds: frozenset[str] = frozenset({"python", "parquet"})
    zone: Zone = "private"
    prepare: Callable[[Workbench, Sequence[str]], None] | None = None
