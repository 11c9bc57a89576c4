import pytest

from clio_assets.analyst.local.naming.profiles import MEMBERS_READ, Comparison, profile
from tests.unit.analyst.local.naming.corpus import question


def compared() -> Comparison:
    """Two clusters: half of the first says "pay", all of both say "bill"."""
    first = ["pay the bill", "the bill"] * 5
    return Comparison([profile(question(texts)) for texts in (first, ["bill due"] * 10)])


def test_share_counts_members_that_hold_all_words() -> None:
    first, second = compared().profiles
    assert first.share({"pay"}) == 0.5
    assert first.share({"pay", "bill"}) == 0.5
    assert second.share({"pay"}) == 0


def test_fitness_is_one_when_words_find_the_cluster_and_nothing_else() -> None:
    assert compared().fitness(1, {"due"}) == pytest.approx(1)


def test_fitness_weighs_precision_more_than_recall() -> None:
    # "pay": precision 1, recall 1/2; "bill": precision 1/2, recall 1
    comparison = compared()
    assert comparison.fitness(0, {"pay"}) == pytest.approx(1.36 * 0.5 / (0.36 + 0.5))
    assert comparison.fitness(0, {"bill"}) == pytest.approx(1.36 * 0.5 / (0.36 * 0.5 + 1))
    assert comparison.fitness(0, {"pay"}) > comparison.fitness(0, {"bill"})


def test_fitness_is_zero_when_no_member_holds_the_words() -> None:
    assert compared().fitness(0, {"due"}) == 0


def test_joint_fitness_counts_a_member_once() -> None:
    comparison = compared()
    alone = comparison.fitness(0, {"pay"})
    assert comparison.joint_fitness(0, [{"pay"}, {"pay", "bill"}]) == pytest.approx(alone)


def test_weight_prefers_words_that_others_lack() -> None:
    comparison = compared()
    assert comparison.weight(1, "due") > comparison.weight(1, "bill") > 0


def test_profile_reads_at_most_so_many_members_evenly_spread() -> None:
    texts = [f"word{number}" for number in range(10 * MEMBERS_READ)]
    found = profile(question(texts))
    assert found.size == MEMBERS_READ
    assert found.members[:2] == ("word0", "word10")
