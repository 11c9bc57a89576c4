"""What lies beside the tables of a partition: its manifest, and its seal or refusal."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from clio_assets.stages import LANDING, landed_table, reads_table
from privacy_checks.policy.model import PrivacyPolicy


class Record(BaseModel):
    """A small frozen JSON file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def to_bytes(self) -> bytes:
        """Canonical JSON: the same record gives the same bytes."""
        return (json.dumps(self.model_dump(mode="json"), sort_keys=True, indent=1) + "\n").encode()

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes, hexadecimal."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


class StoredTable(Record):
    """One Parquet file of a partition."""

    file: str
    sha256: str
    rows: int


class Provenance(Record):
    """Who and what made a partition; the same on a re-run, so no run id and no time."""

    code_version: str
    analyst: str = ""
    models: Mapping[str, str] = {}
    prompts: Mapping[str, str] = {}


class Manifest(Record):
    """What a partition consists of. Renaming it into place is what makes a write visible.

    `recipe` is the digest of everything the result depends on; `inputs` names, for each earlier
    stage, the partitions that were read and the digest of their tables.
    """

    stage: str
    key: str
    recipe: str
    provenance: Provenance
    inputs: Mapping[str, Mapping[str, str]]
    tables: Mapping[str, StoredTable]
    rows_in: int
    rows_kept: int
    rows_set_aside: Mapping[str, int]
    counts: Mapping[str, int] = {}

    def is_input_of(self, reader: str) -> bool:
        """Whether a later stage reads any of its tables."""
        return any(reads_table(reader, self.stage, name) for name in self.tables)

    @property
    def content(self) -> str:
        """Digest of the tables alone: what a later stage depends on."""
        tables = {name: table.sha256 for name, table in self.tables.items()}
        return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()

    def content_for(self, reader: str, key: str) -> str:
        """Digest of the tables that a later stage's partition may read: of a landed source that of
        its day, else `content`, without tables that only others read."""
        if self.stage == LANDING:
            return self.content_of(key)
        kept = {
            name: table
            for name, table in self.tables.items()
            if reads_table(reader, self.stage, name)
        }
        return self.model_copy(update={"tables": kept}).content

    def content_of(self, day: str) -> str:
        """Digest of the table that a landed source has of a day; "" where it has none."""
        table = self.tables.get(landed_table(day))
        return "" if table is None else table.sha256


class Check(Record):
    """One verdict as it is kept: counts and bounds, no content."""

    check: str
    passed: bool
    numbers: Mapping[str, int | float]


class InputDigests(Record):
    """An input as it was when what is made of it was judged: of its manifest, and of its seal."""

    manifest: str
    seal: str = ""  # of the signed statement; "" of what is landed, which has no gate


class Judgement(Record):
    """A gate's decision over a manifest, kept signed as `seal.json`, or as `refusal.json`.

    It holds the whole policy it was made under, so that a looser one can be told from a stricter
    one. What it says of that policy must agree; see `believable`.
    """

    stage: str
    key: str
    manifest: str  # digest of the manifest that was judged
    gate: int  # version of the gate that judged (privacy_checks/gates/versions.py)
    policy: PrivacyPolicy
    policy_version: int
    policy_digest: str
    declared: str = ""  # digest of the declared facets and categories; of the default ones, if ""
    checks: tuple[Check, ...]
    run_id: str
    judged_at: datetime
    inputs: Mapping[str, Mapping[str, InputDigests]] = {}  # stage -> key -> what it rested on
    software: Mapping[str, str] = {}  # name -> version of what made and judged it

    @property
    def believable(self) -> bool:
        """Whether the policy is the one that the digest was taken of.

        A field that was left out would have been filled in with its default: then it is not.
        """
        policy = self.policy
        return (policy.digest, policy.version) == (self.policy_digest, self.policy_version)

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that did not pass."""
        return tuple(check.check for check in self.checks if not check.passed)

    @property
    def sealed(self) -> bool:
        """Whether there were checks and all of them passed."""
        return bool(self.checks) and not self.failed


def is_newer(error: ValidationError) -> bool:
    """Whether all that is wrong with a record is fields that this version does not know.

    What lacks fields or holds wrong ones as well is damaged, and of no version.
    """
    return all(one["type"] == "extra_forbidden" for one in error.errors(include_input=False))


def recipe_of(parts: Mapping[str, Any]) -> str:
    """Digest of everything a result depends on."""
    return hashlib.sha256(
        json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str).encode()
    ).hexdigest()
