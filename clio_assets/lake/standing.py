"""How a partition stands: sealed, or not, why not, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

from clio_assets.lake.records import Judgement, Manifest

State = Literal[
    "sealed",
    "absent",  # never written
    "deleted",  # past retention or for an erasure; what its gate said is kept
    "not_judged",
    "refused",
    "seal_unreadable",  # damaged, or of another version of the seal's form
    "seal_newer",  # of a newer version of the seal's form
    "unsigned",  # a seal as earlier versions made them
    "forged",  # signed by no key that is believed, or changed after it was signed
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
        *("not_judged", "seal_unreadable", "unsigned", "forged", "rewritten"),
        *("policy_changed", "declared_changed", "gate_changed"),
    }
)


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
            "seal_newer": "its seal was written by a newer version of clio-assets",
            "unsigned": "its seal is not signed, as those of earlier versions",
            "forged": "its seal was changed, or is signed by no key of this home",
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
        if self.state == "seal_newer":
            return "upgrade clio-assets"
        if self.state in JUDGE_AGAIN:
            return f"`clio regate` judges the stored bytes, or {again}"
        if self.state == "refused" and self.outdated:
            before = "that was for other facets or under another policy"
            return f"{before}: `clio regate` judges it again, or {again}"
        if self.state == "refused":
            return f"{again}; if it is refused again, mend the source or the configuration"
        return again
