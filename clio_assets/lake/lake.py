"""The lake: partitions in storage, and the rule that nothing unsealed is read."""

from collections.abc import Iterable, Sequence

import pyarrow as pa

from clio_assets.errors import LakeError, UnsealedError
from clio_assets.ground.windows import map_of
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.records import Judgement, Manifest
from clio_assets.lake.seals import InForce, Seals
from clio_assets.lake.signing import Signing
from clio_assets.lake.standing import Standing
from clio_assets.lake.storage import Storage
from clio_assets.stages import LANDING
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.declared import Declared
from privacy_checks.stored.protocol import StoredPartition, Verdict


class Lake(Partitions):
    """A home's partitions and their seals, read under the policy in force.

    `declared` is what the configuration says of facets and categories: gates ask it of the lake,
    and seals hold for no other. Whoever needs no seals opens `Partitions` alone.
    """

    def __init__(self, storage: Storage, policy: PrivacyPolicy, declared: Declared) -> None:
        super().__init__(storage)
        self.policy = policy
        self.declared = declared
        self.signing = Signing(storage)
        self._seals = Seals(self, InForce(policy, declared), self.signing)

    # --- seals ---------------------------------------------------------------------------------

    def standing(self, stage: str, key: str) -> Standing:
        """Whether the partition is sealed, for its bytes and what is in force, or why not."""
        return self._seals.standing(stage, key)

    def standing_or_last(self, stage: str, key: str) -> Standing:
        """How a partition stands, or stood when it was deleted."""
        return self._seals.standing_or_last(stage, key)

    def seal(self, stage: str, key: str) -> Judgement | None:
        """The partition's seal, if it holds."""
        standing = self.standing(stage, key)
        return standing.judgement if standing.sealed else None

    def sealed_manifest(self, stage: str, key: str) -> Manifest:
        """The manifest of a sealed partition; refused where the seal does not hold."""
        standing = self.standing(stage, key)
        if standing.manifest is None:
            raise LakeError(f"{stage} {key} has not been materialized; {standing.advice}")
        if not standing.sealed:
            raise UnsealedError(f"{stage} {key} is not sealed: {standing.why}; {standing.advice}")
        return standing.manifest

    def seal_digest(self, stage: str, key: str) -> str:
        """Digest of the partition's seal as it was signed; "" where no key that is believed did."""
        return self._seals.digest(stage, key)

    # --- reading what is sealed ----------------------------------------------------------------

    def read(self, stage: str, key: str, table: str) -> pa.Table:
        """A table of a sealed partition, its bytes checked against the manifest (rule 1)."""
        return self.load(self.sealed_manifest(stage, key), table)

    def read_all(self, stage: str, keys: Sequence[str], table: str, schema: pa.Schema) -> pa.Table:
        """The table of several sealed partitions, one after the other; empty without any."""
        parts = [self.read(stage, key, table) for key in keys]
        return pa.concat_tables(parts) if parts else schema.empty_table()

    # --- judging -------------------------------------------------------------------------------

    def stored(self, stage: str, key: str) -> "Stored":
        """The partition for a gate: unsealed bytes, read only to be judged."""
        manifest = self.manifest(stage, key)
        if manifest is None:
            raise LakeError(f"{stage} {key} has not been materialized; materialize it first")
        return Stored(self, manifest)

    def judge(self, partition: "Stored", verdicts: Iterable[Verdict], run_id: str) -> Judgement:
        """Keep a gate's verdicts: as a seal where all of them passed, else as a refusal."""
        return self._seals.make(partition.manifest, verdicts, run_id)


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
        return self._lake.declared.of_map(map_of(self.key))

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
            if manifest.content_for(self.stage, self.key) != content:
                raise LakeError(
                    f"{self.stage} {self.key} was made from an older {stage} {key}; "
                    f"materialize {self.stage} for {self.key} again"
                )
            found.append(Stored(self._lake, manifest))
        return found
