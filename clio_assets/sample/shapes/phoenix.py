"""The sample as Phoenix exports it: a row of its table of spans for each request."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from hashlib import blake2b
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment, requests

name: Final[Format] = "phoenix"
lacks: Final[frozenset[Lack]] = frozenset({"flags"})

_TOOK: Final = timedelta(seconds=2)


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One row a request, with the attributes that an instrumentation of OpenInference sets."""
    for conversation in conversations:
        for place, messages, answer in requests(conversation):
            trace = _id(f"{conversation['conversation_id']} {place}", 16)
            started = moment(conversation, place)
            yield {
                "name": "ChatCompletion",
                "span_kind": "LLM",
                "parent_id": None,
                "start_time": started.isoformat(),
                "end_time": (started + _TOOK).isoformat(),
                "status_code": "ERROR" if answer is None else "OK",
                "context.trace_id": trace,
                "context.span_id": _id(trace, 8),
                "attributes.llm.model_name": "sample-model",
                "attributes.llm.input_messages": [
                    _message(message["role"], message["content"]) for message in messages
                ],
                "attributes.llm.output_messages": None
                if answer is None
                else [_message("assistant", answer)],
                "attributes.user.id": conversation["user_id"],
                "attributes.session.id": conversation["conversation_id"],
            }


def _message(role: str, content: str) -> Mapping[str, str]:
    return {"message.role": role, "message.content": content}


def _id(of: str, size: int) -> str:
    return blake2b(of.encode(), digest_size=size).hexdigest()
