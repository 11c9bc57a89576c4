"""Base clusters: groups are found, and many copies of a text take no group from the others."""

import numpy as np
import numpy.typing as npt

from clio_assets.clusters.group import cluster_vectors
from clio_assets.home.settings import ClusterSettings
from privacy_checks.policy.model import PrivacyPolicy


def test_cluster_vectors_finds_groups_and_numbers_them_by_first_member_when_sizes_differ() -> None:
    random = np.random.default_rng(0)
    truth = np.repeat(np.arange(4), [25, 40, 30, 35])  # the first group is not the largest
    vectors = (np.eye(4)[truth] + random.normal(scale=0.05, size=(130, 4))).astype(np.float32)
    settings = ClusterSettings(conversations_per_cluster=30, small_window_factor=0)
    labels = cluster_vectors(vectors, settings, PrivacyPolicy(), seed=0)
    np.testing.assert_array_equal(labels, truth)
    backwards = cluster_vectors(vectors[::-1], settings, PrivacyPolicy(), seed=0)
    np.testing.assert_array_equal(backwards, 3 - truth[::-1])


def topics(seed: int = 0) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.intp]]:
    """Twelve topics of forty texts each, and which is whose."""
    random = np.random.default_rng(seed)
    truth = np.repeat(np.arange(12), 40)
    vectors = np.eye(16)[truth] + random.normal(scale=0.08, size=(480, 16))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), truth


def test_flood_of_one_text_makes_one_group_and_leaves_the_others_theirs() -> None:
    vectors, truth = topics()
    flood = np.repeat(vectors[:1], 5_000, axis=0)
    settings = ClusterSettings(conversations_per_cluster=40, small_window_factor=0)
    labels = cluster_vectors(np.concatenate([vectors, flood]), settings, PrivacyPolicy(), seed=0)
    assert len(set(labels[480:].tolist())) == 1
    assert labels[480] == labels[0]
    # as without the flood
    alone = cluster_vectors(vectors, settings, PrivacyPolicy(), seed=0)
    np.testing.assert_array_equal(labels[:480], alone)
    np.testing.assert_array_equal(alone, truth)


def test_equal_texts_lie_in_one_group_when_all_texts_are_equal() -> None:
    vectors = np.repeat(np.eye(4, dtype=np.float32)[:1], 100, axis=0)
    labels = cluster_vectors(vectors, ClusterSettings(), PrivacyPolicy(), seed=0)
    assert labels.tolist() == [0] * 100


def test_each_text_has_a_group_when_there_are_few_and_many_send_each() -> None:
    # sent so often that fewer than one group would come of the distinct texts
    vectors = np.repeat(np.eye(10, 16, dtype=np.float32), 500, axis=0)
    labels = cluster_vectors(vectors, ClusterSettings(), PrivacyPolicy(), seed=0)
    np.testing.assert_array_equal(labels, np.repeat(np.arange(10), 500))
