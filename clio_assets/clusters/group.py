"""Which vector goes to which base cluster: k-means (paper, B.2) and a second pass.

Equal vectors follow the first of them, and only so many of each are counted as the smallest group
may have: a text that is sent a hundred thousand times would draw most centres to itself
(findings/minibatch_kmeans_spends_centres_on_copies.sh). So it is worth one group and leaves the
others theirs; and a window of few texts, each sent by many, has a group for each.
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
    fewest = round(ROOM_ABOVE_THRESHOLD * policy.min_conversations)
    first, which = _distinct(vectors)
    counted = np.flatnonzero(_place_among_equals(which) < fewest)
    some = vectors[counted]
    labels = group(some, choose_k(len(some), settings, policy), seed)
    refined = refine(some, labels, settings, fewest, seed)
    return by_first_member(refined[np.searchsorted(counted, first)][which])


def _place_among_equals(which: Indices) -> Indices:
    """How many rows before each row are equal to it."""
    order = np.argsort(which, kind="stable")
    sizes = np.bincount(which)
    place = np.empty(len(which), dtype=np.intp)
    place[order] = np.arange(len(which)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return place


def _distinct(vectors: Vector) -> tuple[Indices, Indices]:
    """Rows that hold each distinct vector first, in order, and which of them each row is like."""
    rows = np.ascontiguousarray(vectors)
    whole = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1])))[:, 0]
    _, first, which = np.unique(whole, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty(len(first), dtype=np.intp)
    place[order] = np.arange(len(first))
    return first[order], place[which]
