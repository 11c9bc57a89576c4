"""Which version of which logger wrote a record, where the record says so.

    {"resourceSpans": [{"scopeSpans": [{"scope": {"name": "some.instrumentation",
     "version": "2.4b0"}, ...}]}]}                            -> "some.instrumentation 2.4b0"
    {"type": "user", "version": "2.0.31", "sessionId": ...}   -> "Claude Code 2.0.31"

Most shapes say nothing of it. What stands there is shown to the operator only where it looks like
the name of a package and a version: a field of that name may hold anything.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.otel import scopes
from clio_assets.sources.formats.protocol import Record

_NAME = re.compile(r"[A-Za-z@][\w.@/:-]{0,79}")
_VERSION = re.compile(r"v?\d[\w.+-]{0,39}")

#: Of a shape: the field that names what wrote it, and the one with its version.
_FIELDS: Final[Mapping[Format, tuple[tuple[str, str], ...]]] = {
    "langfuse": (("metadata.scope.name", "metadata.scope.version"),),
    "langsmith": (
        ("extra.runtime.sdk", "extra.runtime.sdk_version"),
        ("extra.runtime.library", "extra.runtime.library_version"),
    ),
}
#: Of a shape that only one program writes: its name, and the fields that may hold the version.
_ONE_PROGRAM: Final[Mapping[Format, tuple[str, tuple[str, ...]]]] = {
    "claude-code": ("Claude Code", ("version",)),
    "inspect": ("inspect_ai", ("eval.packages.inspect_ai",)),
    "mlflow": (
        "MLflow, schema of traces",
        tuple(
            f"{place}mlflow.trace_schema.version"
            for place in ("", "trace_metadata.", "info.trace_metadata.", "info.request_metadata.")
        ),
    ),
}


def written_by(shape: Format, record: Record) -> set[str]:
    """What wrote a record of that shape, with its version; nothing where it does not say."""
    return {
        f"{name} {version}"
        for name, version in _pairs(shape, record)
        if isinstance(version, str) and _VERSION.fullmatch(version) and name
    }


def _pairs(shape: Format, record: Record) -> Iterator[tuple[str, object]]:
    if shape == "otel":
        yield from ((_name(name), version) for name, version in scopes(record))
    for path, version in _FIELDS.get(shape, ()):
        yield _name(fields.at_path(record, path)), fields.at_path(record, version)
    if shape in _ONE_PROGRAM:
        name, paths = _ONE_PROGRAM[shape]
        yield name, fields.first_at(record, paths)


def _name(value: object) -> str:
    """The name of a package; empty where it looks like none."""
    return value if isinstance(value, str) and _NAME.fullmatch(value) else ""
