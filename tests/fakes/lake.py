"""Where a lake in a folder lies on the disk, for tests that look at its files or spoil them."""

from pathlib import Path

from clio_assets.lake.partitions import Partitions
from clio_assets.lake.storage import LocalStorage


def root_of(lake: Partitions) -> Path:
    """The folder of all partitions."""
    assert isinstance(lake.storage, LocalStorage)
    return lake.storage.root / "lake"


def folder_of(lake: Partitions, stage: str, key: str) -> Path:
    """The folder of one partition."""
    return root_of(lake) / stage / key
