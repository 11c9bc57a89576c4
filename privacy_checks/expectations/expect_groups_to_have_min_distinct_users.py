"""Expect enough different people behind every group of rows."""

from typing import Any, ClassVar

import numpy as np
import pandas as pd

from privacy_checks.expectations.counting_expectation import (
    CountingExpectation,
    CountingMetric,
    TableCounts,
)


class GroupsBelowMinDistinctUsers(CountingMetric):
    """Groups with too few distinct users."""

    metric_name = "table.groups_below_min_distinct_users"
    value_keys = ("group_columns", "user_column", "min_users")

    @classmethod
    def count(cls, frame: pd.DataFrame, **parameters: Any) -> TableCounts:
        """Count the distinct users of each group; rows without a user count for nobody."""
        columns, least = list(parameters["group_columns"]), parameters["min_users"]
        group = frame.groupby(columns, sort=False, dropna=False).ngroup().to_numpy()
        user, users = pd.factorize(frame[parameters["user_column"]])
        groups = int(group.max(initial=-1)) + 1
        known = user >= 0
        pairs = np.unique(group[known] * (len(users) + 1) + user[known])
        people = np.bincount(pairs // (len(users) + 1), minlength=groups)
        few = int(np.count_nonzero(people < least))
        fewest = int(people.min()) if groups else 0
        return TableCounts(
            groups, few, {"groups": groups, "fewest_users": fewest, "min_users": least}
        )


class ExpectGroupsToHaveMinDistinctUsers(CountingExpectation):
    """Expect each group of rows to hold rows of at least so many different users.

    Rows fall into one group where all `group_columns` are equal; a missing value is a value of its
    own. What a group without rows would be is not in the frame: give it a row without a user.

    Args:
        group_columns: the columns that make a group.
        user_column: whose row it is; a missing user counts for nobody.
        min_users: least number of distinct users of a group.
    """

    group_columns: list[str]
    user_column: str
    min_users: int

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.groups_below_min_distinct_users",)
    success_keys: ClassVar[tuple[str, ...]] = ("group_columns", "user_column", "min_users")
