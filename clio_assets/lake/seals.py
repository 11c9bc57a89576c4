"""The seal: made of a gate's word and signed, or refused; and believed, or not.

A seal holds under the policy it was made under and any looser one, for the very manifest (tables,
code and inputs) it was made for, by the gate's present version, for the facets and categories it
looked at, and as long as none of the inputs was made again with other tables. It names the seals of
its inputs as they were, so that the seals of a lake are chains that begin with what was landed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from clio_assets.errors import LakeError
from clio_assets.ground.software import software
from clio_assets.ground.windows import map_of
from clio_assets.lake import envelope
from clio_assets.lake.layout import REFUSAL, SEAL, prefix_of
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.records import Check, InputDigests, Judgement, Manifest, is_newer
from clio_assets.lake.signing import Signing
from clio_assets.lake.standing import Standing, State
from clio_assets.stages import LANDING, STAGES
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

    def __init__(self, partitions: Partitions, in_force: InForce, signing: Signing) -> None:
        self._partitions = partitions
        self._signing = signing
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
            data = self._signed(judgement) if judgement.sealed else judgement.to_bytes()
            self._storage.put(f"{prefix}/{kept}", data)
        return judgement

    def _signed(self, seal: Judgement) -> bytes:
        """The seal as a signed statement about the manifest."""
        subjects = {f"{seal.stage}/{seal.key}": seal.manifest}
        return self._signing.sign(envelope.SEAL, subjects, seal.model_dump(mode="json"))

    def _inputs(self, manifest: Manifest) -> dict[str, dict[str, InputDigests]]:
        """Manifests and seals of what the partition was made from, as they are now."""
        found: dict[str, dict[str, InputDigests]] = {}
        for stage, keys in manifest.inputs.items():
            for key in keys:
                now = self._partitions.manifest(stage, key)
                if now is not None:
                    seal = "" if stage == LANDING else self.digest(stage, key)
                    found.setdefault(stage, {})[key] = InputDigests(manifest=now.digest, seal=seal)
        return found

    def digest(self, stage: str, key: str) -> str:
        """Digest of the partition's seal as it was signed; "" where it has none to be believed."""
        data = self._storage.get(f"{prefix_of(stage, key)}/{SEAL}")
        statement = None if data is None else self._signing.opened(data, envelope.SEAL)
        return "" if statement is None else statement.digest

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
            inputs=self._inputs(manifest),
            software=software(),
        )

    # --- believing -----------------------------------------------------------------------------

    def standing(self, stage: str, key: str) -> Standing:
        """Whether the partition is sealed, for its bytes and what is in force, or why not."""
        manifest = self._partitions.manifest(stage, key)
        if manifest is None:
            return Standing(stage, key, "absent")
        unread, seal = self._seal(stage, key)
        if seal is not None and _of_these_bytes(seal, manifest):
            return self._believe(seal, manifest)
        refusal = self._refusal(manifest)
        if refusal is not None and refusal.manifest == manifest.digest:
            outdated = refusal.policy_digest != self._in_force.policy.digest
            outdated = outdated or self._looked_at_others(refusal)
            return Standing(stage, key, "refused", manifest, refusal, refusal.failed, outdated)
        if seal is not None and seal.manifest != manifest.digest:
            return Standing(stage, key, "rewritten", manifest)
        return Standing(stage, key, unread, manifest)

    def standing_or_last(self, stage: str, key: str) -> Standing:
        """How a partition stands, or stood when it was deleted."""
        standing = self.standing(stage, key)
        kept = self._partitions.archived(stage, key) if standing.state == "absent" else []
        if not kept:
            return standing
        words = [self._last_word(one) for one in kept]
        newest = max(range(len(kept)), key=lambda at: _moment(words[at]))
        manifest = Manifest.model_validate(kept[newest]["manifest"])
        return Standing(stage, key, "deleted", manifest, words[newest])

    def _last_word(self, kept: Mapping[str, Any]) -> Judgement | None:
        """What a gate said last of a deleted partition; None where that is not believed."""
        data = json.dumps(kept.get("seal")).encode()
        try:
            if (statement := self._signing.opened(data, envelope.SEAL)) is not None:
                return Judgement.model_validate(statement.predicate)
            refusal = kept.get("refusal")
            return None if refusal is None else Judgement.model_validate(refusal)
        except ValidationError:
            return None

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

    def _seal(self, stage: str, key: str) -> tuple[State, Judgement | None]:
        """The seal, if it is signed and can be read, and what to say where it is not."""
        data = self._storage.get(f"{prefix_of(stage, key)}/{SEAL}")
        if data is None:
            return "not_judged", None
        statement = self._signing.opened(data, envelope.SEAL)
        if statement is None:
            return _why_not(data), None
        try:
            seal = Judgement.model_validate(statement.predicate)
        except ValidationError as error:
            return "seal_newer" if is_newer(error) else "seal_unreadable", None
        if dict(statement.subjects) != {f"{seal.stage}/{seal.key}": seal.manifest}:
            return "forged", None
        return "seal_unreadable", seal

    def _refusal(self, manifest: Manifest) -> Judgement | None:
        """The refusal beside the tables; None where it is absent or damaged. It opens nothing, so
        that it needs no signature."""
        data = self._storage.get(f"{prefix_of(manifest.stage, manifest.key)}/{REFUSAL}")
        try:
            return None if data is None else Judgement.model_validate_json(data)
        except ValidationError:
            return None


def _why_not(data: bytes) -> State:
    """What a seal is that no key which is believed has signed."""
    if envelope.is_envelope(data):
        return "forged"
    try:
        Judgement.model_validate_json(data)
    except ValidationError as error:
        return "seal_newer" if is_newer(error) else "seal_unreadable"
    return "unsigned"


def _moment(judgement: Judgement | None) -> datetime:
    return datetime.min.replace(tzinfo=UTC) if judgement is None else judgement.judged_at


def _of_these_bytes(seal: Judgement, manifest: Manifest) -> bool:
    """Whether it is a seal at all, agrees with itself, and was made for this very manifest."""
    return seal.manifest == manifest.digest and seal.sealed and seal.believable
