"""What expectations about whole tables have in common: a pure function counts, the count decides.

An expectation of this kind is two classes in one file: a `CountingMetric` that hands the DataFrame
and the parameters to the counting function, and a `CountingExpectation` that names that metric.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider


@dataclass(frozen=True)
class TableCounts:
    """How many elements were looked at, how many break the expectation, and other counts."""

    elements: int
    unexpected: int
    details: Mapping[str, int | float] = field(default_factory=dict)


class CountingMetric(TableMetricProvider):
    """A metric over a whole DataFrame; `value_keys` are the parameters that `count` is given."""

    @classmethod
    def count(cls, frame: pd.DataFrame, **parameters: Any) -> TableCounts:
        """What the metric is; each metric has its own."""
        raise NotImplementedError

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805 - the library binds the class
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> TableCounts:
        del metrics, runtime_configuration
        frame = execution_engine.get_domain_records(metric_domain_kwargs)
        return cls.count(frame, **metric_value_kwargs)


class CountingExpectation(BatchExpectation):
    """An expectation that holds where its one metric counts nothing unexpected."""

    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "row_condition", "condition_parser")

    @classmethod
    def is_abstract(cls) -> bool:
        """A class without a metric is a base class, which the library does not register."""
        return not cls.metric_dependencies or super().is_abstract()

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        del runtime_configuration, execution_engine
        (name,) = self.metric_dependencies
        counts: TableCounts = metrics[name]
        return {
            "success": counts.unexpected == 0,
            "result": {
                "observed_value": counts.unexpected,
                "element_count": counts.elements,
                "unexpected_count": counts.unexpected,
                "details": dict(counts.details),
            },
        }
