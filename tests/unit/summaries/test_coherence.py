"""Coherence as it is published: in steps, and above the leaves of published numbers alone."""

import pytest

from clio_assets.domain.clusters import ClusterText
from clio_assets.summaries.audit import AuditedCluster, Key
from clio_assets.summaries.coherence import published_coherence

TOP = ("request", 1, 0)


def cluster(key: Key, size: int, parent: Key | None = None) -> AuditedCluster:
    return AuditedCluster(key, parent, ClusterText("Bake", "Users baked."), size, 10, 5)


@pytest.mark.parametrize(
    ("true", "published"),
    [(0.5, 0.5), (0.4999, 0.45), (0.549, 0.5), (0.55, 0.55), (1.0, 0.95), (0.96, 0.95), (-0.1, 0)],
)
def test_coherence_of_a_leaf_is_rounded_down_when_it_lies_between_steps(
    true: float, published: float
) -> None:
    leaf = ("request", 0, 3)
    assert published_coherence([cluster(leaf, 20)], {leaf: true}) == {leaf: published}


def test_coherence_above_leaves_rests_on_published_ones_alone_when_another_failed() -> None:
    leaves = [("request", 0, at) for at in range(3)]
    shown = [cluster(leaves[0], 20, TOP), cluster(leaves[1], 60, TOP), cluster(TOP, 200)]
    found = published_coherence(shown, dict(zip(leaves, (0.91, 0.52, 0.1), strict=True)))
    # (20 x 18 + 60 x 10) / 80 twentieths; the third leaf is not published
    assert found[TOP] == 12 / 20
