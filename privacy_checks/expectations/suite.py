"""Running expectations on a frame: counts come back, values never.

Great Expectations is loaded by the first call and used without files, network or progress bars. An
expectation that cannot be worked out raises; it never counts as met.

The library works out anew for every frame which metrics an expectation needs, and in which order,
which takes several times as long as to compute them for a small frame. Gates judge thousands of
small frames by a few dozen suites, so that work is kept here for each suite (`_Plan`); the metrics
and the judgement are the library's own, and a test compares the outcome with that of its validator.
Outcomes of frames with a few rows are kept as well: most days have the same columns, reasons and
languages.
"""

import functools
import hashlib
import json
import logging
import os
import pickle
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from privacy_checks.expectations.expected import Expected
from privacy_checks.ground.faults import place_of

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.validator.metric_configuration import MetricConfiguration
    from great_expectations.validator.validation_graph import MetricEdge

#: As much as is needed for counts; not one value that breaks an expectation is kept. SUMMARY would
#: have the same numbers and look up the rows of what is unexpected besides.
COUNTS_ONLY = {
    "result_format": "BASIC",
    "partial_unexpected_count": 0,
    "exclude_unexpected_values": True,
}
#: What the engine calls the frame.
_BATCH = "frame"
_OWN = (
    "expect_column_values_to_be_pseudonyms",
    "expect_column_values_to_hold_no_names",
    "expect_column_values_to_hold_no_personal_data",
    "expect_columns_to_be_allowed",
    "expect_groups_to_have_min_distinct_users",
    "expect_rows_to_be_accounted_for",
    "expect_rows_to_form_trees",
)
#: Frames of at most so many rows are judged once, however often they come.
_FEW_ROWS = 32
#: Outcomes by suite and digest of the frame; emptied when it is full.
_KEPT: "dict[tuple[str, str], tuple[ExpectationOutcome, ...]]" = {}
_MOST_KEPT = 4_096
#: The library's loggers are silenced while it runs, which threads must not do to each other.
_ONE_AT_A_TIME = threading.Lock()


class ExpectationError(Exception):
    """An expectation could not be worked out. The message holds no values."""


@dataclass(frozen=True)
class ExpectationOutcome:
    """What one expectation found, in numbers.

    `violations` are the elements that break it, missing values among them: a missing value meets no
    expectation here, although the library leaves it out. At least 1 where it does not hold.
    `numbers` are further counts of the expectation's own.
    """

    expectation: str
    elements: int
    violations: int
    numbers: Mapping[str, int | float]

    @property
    def passed(self) -> bool:
        """Whether nothing breaks the expectation."""
        return self.violations == 0


def validate(frame: "pd.DataFrame", expected: Sequence[Expected]) -> tuple[ExpectationOutcome, ...]:
    """Validate a frame against expectations, all in one pass; an outcome each, in order.

    Raises ExpectationError where one cannot be worked out: an unknown expectation, a column that
    is not there, a type that does not fit.
    """
    suite = json.dumps([(one.name, dict(one.parameters)) for one in expected])
    with _ONE_AT_A_TIME:
        if len(frame) > _FEW_ROWS:
            return _judged(frame, suite)
        key = (suite, _digest(frame))
        if key not in _KEPT:
            if len(_KEPT) >= _MOST_KEPT:
                _KEPT.clear()
            _KEPT[key] = _judged(frame, suite)
        return _KEPT[key]


def _digest(frame: "pd.DataFrame") -> str:
    """A digest of all that a frame holds: names, types and values of its columns, in order."""
    columns = [(name, str(values.dtype), values.tolist()) for name, values in frame.items()]
    return hashlib.sha256(pickle.dumps(columns)).hexdigest()


def _judged(frame: "pd.DataFrame", suite: str) -> tuple[ExpectationOutcome, ...]:
    """The outcomes of a suite that is given as JSON: pairs of name and parameters."""
    with _silence():
        try:
            return tuple(_outcomes(frame, _plan(suite)))
        except Exception as error:  # noqa: BLE001 - whatever it is, its message may quote values
            cause = _cause(error)
            names = ", ".join(sorted({name for name, _ in json.loads(suite)}))
            raise ExpectationError(
                f"could not work out {names} ({type(cause).__name__} at {place_of(cause)})"
            ) from None


@dataclass(frozen=True)
class _Plan:
    """A suite, ready for any frame: its metrics in an order in which they can be worked out.

    `rounds` are metrics that need only those of earlier rounds; `needed` says which each
    expectation is judged by, by name.
    """

    expectations: "tuple[Expectation, ...]"
    needed: "tuple[Mapping[str, MetricConfiguration], ...]"
    rounds: "tuple[tuple[MetricConfiguration, ...], ...]"


def _outcomes(frame: "pd.DataFrame", plan: _Plan) -> Iterator[ExpectationOutcome]:
    from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine

    # an engine of its own each time: a shared one would keep the frame in memory
    engine = PandasExecutionEngine()
    engine.load_batch_data(_BATCH, frame)
    runtime = {"catch_exceptions": False, "result_format": dict(COUNTS_ONLY)}
    values: dict[Any, Any] = {}
    for metrics in plan.rounds:
        values.update(engine.resolve_metrics(metrics, values, runtime))
    for expectation, needed in zip(plan.expectations, plan.needed, strict=True):
        found = expectation._validate(
            metrics={name: values[metric.id] for name, metric in needed.items()},
            runtime_configuration=runtime,
            execution_engine=engine,
        )
        yield _outcome(expectation.expectation_type, found)


@functools.lru_cache(maxsize=512)
def _plan(suite: str) -> _Plan:
    """Plan a suite that is given as JSON: pairs of name and parameters."""
    _load()
    from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
    from great_expectations.validator.metrics_calculator import MetricsCalculator

    engine = PandasExecutionEngine()
    runtime = {"catch_exceptions": False, "result_format": dict(COUNTS_ONLY)}
    expectations, needed = [], []
    for name, parameters in json.loads(suite):
        configuration = _configuration(Expected(name, {**parameters, "batch_id": _BATCH}))
        expectation = configuration.to_domain_obj()
        metrics = expectation.get_validation_dependencies(engine, runtime)
        expectations.append(expectation)
        needed.append(dict(metrics.metric_configurations))
    graph = MetricsCalculator(engine).build_metric_dependency_graph(
        [metric for of_one in needed for metric in of_one.values()], runtime
    )
    return _Plan(tuple(expectations), tuple(needed), tuple(_rounds(graph.edges)))


def _rounds(edges: "Sequence[MetricEdge]") -> "Iterator[tuple[MetricConfiguration, ...]]":
    """The metrics of a dependency graph, each after all that it depends on."""
    metrics = {one.id: one for edge in edges for one in (edge.left, edge.right) if one is not None}
    waits_for: dict[Any, set[Any]] = {name: set() for name in metrics}
    for edge in edges:
        if edge.right is not None:
            waits_for[edge.left.id].add(edge.right.id)
    while waits_for:
        ready = [name for name, others in waits_for.items() if not others & set(waits_for)]
        if not ready:
            raise ValueError("metrics depend on one another in a circle")
        yield tuple(metrics[name] for name in ready)
        for name in ready:
            del waits_for[name]


def _configuration(expected: Expected) -> "ExpectationConfiguration":
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    return ExpectationConfiguration(type=expected.name, kwargs=dict(expected.parameters))


def _outcome(expectation: str, found: Any) -> ExpectationOutcome:
    """The counts of a result; an error where it is not a plain one."""
    success, result = found["success"], found["result"]
    if not isinstance(success, bool):
        raise TypeError("an expectation has no result")
    broken = 0 if success else max(1, int(result.get("unexpected_count") or 0))
    return ExpectationOutcome(
        expectation,
        int(result.get("element_count") or 0),
        broken + int(result.get("missing_count") or 0),
        {
            name: number
            for name, number in (result.get("details") or {}).items()
            if isinstance(number, int | float)
        },
    )


def _cause(error: BaseException) -> BaseException:
    """What was raised first: the library wraps it."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


@functools.cache
def _load() -> None:
    """Load the library, told to be quiet, and make this package's expectations known to it."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    showing = warnings.showwarning
    import great_expectations  # noqa: F401

    if warnings.showwarning is not showing:
        logging.captureWarnings(False)  # the library redirects the warnings of the whole process
    for name in _OWN:
        import_module(f"privacy_checks.expectations.{name}")


@contextmanager
def _silence() -> Iterator[None]:
    """No log line of the library, which may quote values, while the block runs."""
    if logging.root.manager.disable >= logging.CRITICAL:  # a gate has silenced the whole process
        yield
        return
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)
