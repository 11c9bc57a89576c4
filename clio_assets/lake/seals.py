"""The seal: made of a gate's word, or refused; and believed, or not.

A seal holds under the policy it was made under and any looser one, for the very manifest (tables,
code and inputs) it was made for, by the gate's present version, for the facets and categories it
looked at, and as long as none of the inputs was made again with other tables.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import ValidationError

from clio_assets.errors import LakeError
from clio_assets.ground.windows import map_of
from clio_assets.lake.layout import REFUSAL, SEAL, prefix_of
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.records import Check, Judgement, Manifest, is_newer
from clio_assets.lake.standing import Standing, State
from clio_assets.stages import STAGES
from privacy_checks.gates.versions import GATE_VERSIONS
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.policy.strictness import tightened
from privacy_checks.stored.declared import Declared
from privacy_checks.stored.protocol import Verdict


@dataclass(frozen=True)
class InForce:
    """What a seal has to hold under now."""

    policy: PrivacyPolicy
    declared: Declared

    def digest_for(self, stage: str, key: str) -> str:
        """Digest of what a stage's gate looks at of all that is declared of the key's map."""
        return self.declared.of_map(map_of(key)).digest_for(stage)


class Seals:
    """Seals and refusals of partitions, under what is in force."""

    def __init__(self, partitions: Partitions, in_force: InForce) -> None:
        self._partitions = partitions
        self._storage = partitions.storage
        self._in_force = in_force

    # --- making --------------------------------------------------------------------------------

    def make(self, manifest: Manifest, verdicts: Iterable[Verdict], run_id: str) -> Judgement:
        """Keep a gate's verdicts: as a seal where all of them passed, else as a refusal.

        LakeError where the stage has no gate, or other tables than the judged ones lie there now.
        """
        judgement = self._judgement(manifest, verdicts, run_id)
        prefix = prefix_of(manifest.stage, manifest.key)
        kept, gone = (SEAL, REFUSAL) if judgement.sealed else (REFUSAL, SEAL)
        with self._storage.lock(prefix):
            if self._partitions.manifest(manifest.stage, manifest.key) != manifest:
                raise LakeError(
                    f"{manifest.stage} {manifest.key} changed while its gate judged it; "
                    "materialize it again"
                )
            self._storage.delete([f"{prefix}/{gone}"])
            self._storage.put(f"{prefix}/{kept}", judgement.to_bytes())
        return judgement

    def _judgement(self, manifest: Manifest, verdicts: Iterable[Verdict], run_id: str) -> Judgement:
        checks = tuple(
            Check(check=v.check, passed=v.passed, numbers=dict(v.numbers)) for v in verdicts
        )
        gate = GATE_VERSIONS.get(manifest.stage)
        if gate is None:
            raise LakeError(f"{manifest.stage} has no gate, so nothing of it can be sealed")
        policy = self._in_force.policy
        return Judgement(
            stage=manifest.stage,
            key=manifest.key,
            manifest=manifest.digest,
            gate=gate,
            policy=policy,
            policy_version=policy.version,
            policy_digest=policy.digest,
            declared=self._in_force.digest_for(manifest.stage, manifest.key),
            checks=checks,
            run_id=run_id,
            judged_at=datetime.now(UTC),
        )

    # --- believing -----------------------------------------------------------------------------

    def standing(self, stage: str, key: str) -> Standing:
        """Whether the partition is sealed, for its bytes and what is in force, or why not."""
        manifest = self._partitions.manifest(stage, key)
        if manifest is None:
            return Standing(stage, key, "absent")
        seal = self._read(manifest, SEAL)
        if seal is not None and _of_these_bytes(seal, manifest):
            return self._believe(seal, manifest)
        refusal = self._read(manifest, REFUSAL)
        if refusal is not None and refusal.manifest == manifest.digest:
            outdated = refusal.policy_digest != self._in_force.policy.digest
            outdated = outdated or self._looked_at_others(refusal)
            return Standing(stage, key, "refused", manifest, refusal, refusal.failed, outdated)
        if seal is not None and seal.manifest != manifest.digest:
            return Standing(stage, key, "rewritten", manifest)
        return Standing(stage, key, self._unread(manifest), manifest)

    def standing_or_last(self, stage: str, key: str) -> Standing:
        """How a partition stands, or stood when it was deleted."""
        standing = self.standing(stage, key)
        kept = self._partitions.archived(stage, key) if standing.state == "absent" else []
        if not kept:
            return standing
        words = [one.get("seal") or one.get("refusal") or {} for one in kept]
        newest = max(range(len(kept)), key=lambda at: str(words[at].get("judged_at", "")))
        manifest, word = Manifest.model_validate(kept[newest]["manifest"]), words[newest]
        judgement = Judgement.model_validate(word) if word else None
        return Standing(stage, key, "deleted", manifest, judgement)

    def _believe(self, seal: Judgement, manifest: Manifest) -> Standing:
        """Whether a seal of these bytes holds under what is in force."""
        where = (manifest.stage, manifest.key)
        if seal.gate != GATE_VERSIONS.get(manifest.stage):
            return Standing(*where, "gate_changed", manifest, seal)
        if manifest.provenance.code_version != STAGES[manifest.stage].code_version:
            return Standing(*where, "code_changed", manifest, seal)
        if fields := tightened(seal.policy, self._in_force.policy):
            return Standing(*where, "policy_changed", manifest, seal, fields)
        if self._looked_at_others(seal):
            return Standing(*where, "declared_changed", manifest, seal)
        if remade := self._remade(manifest):
            return Standing(*where, "inputs_changed", manifest, seal, remade)
        return Standing(*where, "sealed", manifest, seal)

    def _looked_at_others(self, judgement: Judgement) -> bool:
        """Whether it was made for other facets or categories than those declared now."""
        made_for = judgement.declared or Declared().digest_for(judgement.stage)
        return made_for != self._in_force.digest_for(judgement.stage, judgement.key)

    def _remade(self, manifest: Manifest) -> tuple[str, ...]:
        """Sealed inputs that hold other tables now than those the partition was made from.

        An input that is gone was not made again.
        """
        return tuple(
            f"{stage} {key}"
            for stage, keys in sorted(manifest.inputs.items())
            if stage in GATE_VERSIONS
            for key, content in sorted(keys.items())
            if (now := self._partitions.manifest(stage, key)) is not None
            and now.content_for(manifest.stage, manifest.key) != content
        )

    def _unread(self, manifest: Manifest) -> State:
        """Why there is no seal to believe: none, a newer version's, or one that is damaged."""
        data = self._storage.get(f"{prefix_of(manifest.stage, manifest.key)}/{SEAL}")
        if data is None:
            return "not_judged"
        try:
            Judgement.model_validate_json(data)
        except ValidationError as error:
            return "seal_newer" if is_newer(error) else "seal_unreadable"
        return "seal_unreadable"

    def _read(self, manifest: Manifest, name: str) -> Judgement | None:
        """A record beside the tables; None, and not believed, where it is absent or damaged."""
        data = self._storage.get(f"{prefix_of(manifest.stage, manifest.key)}/{name}")
        try:
            return None if data is None else Judgement.model_validate_json(data)
        except ValidationError:
            return None


def _of_these_bytes(seal: Judgement, manifest: Manifest) -> bool:
    """Whether it is a seal at all, agrees with itself, and was made for this very manifest."""
    return seal.manifest == manifest.digest and seal.sealed and seal.believable
