"""What several records tell of one span is one call.

A span and its log record may both hold all messages of a call: the one that says more counts.
Where each message is a log record of its own, those before the call and the answer after it are
often written apart: parts (deltas without a node) are put together in the order of time.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from clio_assets.domain.transcript import Message, decode_messages
from clio_assets.sources.grouping.rows import told_by

_Row = dict[str, Any]


def calls_of(rows: Iterable[_Row]) -> dict[str, _Row]:
    """One row for each span, by its id."""
    by_span: dict[str, list[_Row]] = {}
    for row in rows:
        by_span.setdefault(row["span"], []).append(row)
    return {span: _one(told) for span, told in by_span.items()}


def _one(rows: Sequence[_Row]) -> _Row:
    whole = [row for row in rows if not _is_part(row)]
    if whole:
        return max(whole, key=lambda row: (row["count"], -(row["at"] or 0), row["content"]))
    return _joined(rows) if any(row["turns"] for row in rows) else rows[0]


def _is_part(row: _Row) -> bool:
    return bool(row["delta"]) and row["node"] is None


def _joined(parts: Sequence[_Row]) -> _Row:
    ordered = sorted(parts, key=lambda row: (row["at"] or 0, row["content"]))
    seen: set[tuple[int | None, bytes]] = set()
    messages: list[Message] = []
    losses: set[str] = set()
    for row in ordered:
        if (row["at"], row["content"]) not in seen:  # else the same line, read twice
            messages += decode_messages(row["messages"])
        seen.add((row["at"], row["content"]))
        losses.update(row["losses"].split())
    last = ordered[-1]
    return {
        **last,
        "delta": False,
        "at": ordered[0]["at"],
        "losses": " ".join(sorted(losses)),
        **told_by(messages),
    }
