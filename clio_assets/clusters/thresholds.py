"""Which clusters have too few people or conversations behind them (paper, 2.3 and D)."""

import numpy as np
import pyarrow as pa

from clio_assets.ground.types import Indices
from privacy_checks.policy.model import PrivacyPolicy


def below_thresholds(
    labels: Indices, conversations: pa.Array, users: pa.Array, policy: PrivacyPolicy
) -> dict[int, str]:
    """Cluster number -> why it may not be kept, for those under a threshold.

    `labels`, `conversations` and `users` have one entry a row. Numbers are of distinct users and
    distinct conversations; users are looked at first.
    """
    reasons: dict[int, str] = {}
    for reason, who, least in (
        ("below_min_conversations", conversations, policy.min_conversations),
        ("below_min_users", users, policy.min_users),
    ):
        counts = distinct_per_cluster(labels, who)
        reasons.update({number: reason for number, count in enumerate(counts) if count < least})
    return reasons


def distinct_per_cluster(labels: Indices, who: pa.Array) -> list[int]:
    """Number of distinct values in each cluster, by cluster number."""
    codes = who.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    pairs = np.unique(np.stack([labels, codes.astype(np.intp)]), axis=1)
    counts: list[int] = np.bincount(pairs[0]).tolist()
    return counts
