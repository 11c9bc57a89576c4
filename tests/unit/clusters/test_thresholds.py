import numpy as np
import pyarrow as pa
import pytest

from clio_assets.clusters.thresholds import below_thresholds, distinct_per_cluster
from privacy_checks.policy.model import PrivacyPolicy

POLICY = PrivacyPolicy(min_users=3, min_conversations=5)


@pytest.mark.parametrize(
    ("conversations", "users", "reason"),
    [
        ("abcde", "xyzxy", None),
        ("abcd", "xyzx", "below_min_conversations"),
        ("abcdefgh", "xyxyxyxy", "below_min_users"),
        ("abcd", "xxyy", "below_min_users"),
        ("aabbccdd", "xxyyzzzz", "below_min_conversations"),
    ],
    ids=["enough", "few rows", "few users", "few of both", "repeated conversations"],
)
def test_below_thresholds_counts_distinct_users_and_conversations(
    conversations: str, users: str, reason: str | None
) -> None:
    filler = [f"other{n}" for n in range(5)]
    labels = np.array([0] * 5 + [1] * len(users))
    reasons = below_thresholds(
        labels, pa.array(filler + list(conversations)), pa.array(filler + list(users)), POLICY
    )
    assert reasons == ({1: reason} if reason else {})


def test_distinct_per_cluster_counts_a_user_in_each_of_their_clusters() -> None:
    labels = np.array([0, 0, 1, 1, 2])
    assert distinct_per_cluster(labels, pa.array(["u", "u", "u", "v", "w"])) == [1, 2, 1]


def test_distinct_per_cluster_is_empty_when_there_are_no_rows() -> None:
    assert distinct_per_cluster(np.array([], dtype=np.intp), pa.array([], pa.string())) == []
