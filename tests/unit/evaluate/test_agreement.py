"""Purity, V-measure, ARI and F1 against values worked out by hand, and against scikit-learn's."""

from math import log

import numpy as np
import pytest

from clio_assets.evaluate.agreement import Agreement, agreement, scores


def test_every_figure_is_one_when_groups_are_the_labels_under_other_names() -> None:
    assert agreement([7, 7, 3, 3], ["a", "a", "b", "b"]) == Agreement(1.0, 1.0, 1.0)


def test_figures_are_as_by_hand_when_one_of_six_is_misplaced() -> None:
    # groups {a, a, b} and {b, b, b}: 2 + 3 of 6 are of the commonest label
    found = agreement([0, 0, 0, 1, 1, 1], ["a", "a", "b", "b", "b", "b"])
    assert found.purity == pytest.approx(5 / 6)
    # together: 1 + 3 pairs; in groups 3 + 3, in labels 1 + 6, of 15 pairs
    assert found.ari == pytest.approx((4 - 6 * 7 / 15) / ((6 + 7) / 2 - 6 * 7 / 15))
    of_labels = -(1 / 3 * log(1 / 3) + 2 / 3 * log(2 / 3))
    of_groups = log(2)
    within = -0.5 * (2 / 3 * log(2 / 3) + 1 / 3 * log(1 / 3))  # labels within groups
    homogeneity, completeness = 1 - within / of_labels, (of_labels - within) / of_groups
    harmonic = 2 * homogeneity * completeness / (homogeneity + completeness)
    assert found.v_measure == pytest.approx(harmonic)


def test_ari_is_zero_when_everything_is_in_one_group() -> None:
    found = agreement([0, 0, 0, 0], ["a", "a", "b", "b"])
    assert (found.purity, found.v_measure, found.ari) == (0.5, 0.0, 0.0)


def test_figures_are_zero_when_there_is_nothing_to_compare() -> None:
    assert agreement([], []) == Agreement(0.0, 0.0, 0.0)


def test_figures_are_those_of_scikit_learn_when_groupings_are_random() -> None:
    from sklearn.metrics import adjusted_rand_score, v_measure_score

    random = np.random.default_rng(5)
    for groups, labels in ((3, 4), (1, 5), (20, 2), (40, 40)):
        one, other = random.integers(groups, size=60), random.integers(labels, size=60)
        found = agreement(one.tolist(), other.tolist())
        assert found.v_measure == pytest.approx(v_measure_score(other, one), abs=1e-9)
        assert found.ari == pytest.approx(adjusted_rand_score(other, one), abs=1e-9)


def test_scores_are_as_by_hand_when_one_label_takes_all() -> None:
    found = scores(["a", "a", "a", "b"], ["a", "a", "a", "a"])
    assert found.accuracy == 0.75
    assert found.macro_f1 == pytest.approx((6 / 7 + 0) / 2)
    assert found.weighted_f1 == pytest.approx(6 / 7 * 3 / 4)


def test_scores_are_those_of_scikit_learn_when_guesses_are_random() -> None:
    from sklearn.metrics import accuracy_score, f1_score

    random = np.random.default_rng(6)
    truth, guessed = (list(map(str, random.integers(5, size=80))) for _ in range(2))
    found = scores(truth, guessed)
    assert found.accuracy == accuracy_score(truth, guessed)
    assert found.macro_f1 == pytest.approx(f1_score(truth, guessed, average="macro"))
    assert found.weighted_f1 == pytest.approx(f1_score(truth, guessed, average="weighted"))
