"""How many base clusters there are (paper, B.2)."""

from math import sqrt

from clio_assets.home.settings import ClusterSettings
from privacy_checks.policy.model import PrivacyPolicy

#: Mean size of a cluster that k may not go below, in smallest allowed clusters: sizes spread
#: around their mean, and what falls below the threshold is lost. With 1.5, 400 real conversations
#: keep 9 to 12 of 13 clusters and about 90 % of the rows; with 1, 8 to 11 of 20 and 60 %.
ROOM_ABOVE_THRESHOLD = 1.5


def choose_k(conversations: int, settings: ClusterSettings, policy: PrivacyPolicy) -> int:
    """Number of clusters for a window with so many conversations, at least 1.

    Proportional in a large window, to the root in a small one. The paper withholds its rule.
    """
    wanted = max(
        conversations / settings.conversations_per_cluster,
        settings.small_window_factor * sqrt(conversations),
    )
    most = conversations / (ROOM_ABOVE_THRESHOLD * policy.min_conversations)
    return max(1, int(min(wanted, most)))
