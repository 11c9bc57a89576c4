"""A small made-up map whose figures can be counted on fingers."""

from collections.abc import Mapping

from clio_assets.domain.clusters import ClusterText
from clio_assets.evaluate.window import Level, MeasuredMap


def text(name: str) -> ClusterText:
    """A text without a description."""
    return ClusterText(name, "")


def small_map(leaf_of: Mapping[str, int], held: frozenset[str] | None = None) -> MeasuredMap:
    """Base clusters 0 and 1 are published and lie in parent 0; 2 is not, but its parent 1 is."""
    leaves = {0: text("bake bread"), 1: text("fix a bicycle")}
    return MeasuredMap(
        "all",
        "request",
        "local",
        held or frozenset(leaf_of),
        leaf_of,
        [
            Level(0, leaves, {0: 0, 1: 1}),
            Level(1, {0: text("at home"), 1: text("elsewhere")}, {0: 0, 1: 0, 2: 1}),
        ],
    )
