"""The clusters that lie nearest to each one; a name has to tell it from them (paper, G.5)."""

import numpy as np

from clio_assets.ground.types import Vector
from clio_assets.ground.vectors import nearest


def nearest_clusters(centroids: Vector, count: int) -> list[list[int]]:
    """For each cluster, positions of at most `count` others, the nearest first."""
    found = nearest(centroids, centroids, count + 1)
    return [row[row != own][:count].tolist() for own, row in enumerate(np.asarray(found))]
