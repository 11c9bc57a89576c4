"""The sample as OpenTelemetry's exporters write it: a request of the protocol for each span.

A span of the application's, which alone names user and session, ends and is written after that of
the model below it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment, requests

name: Final[Format] = "otel"
lacks: Final[frozenset[Lack]] = frozenset({"flags"})

_TOOK: Final = timedelta(seconds=2)


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """Two requests of the protocol for each of the model, by the conventions since 1.37."""
    for conversation in conversations:
        for place, messages, answer in requests(conversation):
            trace = _id(f"{conversation['conversation_id']} {place}", 16)
            above, own = _id(f"{trace} turn", 8), _id(f"{trace} chat", 8)
            started = moment(conversation, place)
            told = {
                "gen_ai.operation.name": "chat",
                "gen_ai.request.model": "sample-model",
                "gen_ai.input.messages": _messages(messages),
            }
            if answer is not None:
                told["gen_ai.output.messages"] = _messages(
                    [{"role": "assistant", "content": answer}]
                )
            yield _request("sample.instrumentation", (trace, own, above), started, told)
            whose = {
                "user.id": conversation["user_id"],
                "session.id": conversation["conversation_id"],
            }
            yield _request("sample", (trace, above, None), started, whose)


def _messages(messages: Sequence[Mapping[str, Any]]) -> str:
    """Messages in parts, as JSON text."""
    parts = [
        {"role": m["role"], "parts": [{"type": "text", "content": m["content"]}]} for m in messages
    ]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def _request(
    scope: str, ids: tuple[str, str, str | None], started: datetime, told: Mapping[str, str]
) -> Mapping[str, Any]:
    trace, own, above = ids
    span: dict[str, Any] = {
        "traceId": trace,
        "spanId": own,
        **({} if above is None else {"parentSpanId": above}),
        "name": scope,
        "kind": 1 if above is None else 3,
        "startTimeUnixNano": f"{round(started.timestamp())}000000000",
        "endTimeUnixNano": f"{round((started + _TOOK).timestamp())}000000000",
        "attributes": _attributes(told),
        "status": {},
    }
    resource = {"attributes": _attributes({"service.name": "sample"})}
    scopes = [{"scope": {"name": scope}, "spans": [span]}]
    return {"resourceSpans": [{"resource": resource, "scopeSpans": scopes}]}


def _attributes(told: Mapping[str, str]) -> list[Mapping[str, Any]]:
    return [{"key": key, "value": {"stringValue": value}} for key, value in told.items()]


def _id(of: str, size: int) -> str:
    return blake2b(of.encode(), digest_size=size).hexdigest()
