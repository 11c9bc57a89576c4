"""Means of attributes that are numbers, worked out again from what each conversation says."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.cells import Members, lines
from privacy_checks.recount.counting import (
    Codes,
    distinct_in_groups,
    distinct_sorted,
    sizes_of_groups,
)
from privacy_checks.recount.rounding import Nesting

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class MeanCounts:
    """One attribute's mean in every place, and who says a number there.

    `atom` and `user` are those of each conversation that does.
    """

    mean: Reals
    size: Codes
    users: Codes
    atom: Codes
    user: Codes


def averaged(
    nesting: Nesting, members: Members, numbers: Mapping[str, Reals]
) -> dict[str, MeanCounts]:
    """Attribute -> its means; `numbers` has one a row of the facets table, not a number where the
    source says none. Each user counts once in a place, with the mean of what is theirs.

    A window (place 0) over two atoms; user 7 said 1, 1 and 4, user 8 said 10:

    >>> nesting = Nesting(["request"] * 3, np.array([-1, 0, 0]), np.array([-2, 0, 1]), np.ones(3))
    >>> members = Members(np.arange(4), np.array([1, 1, 2, 2]), np.array([7, 7, 7, 8]))
    >>> found = averaged(nesting, members, {"cost": np.array([1.0, 1, 4, 10])})["cost"]
    >>> found.mean.tolist(), found.users.tolist()
    ([6.0, 1.0, 7.0], [2, 1, 2])
    """
    found = {}
    for attribute, of_row in numbers.items():
        number = of_row[members.rows]
        says = ~np.isnan(number)
        atom, user = members.atom[says], members.users[members.rows][says]
        size, users = np.zeros((2, len(nesting.above)), dtype=np.int64)
        mean = np.zeros(len(nesting.above))
        for place in lines(nesting, atom):
            size += sizes_of_groups(place, len(size))
            users += distinct_in_groups(place, user, len(users))
            mean += _means_of_users(place, user, number[says], len(mean))
        found[attribute] = MeanCounts(mean / np.maximum(users, 1), size, users, atom, user)
    return found


def _means_of_users(place: Codes, user: Codes, number: Reals, count: int) -> Reals:
    """Each place's sum over its users of the mean of what is theirs."""
    inside = place >= 0
    if not inside.any():
        return np.zeros(count)
    width = int(user.max()) + 1
    both = place[inside] * width + user[inside]
    pairs = distinct_sorted(both)
    at = np.searchsorted(pairs, both)
    own = np.bincount(at, weights=number[inside]) / np.bincount(at)
    found: Reals = np.bincount(pairs // width, weights=own, minlength=count).astype(np.float64)
    return found


def rests(nesting: Nesting, counts: MeanCounts, shown: np.ndarray) -> tuple[Codes, Codes]:
    """Of each place that is shown: conversations and users in it that are in none below it that is
    shown as well. That is what is left of it when those are taken off."""
    owner = np.where(shown, np.arange(len(shown)), -1)
    for places in nesting.generations()[1:]:
        owner[places] = np.where(shown[places], places, owner[nesting.above[places]])
    rest = owner[counts.atom]
    return sizes_of_groups(rest, len(shown)), distinct_in_groups(rest, counts.user, len(shown))


def are_few(size: Codes, users: Codes, policy: PrivacyPolicy) -> np.ndarray:
    """Where somebody is behind a number, but too few."""
    few = (size < policy.min_cell_conversations) | (users < policy.min_cell_users)
    return (size > 0) & few
