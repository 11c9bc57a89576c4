"""Rules about what became of a window's conversations, and about how its groups hold together."""

import numpy as np
import pyarrow as pa

from privacy_checks.expectations.expected import between
from privacy_checks.expectations.frames import Frame
from privacy_checks.recount.accounts import recounted_accounts
from privacy_checks.recount.counting import Codes, indices_in
from privacy_checks.rules.cells import CLOSE, error
from privacy_checks.rules.judging import Rule, expecting
from privacy_checks.rules.shared import accounted, places
from privacy_checks.rules.summary_evidence import SummariesEvidence

#: Coherence is published in twentieths, rounded down, and never as more than 19 of them.
_STEPS = 20
_ON_A_STEP = 1e-6


def _accounts(evidence: SummariesEvidence) -> Frame:
    """The rows that there are, and those that were counted again, one key a row."""
    found = recounted_accounts(
        evidence.places, evidence.declared.clustered, evidence.left_out, evidence.policy
    )
    keys = [_key(evidence.key, facet, stage, reason, size) for stage, facet, reason, size in found]
    stored = [
        _key(row["window"], row["facet"], row["stage"], row["reason"], row["conversations"])
        for row in evidence.accounts.to_pylist()
    ]
    nothing = pa.array([], pa.string())
    return places(pa.array(keys, pa.string()), pa.array(stored, pa.string()), nothing)


def _key(*parts: object) -> str:
    return "\x1f".join("\x00" if part is None else str(part) for part in parts)


def coherence_of_nodes(evidence: SummariesEvidence) -> np.ndarray:
    """Published coherence of each node: of base clusters their own, in steps; above those the mean
    of the published base clusters below, by published sizes. 0 where there are none.
    """
    tree, place = evidence.tree, evidence.place
    base = (evidence.published >= 0) & (tree.level == 0) & np.isfinite(evidence.coherence)
    steps = np.floor(np.where(base, evidence.coherence, 0) * _STEPS + _ON_A_STEP)
    steps = np.clip(steps, 0, _STEPS - 1).astype(np.int64)
    size = np.where(base, np.append(evidence.places.size, 0)[place], 0)
    weight, moment = np.zeros((2, len(steps)), dtype=np.int64)
    for line in tree.lines(np.flatnonzero(base)):
        inside = line >= 0
        np.add.at(weight, line[inside], size[base][inside])
        np.add.at(moment, line[inside], (size * steps)[base][inside])
    found: np.ndarray = moment // np.maximum(weight, 1) / _STEPS
    return found


def _coherence(evidence: SummariesEvidence) -> Frame:
    """How far each cluster's coherence is from the one that was worked out."""
    at: Codes = indices_in(evidence.clusters["id"], evidence.ids)
    known = evidence.clusters.filter(pa.array(at >= 0))
    expected = coherence_of_nodes(evidence)[at[at >= 0]]
    return {"error_of_coherence": error(known["coherence"], expected)}


ACCOUNT_RULES: dict[str, Rule[SummariesEvidence]] = {
    # What each stage passed on and set aside, by reason, is what was counted again and rounded, and
    # reasons that too few stand behind are not named.
    "accounts": accounted(_accounts),
    # Coherence is told in steps, and above the base clusters of published numbers alone.
    "coherence": expecting(_coherence, between("error_of_coherence", at_most=CLOSE)),
}
