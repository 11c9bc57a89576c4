"""Partitions on disk, and the rule that nothing unsealed is read.

<root>/<stage>/<key>/<table>.<digest>.parquet   the tables
                     manifest.json              names them; replaced in one step
                     seal.json                  a gate's word for that manifest and a policy
                     refusal.json               or why there is none
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock
from pydantic import ValidationError

from clio_assets.errors import LakeError, UnsealedError
from clio_assets.ground.files import sha256_of, write_whole
from clio_assets.lake.records import Check, Judgement, Manifest
from clio_assets.lake.standing import InForce, Standing, Written, standing_of
from clio_assets.lake.writer import (
    LOCK,
    MANIFEST,
    REFUSAL,
    SEAL,
    Accounts,
    Making,
    PartitionWriter,
)
from clio_assets.stages import LANDING
from privacy_checks.gates.versions import GATE_VERSIONS
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.declared import Declared
from privacy_checks.stored.protocol import StoredPartition, Verdict


class Lake:
    """All partitions under one root, read under the policy in force.

    `declared` is what the configuration says of facets and categories: gates ask it of the lake.
    """

    def __init__(self, root: Path, policy: PrivacyPolicy, declared: Declared | None = None) -> None:
        self.root = root
        self.policy = policy
        self.declared = declared or Declared()

    def folder(self, stage: str, key: str) -> Path:
        """Where a partition lies."""
        return self.root / stage / key

    # --- writing -------------------------------------------------------------------------------

    def writer(self, making: Making) -> PartitionWriter:
        """A streaming writer for one partition."""
        return PartitionWriter(self.folder(making.stage, making.key), making)

    def write(self, making: Making, tables: Mapping[str, pa.Table], accounts: Accounts) -> Manifest:
        """Write a whole partition at once; it stays unread until a gate has sealed it."""
        with self.writer(making) as writer:
            for name, table in tables.items():
                writer.append(name, table)
            return writer.finish(accounts)

    # --- reading -------------------------------------------------------------------------------

    def keys(self, stage: str) -> list[str]:
        """Keys of the stage's partitions, sealed or not, sorted."""
        folder = self.root / stage
        if not folder.is_dir():
            return []
        return sorted(path.parent.name for path in folder.glob(f"*/{MANIFEST}"))

    def manifest(self, stage: str, key: str) -> Manifest | None:
        """The partition's manifest, or None where it was never written."""
        return _load(Manifest, self.folder(stage, key) / MANIFEST)

    def standing(self, stage: str, key: str) -> Standing:
        """Whether the partition is sealed, for its bytes and the policy in force, or why not.

        A seal holds under the policy it was made under and any looser one, for the very manifest
        (tables, code and inputs) it was made for, by the gate's present version, for the facets and
        categories it looked at, and as long as none of the inputs was made again with other tables.
        """
        manifest = self.manifest(stage, key)
        if manifest is None:
            return Standing(stage, key, "absent")
        folder = self.folder(stage, key)
        written = Written(
            manifest=manifest,
            seal=_load(Judgement, folder / SEAL),
            seal_file=(folder / SEAL).exists(),
            refusal=_load(Judgement, folder / REFUSAL),
        )
        return standing_of(written, InForce(self.policy, self.declared), self._content)

    def seal(self, stage: str, key: str) -> Judgement | None:
        """The partition's seal, if it holds."""
        standing = self.standing(stage, key)
        return standing.judgement if standing.sealed else None

    def refusal(self, stage: str, key: str) -> Judgement | None:
        """Why the gate did not seal the manifest on disk, if it judged it."""
        manifest = self.manifest(stage, key)
        refusal = _load(Judgement, self.folder(stage, key) / REFUSAL)
        if manifest is None or refusal is None or refusal.manifest != manifest.digest:
            return None
        return refusal

    def sealed_manifest(self, stage: str, key: str) -> Manifest:
        """The manifest of a sealed partition; refused where the seal does not hold."""
        standing = self.standing(stage, key)
        if standing.manifest is None:
            raise LakeError(f"{stage} {key} has not been materialized; {standing.advice}")
        if not standing.sealed:
            raise UnsealedError(f"{stage} {key} is not sealed: {standing.why}; {standing.advice}")
        return standing.manifest

    def read(self, stage: str, key: str, table: str) -> pa.Table:
        """A table of a sealed partition, its bytes checked against the manifest (rule 1)."""
        return self.load(self.sealed_manifest(stage, key), table)

    def read_all(self, stage: str, keys: Sequence[str], table: str, schema: pa.Schema) -> pa.Table:
        """The table of several sealed partitions, one after the other; empty without any."""
        parts = [self.read(stage, key, table) for key in keys]
        return pa.concat_tables(parts) if parts else schema.empty_table()

    def load(self, manifest: Manifest, table: str) -> pa.Table:
        """The table that a manifest names, sealed or not; damaged bytes are refused."""
        where = f"{manifest.stage} {manifest.key}"
        stored = manifest.tables.get(table)
        if stored is None:
            raise LakeError(f"{where} holds no table {table}; materialize it again")
        path = self.folder(manifest.stage, manifest.key) / stored.file
        if not path.exists():
            raise LakeError(f"{where} lacks the file of table {table}; materialize it again")
        if sha256_of(path) != stored.sha256:
            raise LakeError(f"{where}, table {table}: the bytes changed; materialize it again")
        return pq.read_table(path)

    # --- judging -------------------------------------------------------------------------------

    def stored(self, stage: str, key: str) -> "Stored":
        """The partition for a gate: unsealed bytes, read only to be judged."""
        manifest = self.manifest(stage, key)
        if manifest is None:
            raise LakeError(f"{stage} {key} has not been materialized; materialize it first")
        return Stored(self, manifest)

    def judge(self, partition: "Stored", verdicts: Iterable[Verdict], run_id: str) -> Judgement:
        """Keep a gate's verdicts: as a seal where all of them passed, else as a refusal."""
        checks = tuple(
            Check(check=v.check, passed=v.passed, numbers=dict(v.numbers)) for v in verdicts
        )
        gate = GATE_VERSIONS.get(partition.stage)
        if gate is None:
            raise LakeError(f"{partition.stage} has no gate, so nothing of it can be sealed")
        judgement = Judgement(
            stage=partition.stage,
            key=partition.key,
            manifest=partition.manifest.digest,
            gate=gate,
            policy=self.policy,
            policy_version=self.policy.version,
            policy_digest=self.policy.digest,
            declared=self.declared.digest_for(partition.stage),
            checks=checks,
            run_id=run_id,
            judged_at=datetime.now(UTC),
        )
        folder = self.folder(partition.stage, partition.key)
        with FileLock(folder / LOCK, mode=0o600):
            if self.manifest(partition.stage, partition.key) != partition.manifest:
                raise LakeError(
                    f"{partition.stage} {partition.key} changed while its gate judged it; "
                    "materialize it again"
                )
            (folder / (REFUSAL if judgement.sealed else SEAL)).unlink(missing_ok=True)
            write_whole(folder / (SEAL if judgement.sealed else REFUSAL), judgement.to_bytes())
        return judgement

    def _content(self, stage: str, key: str) -> str | None:
        manifest = self.manifest(stage, key)
        return None if manifest is None else manifest.content

    def landed(self) -> Iterator[Manifest]:
        """Manifests of all landed sources, in key order."""
        for key in self.keys(LANDING):
            manifest = self.manifest(LANDING, key)
            if manifest is not None:
                yield manifest


class Stored(StoredPartition):
    """A partition as its bytes lie on disk (see privacy_checks.stored.protocol)."""

    def __init__(self, lake: Lake, manifest: Manifest) -> None:
        self._lake = lake
        self.manifest = manifest

    @property
    def stage(self) -> str:
        """Name of the stage that wrote it."""
        return self.manifest.stage

    @property
    def key(self) -> str:
        """The partition's key."""
        return self.manifest.key

    @property
    def analyst(self) -> str:
        """Name of the analyst that had a part in it; empty where none had."""
        return self.manifest.provenance.analyst

    @property
    def declared(self) -> Declared:
        """What the configuration in force declares; nothing of it comes from the partition."""
        return self._lake.declared

    @property
    def tables(self) -> Sequence[str]:
        """Names of the tables it holds, sorted."""
        return sorted(self.manifest.tables)

    def table(self, name: str) -> pa.Table:
        """The table, read and verified now."""
        return self._lake.load(self.manifest, name)

    def inputs(self, stage: str) -> Sequence["Stored"]:
        """The partitions it was made from, sealed and with the very tables it was made from."""
        found = []
        for key, content in sorted(self.manifest.inputs.get(stage, {}).items()):
            if stage == LANDING:
                manifest = self._lake.stored(stage, key).manifest
            else:
                manifest = self._lake.sealed_manifest(stage, key)
            if manifest.content != content:
                raise LakeError(
                    f"{self.stage} {self.key} was made from an older {stage} {key}; "
                    f"materialize {self.stage} for {self.key} again"
                )
            found.append(Stored(self._lake, manifest))
        return found


R = TypeVar("R", Manifest, Judgement)


def _load(kind: type[R], path: Path) -> R | None:
    """The record, or None where it is absent or damaged: what cannot be read is not believed."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
