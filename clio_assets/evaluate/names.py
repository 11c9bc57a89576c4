"""Do names tell their clusters apart? Members' requests are ranked by likeness to every name.

Members are drawn with a seed, the same number of every published base cluster where it has so
many. Where a cluster has more members than a namer is shown as examples, those are left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from clio_assets.clusters.name import SAMPLE
from clio_assets.evaluate.encoders import Encoder, Likeness
from clio_assets.evaluate.window import MeasuredMap
from clio_assets.ground.types import Indices


@dataclass(frozen=True)
class DrawnMembers:
    """Texts of members, and the row of each one's own name; `held_out` the namer did not see."""

    texts: Sequence[str]
    own: Indices
    names: Sequence[str]
    held_out: int


@dataclass(frozen=True)
class NameFigures:
    """By one encoder. `distinctness`: mean cosine of each name to the nearest other one; lower is
    more distinct."""

    encoder: str
    hit_at_1: float
    mean_reciprocal_rank: float
    distinctness: float


def draw_members(
    found: MeasuredMap, texts: Mapping[str, str], per_cluster: int, seed: int
) -> DrawnMembers:
    """Members of the published base clusters whose text is known and not empty."""
    members: dict[int, list[str]] = {number: [] for number in found.leaves.texts}
    for conversation, leaf in found.leaf_of.items():
        if leaf in members:
            members[leaf].append(texts.get(conversation, ""))
    drawn: list[str] = []
    own: list[int] = []
    held_out = 0
    for row, (number, of_cluster) in enumerate(members.items()):
        shown = _shown(number, len(of_cluster), seed)
        unseen = [text for at, text in enumerate(of_cluster) if at not in shown and text]
        pool = unseen or [text for text in of_cluster if text]
        random = np.random.default_rng((seed, number, len(pool)))
        chosen = random.choice(len(pool), min(per_cluster, len(pool)), replace=False)
        drawn += [pool[at] for at in sorted(chosen.tolist())]
        own += [row] * len(chosen)
        held_out += len(chosen) if unseen else 0
    names = [text.name for text in found.leaves.texts.values()]
    return DrawnMembers(drawn, np.array(own, dtype=np.intp), names, held_out)


def _shown(number: int, size: int, seed: int) -> frozenset[int]:
    """Positions of the members that the namer was shown, as the clusters stage draws them.

    Exact as long as every cluster that was large enough got a name, because those without one
    shift the numbers.
    """
    random = np.random.default_rng((seed, number))
    return frozenset(random.choice(size, min(SAMPLE, size), replace=False).tolist())


def figures_by(encoder: Encoder, drawn: DrawnMembers) -> NameFigures:
    """How well names are found, by one encoder; 0 where there is nobody to ask."""
    if not drawn.texts:
        return NameFigures(encoder.name, 0.0, 0.0, 0.0)
    likeness = encoder.likeness(drawn.texts, drawn.names)
    hit, reciprocal = ranks(likeness, drawn.own)
    return NameFigures(encoder.name, hit, reciprocal, distinctness(likeness))


def ranks(likeness: Likeness, own: Indices) -> tuple[float, float]:
    """Share of members whose own name is the most alike, and the mean of 1 / rank of the own name.

    Names that are equally alike share their ranks: each gets what it would get on average.
    """
    cosines = np.round(likeness.members, 6)
    mine = cosines[np.arange(len(own)), own][:, None]
    better, equal = (cosines > mine).sum(axis=1), (cosines == mine).sum(axis=1)
    hits = np.where(better == 0, 1 / equal, 0.0)
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, cosines.shape[1] + 1))])
    reciprocal = (harmonic[better + equal] - harmonic[better]) / equal
    return float(hits.mean()), float(reciprocal.mean())


def distinctness(likeness: Likeness) -> float:
    """Mean cosine of each name to the nearest other one; 0 where there is one name only."""
    count = len(likeness.names)
    if count < 2:
        return 0.0
    others = likeness.names[~np.eye(count, dtype=bool)].reshape(count, count - 1)
    return float(others.max(axis=1).mean())
