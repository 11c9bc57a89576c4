"""Expect texts that name no person, place or organisation but those everyone talks about."""

import functools
from collections.abc import Sequence
from typing import Any, ClassVar

import pandas as pd
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.column_condition_partial import (
    column_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.column_map_metric_provider import (
    ColumnMapMetricProvider,
)

from privacy_checks.language.names import suspected_names


class ColumnValuesHoldNoNames(ColumnMapMetricProvider):
    """Whether no word of a text is suspected to be a name; equal texts are looked at once."""

    condition_metric_name = "column_values.hold_no_names"
    condition_value_keys = ("allowed",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805 - the library binds the class
        column: "pd.Series[Any]",
        allowed: Sequence[str] = (),
        **_: Any,
    ) -> "pd.Series[bool]":
        texts = column.astype(str)
        nameless = {text: _is_nameless(text, tuple(allowed or ())) for text in set(texts)}
        return texts.map(nameless).astype(bool)


class ExpectColumnValuesToHoldNoNames(ColumnMapExpectation):
    """Expect no name of a person, a place or an organisation in any value of a column.

    Made for names and descriptions of published groups: lists of names, capitals within sentences
    and rarity decide (`privacy_checks.language.names`), without a model.

    Args:
        column: the texts.
        allowed: names that may stand there, beside the package's public list.
    """

    allowed: tuple[str, ...] = ()

    map_metric: ClassVar[str] = "column_values.hold_no_names"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "allowed")
    args_keys: ClassVar[tuple[str, ...]] = ("column",)


@functools.lru_cache(maxsize=1 << 12)
def _is_nameless(text: str, allowed: tuple[str, ...]) -> bool:
    """Kept, because a release holds the texts that were audited."""
    return not suspected_names(text, allowed)
