"""Expect every key that came in to be kept or set aside, once, and no other key."""

from typing import Any, ClassVar

import numpy as np
import pandas as pd

from privacy_checks.expectations.counting_expectation import (
    CountingExpectation,
    CountingMetric,
    TableCounts,
)

#: What the column that says where a row was found may hold.
IN, KEPT, SET_ASIDE = "in", "kept", "set_aside"


class RowsAccountedFor(CountingMetric):
    """Keys that were lost, invented, or counted twice."""

    metric_name = "table.rows_accounted_for"
    value_keys = ("key_column", "place_column")

    @classmethod
    def count(cls, frame: pd.DataFrame, **parameters: Any) -> TableCounts:
        """Counts over a frame with one row for each key of the input and each of the output."""
        place = frame[parameters["place_column"]]
        codes, keys = pd.factorize(frame[parameters["key_column"]])
        found = {name: place.eq(name).to_numpy(dtype=bool) for name in (IN, KEPT, SET_ASIDE)}
        known = codes >= 0
        came = np.bincount(codes[known & found[IN]], minlength=len(keys))
        went = np.bincount(codes[known & (found[KEPT] | found[SET_ASIDE])], minlength=len(keys))
        twice = int(np.maximum(came - 1, 0).sum() + np.maximum(went - 1, 0).sum())
        lost = int(np.count_nonzero((came > 0) & (went == 0)))
        invented = int(np.count_nonzero((came == 0) & (went > 0)))
        unplaced = int(np.count_nonzero(~known | ~np.logical_or.reduce(list(found.values()))))
        rows = {f"rows_{name}": int(np.count_nonzero(mask)) for name, mask in found.items()}
        return TableCounts(
            len(frame),
            twice + lost + invented + unplaced,
            {**rows, "twice": twice, "lost": lost, "invented": invented, "unplaced": unplaced},
        )


class ExpectRowsToBeAccountedFor(CountingExpectation):
    """Expect in = kept + set aside, key by key.

    The frame has a row for each key that came in, one for each that was kept and one for each that
    was set aside. A key may come in once and must then be either kept or set aside, once; no other
    key may be. A row without a key or in an unknown place breaks the expectation.

    Args:
        key_column: what identifies a row.
        place_column: where the row was found: `in`, `kept` or `set_aside`.
    """

    key_column: str
    place_column: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.rows_accounted_for",)
    success_keys: ClassVar[tuple[str, ...]] = ("key_column", "place_column")
