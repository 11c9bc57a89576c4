"""Expect a table to have the columns of an allow-list, of the types listed, and no others."""

import re
from typing import Any, ClassVar

import pandas as pd

from privacy_checks.expectations.counting_expectation import (
    CountingExpectation,
    CountingMetric,
    TableCounts,
)


class ColumnsNotAllowed(CountingMetric):
    """Columns that are unexpected, missing, there twice, or of another type."""

    metric_name = "table.columns_not_allowed"
    value_keys = ("allowed", "all_required")

    @classmethod
    def count(cls, frame: pd.DataFrame, **parameters: Any) -> TableCounts:
        """Compare names and types of the frame's columns with those allowed."""
        allowed: dict[str, list[str]] = parameters["allowed"]
        names = [str(name) for name in frame.columns]
        unexpected = sum(name not in allowed for name in names)
        repeated = len(names) - len(set(names))
        missing = len(set(allowed) - set(names)) if parameters["all_required"] else 0
        of_wrong_type = sum(
            not any(re.fullmatch(pattern, str(found)) for pattern in allowed[name])
            for name, found in zip(names, frame.dtypes, strict=True)
            if name in allowed
        )
        return TableCounts(
            len(names),
            unexpected + repeated + missing + of_wrong_type,
            {
                "columns_unexpected": unexpected,
                "columns_repeated": repeated,
                "columns_missing": missing,
                "columns_of_wrong_type": of_wrong_type,
            },
        )


class ExpectColumnsToBeAllowed(CountingExpectation):
    """Expect no column but those of an allow-list, each once and of a type that is listed for it.

    A column that somebody adds breaks the expectation until it is put on the list, on purpose.

    Args:
        allowed: for each column the types it may have, as regular expressions that must match the
            whole name of the pandas type (`int64`, `string\\[pyarrow\\]`; `.*` for any).
        all_required: whether a listed column that is not there breaks the expectation, too.
    """

    allowed: dict[str, list[str]]
    all_required: bool = True

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.columns_not_allowed",)
    success_keys: ClassVar[tuple[str, ...]] = ("allowed", "all_required")
