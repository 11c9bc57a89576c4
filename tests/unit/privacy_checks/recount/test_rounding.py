"""The gate works published numbers out by itself, and to the same ones as the stage."""

import numpy as np
from hypothesis import HealthCheck, given, settings

from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount import rounding
from privacy_checks.recount.rounding import NO_ATOM, UNCLUSTERED, Nesting
from tests.unit.summaries.random_windows import WINDOW, Window, windows

#: A window, a cluster above two base clusters, and conversations in none.
SMALL = Nesting(
    ["request"] * 5,
    np.array([-1, 0, 1, 1, 0]),
    np.array([NO_ATOM, NO_ATOM, 0, 1, UNCLUSTERED]),
    np.array([True, True, True, True, False]),
)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(windows())
def test_gate_finds_the_published_numbers_when_it_counts_again(window: Window) -> None:
    places, rounded = window.counted.places, window.counted.rounded
    nesting = Nesting(
        [places.facet] * len(places.parent), places.parent, places.leaf, places.published
    )
    shift = rounding.offsets_of_atoms(nesting, WINDOW, window.policy.rounding)
    size = rounding.published_sizes(nesting, places.sizes, shift, window.policy)
    users = rounding.published_users(nesting, places.users, size, shift, window.policy)
    assert shift.tolist() == rounded.offsets.tolist()
    assert size.tolist() == rounded.sizes.tolist()
    assert users.tolist() == rounded.users.tolist()
    for attribute, counts in window.counts.items():
        cells = rounding.published_cells(nesting, counts, shift, size, window.policy.rounding)
        assert cells.tolist() == window.cells[attribute].tolist()


def test_sizes_add_up_when_atoms_are_rounded() -> None:
    shift = np.array([0, 4, 2])
    found = rounding.published_sizes(SMALL, np.array([0, 0, 24, 20, 3]), shift, PrivacyPolicy())
    # 20 with offset 4 would be known exactly; 3 with offset 2 rounds up
    assert found.tolist() == [50, 45, 20, 25, 5]


def test_users_stay_below_what_there_is_room_for() -> None:
    size, shift = np.array([50, 45, 20, 25, 5]), np.array([0, 4, 2])
    people = np.array([47, 44, 24, 20, 0])
    found = rounding.published_users(SMALL, people, size, shift, PrivacyPolicy())
    assert found.tolist() == [45, 40, 20, 20, 0]


def test_generations_and_windows_follow_the_places_above() -> None:
    assert [places.tolist() for places in SMALL.generations()] == [[0], [1, 4], [2, 3]]
    assert SMALL.window.tolist() == [0] * 5
