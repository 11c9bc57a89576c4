"""What models left unanswered, and batches that were lost, as partitions' manifests count them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clio_assets.lake.lake import Lake

_PREFIX = "unanswered_"
_LOST = "lost_batches"


@dataclass(frozen=True)
class Unanswered:
    """Stage -> reason -> questions without an answer, and the batches whose results were lost.

    Sums over the partitions that are there; a stage without any is left out.
    """

    reasons: dict[str, dict[str, int]]
    lost_batches: int


def read_unanswered(lake: "Lake") -> Unanswered:
    """Manifests only, no table is opened."""
    from clio_assets.stages import STAGES

    reasons: dict[str, dict[str, int]] = {}
    lost = 0
    for stage in STAGES:
        counts: Counter[str] = Counter()
        for key in lake.keys(stage):
            manifest = lake.manifest(stage, key)
            counts.update(manifest.counts if manifest else {})
        lost += counts[_LOST]
        found = {
            name.removeprefix(_PREFIX): number
            for name, number in sorted(counts.items())
            if name.startswith(_PREFIX) and number
        }
        if found:
            reasons[stage] = found
    return Unanswered(reasons, lost)


def lines(found: Unanswered) -> Iterator[str]:
    """In words: a line a stage, and one for lost batches; none where there is nothing to tell."""
    for stage, reasons in found.reasons.items():
        listed = ", ".join(
            f"{number:,} {reason.replace('_', ' ')}" for reason, number in reasons.items()
        )
        yield f"Left unanswered by the model in {stage}: {listed}"
    if found.lost_batches:
        batches = "1 batch" if found.lost_batches == 1 else f"{found.lost_batches:,} batches"
        yield f"Results of {batches} were lost; what they cost is in no sum."
