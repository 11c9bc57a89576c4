from collections.abc import Sequence

import numpy as np
import pytest

from clio_assets.analyst.protocol import ClusterText, ClusterToName, NotAnswered
from clio_assets.clusters.name import clusters_to_name, name_clusters
from clio_assets.errors import AnalystError
from clio_assets.facets.schema import DEFAULT_FACETS
from tests.fakes.analyst import FakeAnalyst

FACET = DEFAULT_FACETS[0]
CENTROIDS = np.eye(2, dtype=np.float32)
LARGE = ([f"bake bread {n}" for n in range(80)], [f"u{n % 8}" for n in range(80)])
SMALL = (["sing a song"] * 7, ["u1", "u2", "u3", "u4", "u4", "u4", "u4"])


class Scripted(FakeAnalyst):
    """Gives the same answers whatever it is asked."""

    def __init__(self, *answers: ClusterText | NotAnswered) -> None:
        super().__init__()
        self.answers = answers

    def name_clusters(self, clusters: object) -> Sequence[ClusterText | NotAnswered]:
        return self.answers


def questions(seed: int = 0) -> list[ClusterToName]:
    return clusters_to_name(FACET, [LARGE, SMALL], CENTROIDS, 5, seed)


def test_clusters_to_name_hands_over_members_neighbours_and_supported_terms() -> None:
    large, small = questions()
    assert large.facet == FACET
    assert (large.members, large.users) == LARGE
    assert (large.neighbours, small.neighbours) == ([1], [0])
    assert sorted(term.surface for term in large.terms) == ["bake", "bread"]
    assert not small.terms  # four users wrote each word


def test_clusters_to_name_draws_fifty_different_members_by_seed() -> None:
    large, small = questions()
    assert len(set(large.sample)) == 50
    assert sorted(small.sample) == list(range(7))
    assert [q.sample for q in questions()] == [large.sample, small.sample]
    assert questions(seed=1)[0].sample != large.sample


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (ClusterText("Bake bread", "Users baked. It rose."), True),
        (ClusterText("a b c d e f g h i j", "Users baked."), True),
        (ClusterText("a b c d e f g h i j k", "Users baked."), False),
        (ClusterText(" \n", "Users baked."), False),
        (ClusterText("Bake bread", " "), False),
        (NotAnswered("refused"), False),
    ],
)
def test_name_clusters_keeps_well_formed_answers_only(
    answer: ClusterText | NotAnswered, kept: bool
) -> None:
    named = name_clusters(Scripted(answer, ClusterText("Sing", "Users sang.")), questions())
    assert (named[0] is not None) == kept
    assert named[1] == ClusterText("Sing", "Users sang.")


def test_name_clusters_puts_single_spaces() -> None:
    named = name_clusters(
        Scripted(ClusterText(" Bake\n bread ", " They\t baked. ")), questions()[:1]
    )
    assert named == [ClusterText("Bake bread", "They baked.")]


def test_name_clusters_fails_when_answers_are_missing() -> None:
    with pytest.raises(AnalystError, match="more or fewer"):
        name_clusters(Scripted(ClusterText("Bake", "Users baked.")), questions())


def test_name_clusters_asks_nothing_when_there_are_no_clusters() -> None:
    assert name_clusters(Scripted(NotAnswered("asked")), []) == []
