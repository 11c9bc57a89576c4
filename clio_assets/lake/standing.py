"""How a partition stands: sealed, or not, why not, and what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from clio_assets.code_versions import CODE_VERSIONS
from clio_assets.lake.records import Judgement, Manifest
from privacy_checks.gate_versions import GATE_VERSIONS
from privacy_checks.policy import PrivacyPolicy
from privacy_checks.strictness import tightened

State = Literal[
    "sealed",
    "absent",  # never written
    "deleted",  # past retention or for an erasure; what its gate said is kept
    "not_judged",
    "refused",
    "seal_unreadable",  # damaged, or of another version of the seal's form
    "rewritten",  # since the seal: other bytes, code or inputs
    "policy_changed",  # the policy in force asks for more than the seal's
    "gate_changed",
    "code_changed",  # the stage's code has a newer version
    "inputs_changed",  # an input was made again since
]
#: The bytes were good once, and judging them again may be all that is needed.
JUDGE_AGAIN: frozenset[State] = frozenset(
    {"not_judged", "seal_unreadable", "rewritten", "policy_changed", "gate_changed"}
)


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
    outdated: bool = False  # refused under another policy than the one in force

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
            return f"that was under another policy: `clio regate` judges it again, or {again}"
        if self.state == "refused":
            return f"{again}; if it is refused again, mend the source or the configuration"
        return again


def standing_of(
    written: Written, policy: PrivacyPolicy, content_now: Callable[[str, str], str | None]
) -> Standing:
    """How a written partition stands under the policy in force.

    `content_now` gives the digest of an input's tables as they lie there now, None where there is
    no such partition any more: an input that is gone was not made again.
    """
    manifest, seal, refusal = written.manifest, written.seal, written.refusal
    where = (manifest.stage, manifest.key)
    if seal is not None and seal.manifest == manifest.digest and seal.sealed and seal.believable:
        if seal.gate != GATE_VERSIONS.get(manifest.stage):
            return Standing(*where, "gate_changed", manifest, seal)
        if manifest.provenance.code_version != CODE_VERSIONS.get(manifest.stage):
            return Standing(*where, "code_changed", manifest, seal)
        if fields := tightened(seal.policy, policy):
            return Standing(*where, "policy_changed", manifest, seal, fields)
        if remade := _remade(manifest, content_now):
            return Standing(*where, "inputs_changed", manifest, seal, remade)
        return Standing(*where, "sealed", manifest, seal)
    if refusal is not None and refusal.manifest == manifest.digest:
        other = refusal.policy_digest != policy.digest
        return Standing(*where, "refused", manifest, refusal, refusal.failed, other)
    if seal is not None and seal.manifest != manifest.digest:
        return Standing(*where, "rewritten", manifest)
    return Standing(*where, "seal_unreadable" if written.seal_file else "not_judged", manifest)


def _remade(manifest: Manifest, content_now: Callable[[str, str], str | None]) -> tuple[str, ...]:
    """Sealed inputs that hold other tables now than those the partition was made from."""
    return tuple(
        f"{stage} {key}"
        for stage, keys in sorted(manifest.inputs.items())
        if stage in GATE_VERSIONS
        for key, content in sorted(keys.items())
        if content_now(stage, key) not in (None, content)
    )
