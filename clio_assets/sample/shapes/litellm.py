"""The sample as LiteLLM's loggers are handed it: a payload for each request."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment, requests

name: Final[Format] = "litellm"
lacks: Final[frozenset[Lack]] = frozenset({"flags"})


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One payload a request. Nobody gave a session: LiteLLM makes an id for each call."""
    for conversation in conversations:
        for place, messages, answer in requests(conversation):
            started = moment(conversation, place).timestamp()
            call = _id(conversation["conversation_id"], place)
            yield {
                "id": f"chatcmpl-{call}",
                "litellm_call_id": call,
                "trace_id": _id(call, place),
                "session_id": "",
                "call_type": "acompletion",
                "status": "success" if answer is not None else "failure",
                "startTime": started,
                "endTime": started + 2,
                "model": "sample-model",
                "end_user": None,
                "model_parameters": {"user": conversation["user_id"], "max_tokens": 1000},
                "metadata": {"user_api_key_user_id": "the-application"},
                "messages": list(messages),
                "response": _response(answer),
            }


def _response(answer: str | None) -> Mapping[str, Any]:
    if answer is None:
        return {}
    message = {"role": "assistant", "content": answer, "tool_calls": None}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return {"object": "chat.completion", "choices": [choice]}


def _id(of: str, place: int) -> str:
    digest = blake2b(f"{of} {place}".encode(), digest_size=16).digest()
    return str(UUID(bytes=digest, version=4))
