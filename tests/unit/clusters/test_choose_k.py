import numpy as np
import pytest

from clio_assets.clusters.choose_k import choose_k, cluster_vectors
from clio_assets.home.settings import ClusterSettings
from privacy_checks.policy.model import PrivacyPolicy


@pytest.mark.parametrize(
    ("conversations", "k"),
    [
        (0, 1),
        (1, 1),
        (59, 1),
        (60, 2),
        (200, 6),
        (400, 13),
        (2_312, 36),
        (22_500, 225),
        (1_000_000, 10_000),
    ],
)
def test_choose_k_follows_the_number_of_conversations(conversations: int, k: int) -> None:
    assert choose_k(conversations, ClusterSettings(), PrivacyPolicy()) == k


def test_choose_k_follows_the_settings() -> None:
    settings = ClusterSettings(conversations_per_cluster=50, small_window_factor=0)
    assert choose_k(10_000, settings, PrivacyPolicy()) == 200


def test_choose_k_leaves_room_above_the_threshold() -> None:
    policy = PrivacyPolicy(min_conversations=200)
    assert choose_k(10_000, ClusterSettings(), policy) == 33


def test_cluster_vectors_finds_groups_and_numbers_them_by_first_member_when_sizes_differ() -> None:
    random = np.random.default_rng(0)
    truth = np.repeat(np.arange(4), [25, 40, 30, 35])  # the first group is not the largest
    vectors = (np.eye(4)[truth] + random.normal(scale=0.05, size=(130, 4))).astype(np.float32)
    settings = ClusterSettings(conversations_per_cluster=30, small_window_factor=0)
    labels = cluster_vectors(vectors, settings, PrivacyPolicy(), seed=0)
    np.testing.assert_array_equal(labels, truth)
    backwards = cluster_vectors(vectors[::-1], settings, PrivacyPolicy(), seed=0)
    np.testing.assert_array_equal(backwards, 3 - truth[::-1])
