"""How far texts identify somebody, from raw conversations to what is published (paper, figure 5).

Every layer is rated by the analyst's own audit: 1 identifies a person, 5 no one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clio_assets.analyst.protocol import Analyst, NotAnswered
from clio_assets.domain.clusters import ClusterText

RATINGS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Layer:
    """The ratings of one layer's texts. `shares` are those of the rated ones, by rating.

    `identifying`: share rated below the policy's limit. `texts` there are, `rated` were looked at
    and answered, `unrated` were looked at in vain.
    """

    layer: str
    texts: int
    rated: int
    unrated: int
    shares: dict[int, float]
    identifying: float


def rate_layer(
    layer: str, texts: Sequence[ClusterText], analyst: Analyst, limit: int, most: int, seed: int
) -> Layer:
    """Rate at most `most` of the texts, drawn with the seed. `limit`: lowest rating that passes."""
    chosen = list(texts)
    if len(chosen) > most:
        at = np.random.default_rng(seed).choice(len(chosen), most, replace=False)
        chosen = [texts[position] for position in sorted(at.tolist())]
    answers = analyst.audit(chosen) if chosen else []
    ratings = [answer for answer in answers if not isinstance(answer, NotAnswered)]
    count = max(1, len(ratings))
    return Layer(
        layer,
        len(texts),
        len(ratings),
        len(chosen) - len(ratings),
        {rating: ratings.count(rating) / count for rating in RATINGS},
        sum(rating < limit for rating in ratings) / count,
    )
