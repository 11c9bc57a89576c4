"""What a span says of user, conversation and tenant reaches the spans below it.

Loggers often put them on the application's own span alone, which ends, and is written, after those
below it. So spans wait in buckets, trace by trace, until all of them were read. Then it is known,
too, what several records tell of one call (`one_call.py`), and which spans repeat the calls below.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from clio_assets.sources.grouping.buckets import Buckets
from clio_assets.sources.grouping.one_call import calls_of
from clio_assets.sources.grouping.rows import ROWS, Row, digest

_INHERITED: Final = ("conversation", "user", "tenant")


class Traces:
    """Spans that wait for what those above them say."""

    def __init__(self, scratch: Path | None) -> None:
        self._waiting = Buckets(ROWS, "group", scratch=scratch)

    def add(self, row: Row) -> None:
        """Take a row with a span."""
        row.group = digest("trace", row.trace)
        self._waiting.add(row.as_tuple(), row.size)

    def resolved(self) -> Iterator[Row]:
        """One row for each span that has messages, and none below it that has some, with what the
        nearest span above it says."""
        for table in self._waiting.tables():
            by_trace: dict[bytes, list[dict[str, Any]]] = {}
            for row in table.to_pylist():
                by_trace.setdefault(row["group"], []).append(row)
            for rows in by_trace.values():
                yield from _of_trace(rows)


def _of_trace(rows: list[dict[str, Any]]) -> Iterator[Row]:
    spans: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (row["count"], row["content"])):
        known = spans.setdefault(row["span"], dict.fromkeys((*_INHERITED, "parent_span")))
        for name in known:  # a span and its log record may each say a part
            known[name] = row[name] if known[name] is None else known[name]
        known["attributes"] = {**_decoded(row["attributes"]), **known.get("attributes", {})}
    calls = calls_of(row for row in rows if row["count"])
    repeated = _above(calls, spans)
    for own, row in calls.items():
        if own not in repeated:
            yield Row(**{**row, **_inherited(row, spans)})


def _above(calls: Iterable[str], spans: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The spans above those that have messages: an agent's span repeats what its calls hold, a
    wrapper's that of the client it wraps. Where nothing below it has messages, it counts."""
    found: set[str] = set()
    for own in calls:
        path: set[str] = set()
        at: str | None = spans[own]["parent_span"]
        while at is not None and at in spans and at not in path and at not in found and at != own:
            path.add(at)
            at = spans[at]["parent_span"]
        if at != own:  # else they stand in a circle, and none is above the other
            found |= path
    return found


def _inherited(row: dict[str, Any], spans: dict[str, dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {name: row[name] for name in _INHERITED}
    attributes = _decoded(row["attributes"])
    seen: set[str] = set()
    at: str | None = row["span"]
    while at is not None and at in spans and at not in seen:
        seen.add(at)
        for name in _INHERITED:
            found[name] = spans[at][name] if found[name] is None else found[name]
        attributes = {**spans[at]["attributes"], **attributes}
        at = spans[at]["parent_span"]
    found["attributes"] = json.dumps(attributes, ensure_ascii=False) if attributes else ""
    return found


def _decoded(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text) if text else {}
    return found
