"""What wrote a record, and in which version."""

from typing import Any, cast, get_args

import pytest

from clio_assets.home.settings import Format
from clio_assets.sources.written_by import written_by
from tests.fakes.grouped import written
from tests.unit.sources.formats.otel.test_written import records


def otlp(scope: object) -> dict[str, Any]:
    return {"resourceSpans": [{"scopeSpans": [{"scope": scope, "spans": []}]}]}


def scoped(name: object, version: object) -> dict[str, Any]:
    return otlp({"name": name, "version": version})


RUN = {"extra": {"runtime": {"sdk": "langsmith-py", "sdk_version": "0.15.1"}}}
MLFLOW = {"MLflow, schema of traces 3"}


@pytest.mark.parametrize(
    ("shape", "record", "expected"),
    [
        ("otel", scoped("some.instrumentation", "2.4b0"), {"some.instrumentation 2.4b0"}),
        ("otel", scoped("@scope/instrumentation-x", "v1.0.0"), {"@scope/instrumentation-x v1.0.0"}),
        ("otel", scoped("the.application", None), set()),
        ("otel", scoped("", "1.0"), set()),
        ("otel", scoped("what somebody canary wrote", "1.0"), set()),
        ("otel", scoped("x", "1.0 and what somebody wrote"), set()),
        ("otel", scoped(5, 1.0), set()),
        ("otel", otlp(None), set()),
        ("otel", {"resourceLogs": [{"scopeLogs": [{"scope": {"name": "x", "version": "1"}}]}]},
         {"x 1"}),
        ("otel", {"resource_spans": [{"instrumentation_library_spans":
         [{"instrumentation_library": {"name": "x", "version": "1"}}]}]}, {"x 1"}),
        ("claude-code", {"type": "user", "version": "2.0.31"}, {"Claude Code 2.0.31"}),
        ("claude-code", {"type": "summary"}, set()),
        ("claude-code", {"version": "canary"}, set()),
        ("inspect", {"eval": {"packages": {"inspect_ai": "0.3.285"}}}, {"inspect_ai 0.3.285"}),
        ("inspect", {"eval": None}, set()),
        ("langsmith", RUN, {"langsmith-py 0.15.1"}),
        ("langsmith", {"extra": '{"runtime": {"sdk": "langsmith-py", "sdk_version": "0.15.1"}}'},
         {"langsmith-py 0.15.1"}),
        ("langfuse", {"metadata": {"scope": {"name": "langfuse-sdk", "version": "5.0.4"}}},
         {"langfuse-sdk 5.0.4"}),
        ("langfuse", {"metadata": "canary"}, set()),
        ("mlflow", {"mlflow.trace_schema.version": "3"}, MLFLOW),
        ("mlflow", {"info": {"trace_metadata": {"mlflow.trace_schema.version": "3"}}}, MLFLOW),
        ("plain", {"version": "1.0"}, set()),
    ],
)  # fmt: skip
def test_logger_is_told_with_its_version_when_the_record_says_so(
    shape: str, record: dict[str, Any], expected: set[str]
) -> None:
    assert written_by(cast("Format", shape), record) == expected


@pytest.mark.parametrize(
    ("shape", "name", "expected"),
    [
        ("otel", "otel-traceloop-anthropic.otlp.jsonl",
         {"opentelemetry.instrumentation.anthropic 0.62.4"}),
        ("otel", "otel-traceloop-anthropic.console.json", {"opentelemetry 1.45.2"}),
        ("otel", "otel-genai-anthropic.logs.otlp.jsonl",
         {"opentelemetry.instrumentation.genai.anthropic 1.3b0"}),
        ("otel", "openinference-anthropic.otlp.jsonl",
         {"openinference.instrumentation.anthropic 3.1.0"}),
        ("inspect", "inspect.json", {"inspect_ai 0.3.285"}),
    ],
)  # fmt: skip
def test_logger_is_told_when_it_wrote_the_file_itself(
    shape: str, name: str, expected: set[str]
) -> None:
    found = [written_by(cast("Format", shape), record) for record in records(written(name))]
    assert set().union(*found) == expected


@pytest.mark.parametrize("shape", get_args(Format))
@pytest.mark.parametrize(
    "record",
    [{}, {"metadata": 5, "extra": [], "info": "{", "eval": {"packages": []}, "version": {}}],
)
def test_nothing_is_told_when_a_record_is_of_no_use(shape: Format, record: dict[str, Any]) -> None:
    assert written_by(shape, record) == set()
