"""The sample as a log of chat completions: the same system prompt first in every request."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment, requests

name: Final[Format] = "chat-completions"
lacks: Final[frozenset[Lack]] = frozenset({"flags"})

_SYSTEM: Final = {"role": "system", "content": "You are a helpful assistant."}


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One request each; nothing names the conversation."""
    for conversation in conversations:
        for place, messages, answer in requests(conversation):
            message = {"role": "assistant", "content": answer, "refusal": None}
            yield {
                "timestamp": moment(conversation, place).isoformat(),
                "request": {
                    "model": "sample-model",
                    "messages": [_SYSTEM, *messages],
                    "user": conversation["user_id"],
                },
                "response": None
                if answer is None
                else {
                    "object": "chat.completion",
                    "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                },
            }
