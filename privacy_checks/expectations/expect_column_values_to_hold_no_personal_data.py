"""Expect texts in which no detector of personal data finds anything."""

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.column_condition_partial import (
    column_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.column_map_metric_provider import (
    ColumnMapMetricProvider,
)

from privacy_checks.detectors import registry_of
from privacy_checks.ground.parallel import in_pieces
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.paragraphs import may_hold


class ColumnValuesHoldNoPersonalData(ColumnMapMetricProvider):
    """Whether the detectors find nothing in a text; equal texts are looked at once."""

    condition_metric_name = "column_values.hold_no_personal_data"
    condition_value_keys = ("kinds_off", "min_score", "extra_detectors")

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805 - the library binds the class
        column: "pd.Series[Any]",
        kinds_off: Sequence[str] = (),
        min_score: float = 0.0,
        extra_detectors: Sequence[str] = (),
        **_: Any,
    ) -> "pd.Series[bool]":
        registry = registry_of(
            PrivacyPolicy(
                detectors_off=tuple(kinds_off or ()),
                min_detector_score=min_score or 0.0,
                extra_detectors=tuple(extra_detectors or ()),
            )
        )
        codes, distinct = pd.factorize(column.astype(str))
        texts = pa.array(distinct, pa.string())
        clean = np.ones(len(texts), dtype=bool)
        for at in np.flatnonzero(in_pieces(partial(may_hold, registry), texts)).tolist():
            clean[at] = not registry.has_hit(texts[at].as_py())
        return pd.Series(clean[codes], index=column.index, dtype=bool)


class ExpectColumnValuesToHoldNoPersonalData(ColumnMapExpectation):
    """Expect no e-mail address, phone number, secret, card, ... in any value of a column.

    The detectors are those of `privacy_checks.detectors`; values that are no texts are read as
    text.

    Args:
        column: the texts.
        kinds_off: kinds of personal data that are not looked for, such as `digit_run`.
        min_score: hits that a detector is less sure of are ignored, 0 to 1.
        extra_detectors: further detectors, each as `module:name`.
    """

    kinds_off: tuple[str, ...] = ()
    min_score: float = 0.0
    extra_detectors: tuple[str, ...] = ()

    map_metric: ClassVar[str] = "column_values.hold_no_personal_data"
    success_keys: ClassVar[tuple[str, ...]] = (
        "mostly",
        "kinds_off",
        "min_score",
        "extra_detectors",
    )
    args_keys: ClassVar[tuple[str, ...]] = ("column",)
