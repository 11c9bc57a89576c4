"""Which vector goes to which base cluster: k-means (paper, B.2) and a second pass.

Distinct vectors are grouped, and equal ones follow: a text that is sent a hundred thousand times
would draw most centres to itself (findings/minibatch_kmeans_spends_centres_on_copies.sh). It makes
one group with what is like it, and leaves the others theirs.
"""

import numpy as np

from clio_assets.clusters.choose_k import ROOM_ABOVE_THRESHOLD, choose_k
from clio_assets.clusters.refine import refine
from clio_assets.ground.kmeans import by_first_member, group
from clio_assets.ground.types import Indices, Vector
from clio_assets.home.settings import ClusterSettings
from privacy_checks.policy.model import PrivacyPolicy


def cluster_vectors(
    vectors: Vector, settings: ClusterSettings, policy: PrivacyPolicy, seed: int
) -> Indices:
    """Cluster number of each vector, from 0 in the order of the first members."""
    first, which = _distinct(vectors)
    distinct = vectors[first]
    labels = group(distinct, choose_k(len(distinct), settings, policy), seed)
    fewest = round(ROOM_ABOVE_THRESHOLD * policy.min_conversations)
    return by_first_member(refine(distinct, labels, settings, fewest, seed)[which])


def _distinct(vectors: Vector) -> tuple[Indices, Indices]:
    """Rows that hold each distinct vector first, in order, and which of them each row is like."""
    rows = np.ascontiguousarray(vectors)
    whole = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1])))[:, 0]
    _, first, which = np.unique(whole, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty(len(first), dtype=np.intp)
    place[order] = np.arange(len(first))
    return first[order], place[which]
