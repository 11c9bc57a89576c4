import pytest

from clio_assets.clusters.choose_k import choose_k
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
