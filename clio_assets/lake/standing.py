"""How a partition stands: sealed, or not, why not, and what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from clio_assets.lake.records import Judgement, Manifest
from clio_assets.stages import STAGES
from privacy_checks.gates.versions import GATE_VERSIONS
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.policy.strictness import tightened
from privacy_checks.stored.declared import Declared

State = Literal[
    "sealed",
    "absent",  # never written
    "deleted",  # past retention or for an erasure; what its gate said is kept
    "not_judged",
    "refused",
    "seal_unreadable",  # damaged, or of another version of the seal's form
    "rewritten",  # since the seal: other bytes, code or inputs
    "policy_changed",  # the policy in force asks for more than the seal's
    "declared_changed",  # other facets or categories are configured now
    "gate_changed",
    "code_changed",  # the stage's code has a newer version
    "inputs_changed",  # an input was made again since
]
#: The bytes were good once, and judging them again may be all that is needed.
JUDGE_AGAIN: frozenset[State] = frozenset(
    {
        *("not_judged", "seal_unreadable", "rewritten"),
        *("policy_changed", "declared_changed", "gate_changed"),
    }
)


@dataclass(frozen=True)
class InForce:
    """What a seal has to hold under now."""

    policy: PrivacyPolicy
    declared: Declared


@dataclass(frozen=True)
class Written:
    """What lies in a partition's folder. `seal_file`: whether there is one, readable or not."""

    manifest: Manifest
    seal: Judgement | None
    seal_file: bool
    refusal: Judgement | None


@dataclass(frozen=True)
class Standing:
    """A partition's state; `judgement` is the gate's last word over these very bytes, if any.

    `details` names what changed: fields of the policy, checks, or partitions. Never content.
    """

    stage: str
    key: str
    state: State
    manifest: Manifest | None = None
    judgement: Judgement | None = None
    details: tuple[str, ...] = ()
    outdated: bool = False  # refused under another policy or for other facets than those in force

    @property
    def sealed(self) -> bool:
        """Whether the partition may be read."""
        return self.state == "sealed"

    @property
    def why(self) -> str:
        """The state in a few words, to be read after a colon."""
        listed = ", ".join(self.details)
        return {
            "sealed": "sealed",
            "absent": "it has not been materialized",
            "deleted": "it was deleted; what its gate said is kept",
            "not_judged": "its gate has not judged it",
            "refused": f"its gate refused it ({listed or 'no check ran'})",
            "seal_unreadable": "its seal is damaged or was written by another version",
            "rewritten": "its bytes, code or inputs changed after its gate sealed it",
            "policy_changed": f"the privacy policy has since changed in {listed}",
            "declared_changed": "the configured facets or categories have since changed",
            "gate_changed": "its gate has since become stricter",
            "code_changed": "it was made by another version of the stage's code",
            "inputs_changed": f"made from an older {listed}",
        }[self.state]

    @property
    def advice(self) -> str:
        """What to do about it; empty where nothing is to be done."""
        if self.state in ("sealed", "deleted"):
            return ""
        again = f"materialize {self.stage} for {self.key} again"
        if self.state == "absent":
            return "materialize it first"
        if self.state in JUDGE_AGAIN:
            return f"`clio regate` judges the stored bytes, or {again}"
        if self.state == "refused" and self.outdated:
            before = "that was for other facets or under another policy"
            return f"{before}: `clio regate` judges it again, or {again}"
        if self.state == "refused":
            return f"{again}; if it is refused again, mend the source or the configuration"
        return again


def standing_of(
    written: Written, in_force: InForce, content_now: Callable[[str, str], str | None]
) -> Standing:
    """How a written partition stands under what is in force.

    `content_now` gives the digest of an input's tables as they lie there now, None where there is
    no such partition any more: an input that is gone was not made again.
    """
    manifest, seal, refusal = written.manifest, written.seal, written.refusal
    policy, declared = in_force.policy, in_force.declared.digest_for(manifest.stage)
    where = (manifest.stage, manifest.key)
    if seal is not None and seal.manifest == manifest.digest and seal.sealed and seal.believable:
        if seal.gate != GATE_VERSIONS.get(manifest.stage):
            return Standing(*where, "gate_changed", manifest, seal)
        if manifest.provenance.code_version != STAGES[manifest.stage].code_version:
            return Standing(*where, "code_changed", manifest, seal)
        if fields := tightened(seal.policy, policy):
            return Standing(*where, "policy_changed", manifest, seal, fields)
        if _declared(seal) != declared:
            return Standing(*where, "declared_changed", manifest, seal)
        if remade := _remade(manifest, content_now):
            return Standing(*where, "inputs_changed", manifest, seal, remade)
        return Standing(*where, "sealed", manifest, seal)
    if refusal is not None and refusal.manifest == manifest.digest:
        other = refusal.policy_digest != policy.digest or _declared(refusal) != declared
        return Standing(*where, "refused", manifest, refusal, refusal.failed, other)
    if seal is not None and seal.manifest != manifest.digest:
        return Standing(*where, "rewritten", manifest)
    return Standing(*where, "seal_unreadable" if written.seal_file else "not_judged", manifest)


def _declared(seal: Judgement) -> str:
    """Digest of the facets and categories that a seal was made for."""
    return seal.declared or Declared().digest_for(seal.stage)


def _remade(manifest: Manifest, content_now: Callable[[str, str], str | None]) -> tuple[str, ...]:
    """Sealed inputs that hold other tables now than those the partition was made from."""
    return tuple(
        f"{stage} {key}"
        for stage, keys in sorted(manifest.inputs.items())
        if stage in GATE_VERSIONS
        for key, content in sorted(keys.items())
        if content_now(stage, key) not in (None, content)
    )
