"""Expect enough rows in every group of rows."""

from typing import Any, ClassVar

import numpy as np
import pandas as pd

from privacy_checks.expectations.counting_expectation import (
    CountingExpectation,
    CountingMetric,
    Counts,
)


class GroupsBelowMinRows(CountingMetric):
    """Groups with too few rows."""

    metric_name = "table.groups_below_min_rows"
    value_keys = ("group_columns", "min_rows")

    @classmethod
    def count(cls, frame: pd.DataFrame, **parameters: Any) -> Counts:
        """Count the rows of each group."""
        columns, least = list(parameters["group_columns"]), parameters["min_rows"]
        sizes = frame.groupby(columns, sort=False, dropna=False).size().to_numpy()
        few = int(np.count_nonzero(sizes < least))
        fewest = int(sizes.min()) if len(sizes) else 0
        return Counts(
            len(sizes), few, {"groups": len(sizes), "fewest_rows": fewest, "min_rows": least}
        )


class ExpectGroupsToHaveMinRows(CountingExpectation):
    """Expect each group of rows to be at least so large.

    Rows fall into one group where all `group_columns` are equal; a missing value is a value of its
    own.

    Args:
        group_columns: the columns that make a group.
        min_rows: least number of rows of a group.
    """

    group_columns: list[str]
    min_rows: int

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.groups_below_min_rows",)
    success_keys: ClassVar[tuple[str, ...]] = ("group_columns", "min_rows")
