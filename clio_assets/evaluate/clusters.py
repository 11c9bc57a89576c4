"""Do clusters hold what belongs together? Against known labels, level by level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from clio_assets.evaluate.agreement import agreement
from clio_assets.evaluate.window import MeasuredMap


@dataclass(frozen=True)
class LevelFigures:
    """One level. `coverage`: share of the labelled conversations that lie in a published cluster
    of it; the other figures are over those. `against` says which labels they are compared with."""

    level: int
    clusters: int
    purity: float
    v_measure: float
    ari: float
    coverage: float
    against: Literal["labels", "parents"]


def figures_of_levels(
    found: MeasuredMap, labels: Mapping[str, str], parents: Mapping[str, str] | None
) -> list[LevelFigures]:
    """From the leaves up. The top of several levels is compared with the parents, where given.

    `labels` and `parents` have the pseudonyms of conversations that the window holds.
    """
    figures = []
    for level in found.levels:
        top = parents is not None and level is found.levels[-1] and len(found.levels) > 1
        known = parents if top and parents is not None else labels
        covered = [
            (cluster, label)
            for conversation, label in known.items()
            if (cluster := found.cluster_of(conversation, level)) is not None
        ]
        how = agreement([cluster for cluster, _ in covered], [label for _, label in covered])
        figures.append(
            LevelFigures(
                level.level,
                len(level.texts),
                how.purity,
                how.v_measure,
                how.ari,
                len(covered) / len(known) if known else 0.0,
                "parents" if top else "labels",
            )
        )
    return figures


def purity_of_clusters(
    found: MeasuredMap, labels: Mapping[str, str], lowest: int
) -> Sequence[tuple[str, int, float]]:
    """Name, labelled members and purity of the published base clusters that are least pure."""
    counts: dict[int, dict[str, int]] = {}
    for conversation, label in labels.items():
        cluster = found.cluster_of(conversation, found.leaves)
        if cluster is not None:
            of_cluster = counts.setdefault(cluster, {})
            of_cluster[label] = of_cluster.get(label, 0) + 1
    rows = [
        (found.leaves.texts[at].name, sum(of.values()), max(of.values()) / sum(of.values()))
        for at, of in counts.items()
    ]
    return sorted(rows, key=lambda row: (row[2], row[0]))[:lowest]
