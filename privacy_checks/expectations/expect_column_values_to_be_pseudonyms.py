"""Expect ids to be keyed pseudonyms."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.column_condition_partial import (
    column_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.column_map_metric_provider import (
    ColumnMapMetricProvider,
)


class ColumnValuesArePseudonyms(ColumnMapMetricProvider):
    """Whether a value is a prefix, an underscore and 32 hexadecimal digits."""

    condition_metric_name = "column_values.are_pseudonyms"
    condition_value_keys = ("prefixes",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805 - the library binds the class
        column: "pd.Series[Any]",
        prefixes: Sequence[str] = ("c", "u"),
        **_: Any,
    ) -> "pd.Series[bool]":
        prefix = "|".join(map(re.escape, prefixes))
        texts = pa.array(column.astype(str), pa.string())
        is_one = pc.match_substring_regex(texts, rf"\A(?:{prefix})_[0-9a-f]{{32}}\z")
        return pd.Series(is_one.to_numpy(zero_copy_only=False), index=column.index, dtype=bool)


class ExpectColumnValuesToBePseudonyms(ColumnMapExpectation):
    """Expect every value to be a keyed pseudonym: `c_` or `u_` and 32 lower-case hex digits.

    The form says that an id went through the keyed hash; a raw id is not of this form.

    Args:
        column: the ids.
        prefixes: what may stand before the underscore; `c` for conversations, `u` for users.
    """

    prefixes: tuple[str, ...] = ("c", "u")

    map_metric: ClassVar[str] = "column_values.are_pseudonyms"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "prefixes")
    args_keys: ClassVar[tuple[str, ...]] = ("column",)
