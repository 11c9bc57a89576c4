"""Where a lake in a folder lies on the disk, for tests that look at its files or spoil them."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clio_assets.lake.envelope import SEAL
from clio_assets.lake.lake import Lake
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.storage import LocalStorage


def root_of(lake: Partitions) -> Path:
    """The folder of all partitions."""
    assert isinstance(lake.storage, LocalStorage)
    return lake.storage.root / "lake"


def folder_of(lake: Partitions, stage: str, key: str) -> Path:
    """The folder of one partition."""
    return root_of(lake) / stage / key


def predicate_in(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """What a signed statement says, whoever signed it."""
    payload = json.loads(base64.b64decode(envelope["payload"]))
    return dict(payload["predicate"])


def predicate_of(seal: Path) -> dict[str, Any]:
    """What a seal says."""
    return predicate_in(json.loads(seal.read_bytes()))


def signed_seal(lake: Lake, says: Mapping[str, Any]) -> bytes:
    """A seal that says anything at all, signed by the lake's own key."""
    return lake.signing.sign(SEAL, {f"{says['stage']}/{says['key']}": says["manifest"]}, says)
