"""Means of numbers: what they are of, how closely they are told, and what they give away."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clio_assets.domain.attributes import AttributeDefinition
from clio_assets.summaries import means as means_module
from clio_assets.summaries.means import Averaged, means_table, steps, with_users
from clio_assets.summaries.places import NO_ATOM, UNCLUSTERED, Places
from clio_assets.summaries.schema import MEANS
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.cells import Members
from privacy_checks.recount.means import are_few, averaged, rests
from privacy_checks.recount.rounding import Nesting
from tests.unit.summaries.random_windows import FACET, WINDOW, Window, windows
from tests.unit.summaries.test_published_numbers import PROOF

COST = AttributeDefinition("cost", "cost_usd", "number", bins=(0, 10, 100))
POLICY = PrivacyPolicy(min_cell_conversations=4, min_cell_users=2)


@dataclass(frozen=True)
class Talks:
    """Conversations: base cluster (-1: none), user, and the number that is said (nan: none)."""

    leaf: list[int]
    user: list[int]
    number: list[float]

    @property
    def names(self) -> list[str]:
        return [f"c{row}" for row in range(len(self.leaf))]

    @property
    def leaves(self) -> pa.Table:
        leaf = pa.array([UNCLUSTERED if one < 0 else one for one in self.leaf], pa.int32())
        return pa.table({"conversation": self.names, "leaf": leaf})

    @property
    def numbers(self) -> pa.Table:
        told = pa.array([None if np.isnan(one) else one for one in self.number], pa.float64())
        users = [f"u{one}" for one in self.user]
        return pa.table({"conversation": self.names, "cost": told, "user": users})


def flat(leaves: int, published: int) -> Places:
    """A window over so many leaves, of which the first ones are published, and what is in none."""
    count = leaves + 2
    return Places(
        facet=FACET,
        keys=[
            None,
            *((FACET, 0, leaf) for leaf in range(published)),
            *[None] * (count - 1 - published),
        ],
        parent=np.array([-1, *[0] * (count - 1)]),
        leaf=np.array([NO_ATOM, *range(leaves), UNCLUSTERED]),
        published=np.arange(count) <= published,
        sizes=np.zeros(count, dtype=np.int64),
        users=np.zeros(count, dtype=np.int64),
    )


def told(places: Places, talks: Talks, policy: PrivacyPolicy = POLICY) -> dict[str, tuple]:
    """Tail of the cluster's id ("" for the window) -> mean and step."""
    table = means_table(WINDOW, [Averaged(places, talks.leaves, {})], talks.numbers, [COST], policy)
    assert table.schema == MEANS
    return {
        (row["cluster"] or "").rpartition(":")[2]: (row["mean"], row["step"])
        for row in table.to_pylist()
    }


NOTHING = (None, None)


def test_mean_counts_each_user_once_when_one_has_many_conversations() -> None:
    talks = Talks([0] * 8, [1, 1, 1, 1, 1, 2, 3, 4], [90, 90, 90, 90, 90, 10, 10, 10])
    assert told(flat(1, 1), talks)["0"] == (50, 50)  # 30 to the nearest step
    assert told(flat(1, 1), talks)[""] == (50, 50)
    many = Talks([0] * 400, list(range(400)), [90] * 100 + [10] * 300)
    assert told(flat(1, 1), many)["0"] == (30, 0.5)


@pytest.mark.parametrize(
    ("users", "step"), [(1, 100), (2, 50), (3, 50), (20, 5), (21, 5), (1000, 0.1), (1001, 0.1)]
)
def test_step_is_the_least_round_one_that_no_user_exceeds(users: int, step: float) -> None:
    assert steps(100, np.array([users])).tolist() == [step]


@pytest.mark.parametrize(
    ("sayers", "shown"),
    [([1, 1, 2, 3], True), ([1, 2, 3], False), ([1, 1, 1, 1, 1], False), ([], False)],
    ids=["enough", "few conversations", "one user", "nobody"],
)
def test_mean_is_told_when_enough_conversations_and_users_say_a_number(
    sayers: list[int], shown: bool
) -> None:
    silent = [float("nan")] * 30
    others = list(range(10, 40))
    talks = Talks([0] * (30 + len(sayers)), [*others, *sayers], [*silent, *[7.0] * len(sayers)])
    found = told(flat(1, 1), talks)
    assert found == ({"": (0, 50), "0": (0, 50)} if shown else {})


def rest_of(few: int) -> Talks:
    """Leaves of 12, 8 and 20 conversations, each of its own user, and a rest in no leaf."""
    leaf = [0] * 12 + [1] * 8 + [2] * 20 + [-1] * few
    return Talks(leaf, list(range(len(leaf))), [10.0 + one for one in leaf])


@pytest.mark.parametrize(("rest", "hidden"), [(0, set()), (1, {"1"}), (3, {"1"}), (4, set())])
def test_smallest_cluster_is_untold_when_the_rest_would_tell_of_few(
    rest: int, hidden: set[str]
) -> None:
    found = told(flat(3, 3), rest_of(rest))
    assert {place for place, mean in found.items() if mean == NOTHING} == hidden


def test_rest_would_tell_of_few_when_the_rule_is_switched_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        means_module, "_with_safe_rests", lambda places, said, size, shown, policy: shown
    )
    assert NOTHING not in told(flat(3, 3), rest_of(1)).values()


def test_no_facet_tells_a_mean_when_one_window_does_not() -> None:
    talks = rest_of(4)
    few = replace(talks, number=[*talks.number[:3], *[float("nan")] * 41])
    other = replace(flat(3, 3), facet="task")
    both = [Averaged(flat(3, 3), talks.leaves, {}), Averaged(other, talks.leaves.slice(3), {})]
    assert means_table(WINDOW, both[:1], talks.numbers, [COST], POLICY).num_rows == 4
    assert means_table(WINDOW, both, talks.numbers, [COST], POLICY).num_rows == 8
    assert means_table(WINDOW, both, few.numbers, [COST], POLICY).num_rows == 0


@pytest.mark.parametrize("facet", [0, 1])
def test_no_mean_is_told_when_another_map_would_make_it_tell_of_few(facet: int) -> None:
    talks = rest_of(4)
    both = [Averaged(replace(flat(3, 3), facet=name), talks.leaves, {}) for name in (FACET, "task")]
    both[facet] = replace(both[facet], indistinct={"mean of cost": frozenset({"said"})})
    assert means_table(WINDOW, both, talks.numbers, [COST], POLICY).num_rows == 0


def test_attribute_has_no_mean_when_it_has_one_edge_alone() -> None:
    talks = rest_of(4)
    one_edge = replace(COST, bins=(10,))
    facets = [Averaged(flat(3, 3), talks.leaves, {})]
    assert means_table(WINDOW, facets, talks.numbers, [one_edge], POLICY).num_rows == 0


def test_numbers_get_their_users_when_conversations_have_facets() -> None:
    numbers = pa.table({"conversation": ["a", "b"], "cost": [1.0, 2.0]})
    facets = pa.table({"conversation": ["b", "c"], "user": ["u2", "u3"]})
    assert with_users(numbers, facets)["user"].to_pylist() == [None, "u2"]


def said_in(window: Window, seed: int) -> Talks:
    """A number for most conversations of a window, as its first attribute has values for them."""
    random = np.random.default_rng(seed)
    leaf = window.those.leaf
    number = np.round(random.gamma(1.2, 12, len(leaf)).clip(0, 100), 1)
    number[random.random(len(leaf)) < random.choice([0, 0.2, 0.7])] = np.nan
    return Talks(leaf.tolist(), window.those.user.tolist(), number.tolist())


@settings(PROOF, max_examples=60)
@given(windows(), st.integers(0, 2**32))
def test_means_are_exact_to_half_a_step_and_leave_no_rest_of_few_when_recounted(
    window: Window, seed: int
) -> None:
    places, talks, policy = window.counted.places, said_in(window, seed), window.policy
    nesting = Nesting([FACET] * len(places.parent), places.parent, places.leaf, places.published)
    row_of = {int(places.leaf[at]): int(at) for at in np.flatnonzero(places.is_atom)}
    atoms = np.array([row_of[leaf] for leaf in talks.leaf])
    members = Members(np.arange(len(atoms)), atoms, np.array(talks.user))
    counts = averaged(nesting, members, {"cost": np.array(talks.number)})["cost"]
    table = means_table(WINDOW, [Averaged(places, talks.leaves, {})], talks.numbers, [COST], policy)
    few = are_few(counts.size, counts.users, policy) | (counts.size == 0)
    if few[0]:
        assert table.num_rows == 0
        return
    shown = np.zeros(len(places.parent), dtype=bool)
    for place, row in zip(np.flatnonzero(places.published), table.to_pylist(), strict=True):
        shown[place] = not row["suppressed"]
        assert row["suppressed"] == (row["mean"] is None) == (row["step"] is None)
        if shown[place]:
            assert abs(row["mean"] - counts.mean[place]) <= row["step"] / 2 + 1e-9
            # one user, whatever is said of them, moves the exact mean by one step at most
            assert 100 / counts.users[place] <= row["step"] <= 250 / counts.users[place]
    assert not (shown & few).any()
    assert not are_few(*rests(nesting, counts, shown), policy).any()
    inner = places.parent >= 0
    assert not (shown[inner] & ~shown[places.parent[inner]]).any()
