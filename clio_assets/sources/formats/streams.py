"""Answers that came as a stream of events, put together again.

    [{"type": "content_block_delta", "delta": {"text": "At "}}, ...]      Messages API
    [{"object": "chat.completion.chunk", "choices": [{"delta": ...}]}]    chat completions
    [{"type": "response.completed", "response": {...}}]                   Responses

or the same as the text that went over the line (`data: {...}`).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from clio_assets.sources.formats import fields
from clio_assets.sources.formats.protocol import Record

_ENDS: Final = ("response.completed", "response.incomplete", "response.failed")


def joined(response: object) -> object:
    """The answer as it would have come at once; anything that is no stream as it is."""
    events = _events(response)
    if not events:
        return response
    if any("choices" in event for event in events):
        return _of_chunks(events)
    whole = [event["response"] for event in events if event.get("type") in _ENDS]
    if whole and isinstance(whole[-1], Mapping):
        return whole[-1]
    if any(str(event.get("type")).startswith("response.") for event in events):
        return {"object": "response", "output_text": _texts(events, "response.output_text.delta")}
    return _of_messages(events)


def _events(response: object) -> list[Record]:
    if isinstance(response, str) and ("data:" in response):
        lines = [line.strip() for line in response.splitlines()]
        found = [
            fields.unwrapped(line[len("data:") :].strip())
            for line in lines
            if line.startswith("data:")
        ]
        return [event for event in found if isinstance(event, Mapping)]
    if not isinstance(response, list) or not all(isinstance(e, Mapping) for e in response):
        return []
    return response if any(map(_is_event, response)) else []


def _is_event(value: Record) -> bool:
    kind = value.get("type")
    is_chunk = value.get("object") == "chat.completion.chunk"
    named = isinstance(kind, str) and kind.startswith(("message_", "content_block_", "response."))
    return is_chunk or named


def _of_messages(events: Sequence[Record]) -> Record:
    """Blocks with the text that was added to each."""
    answer: dict[str, Any] = {"type": "message"}
    blocks: dict[object, dict[str, Any]] = {}
    for event in events:
        started, block, delta = (event.get(k) for k in ("message", "content_block", "delta"))
        place = str(event.get("index"))
        if isinstance(started, Mapping):
            answer |= {str(key): value for key, value in started.items()}
        if isinstance(block, Mapping):
            blocks[place] = dict(block)
        elif isinstance(delta, Mapping) and isinstance(delta.get("text"), str):
            told = blocks.setdefault(place, {"type": "text", "text": ""})
            told["text"] = f"{told.get('text') or ''}{delta['text']}"
    return {**answer, "content": list(blocks.values())}


def _of_chunks(events: Sequence[Record]) -> Record:
    text, about = "", dict(events[0])
    calls: dict[str, object] = {}
    for event in events:
        choices = event.get("choices")
        first = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(first, Mapping) or first.get("index") not in (0, None):
            continue
        delta = first.get("delta")
        if not isinstance(delta, Mapping):
            continue
        text += delta["content"] if isinstance(delta.get("content"), str) else ""
        found = delta.get("tool_calls")
        for call in found if isinstance(found, list) else []:
            if isinstance(call, Mapping):
                calls.setdefault(str(call.get("index")), call)
    message = {"role": "assistant", "content": text, "tool_calls": list(calls.values())}
    return {**about, "choices": [{"index": 0, "message": message}]}


def _texts(events: Sequence[Record], kind: str) -> str:
    deltas = [event.get("delta") for event in events if event.get("type") == kind]
    return "".join(delta for delta in deltas if isinstance(delta, str))
