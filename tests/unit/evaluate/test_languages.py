"""Clusters against topics and languages, counted by hand."""

import pytest

from clio_assets.evaluate.languages import figures_of_languages
from tests.unit.evaluate.worlds import small_map

#: Topic x: three English and one Spanish request in cluster 0, two Spanish ones in cluster 1, one
#: in no published cluster. Topic y has no English request.
LEAF_OF = {"x1": 0, "x2": 0, "x3": 0, "s1": 0, "s2": 1, "s3": 1, "s4": 2, "y1": 1}
LABELS = {name: "y" if name[0] == "y" else "x" for name in LEAF_OF}
SPOKEN = {name: "English" if name[0] == "x" else "Spanish" for name in LEAF_OF}


def test_requests_join_when_they_lie_in_their_topics_main_english_cluster() -> None:
    found = figures_of_languages(small_map(LEAF_OF), LABELS, SPOKEN)
    assert (found.others, found.joined) == (4, 0.25)
    assert found.per_language["Spanish"].joined == 0.25
    assert found.conversations == 7


def test_language_figure_is_one_and_topic_figure_less_when_clusters_follow_languages() -> None:
    leaf_of = {"x1": 0, "x2": 0, "y1": 0, "x3": 1, "y2": 1, "y3": 1}
    labels = {name: name[0] for name in leaf_of}
    spoken = {name: ("English", "Spanish")[leaf] for name, leaf in leaf_of.items()}
    found = figures_of_languages(small_map(leaf_of), labels, spoken)
    assert found.v_language == pytest.approx(1)
    assert found.v_topic < 0.2
    assert found.truth_v_language == pytest.approx(found.v_topic)
