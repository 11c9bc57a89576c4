"""The sample as a log of the Messages API: a request for each turn, with all messages so far."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment, requests

name: Final[Format] = "messages-api"
lacks: Final[frozenset[Lack]] = frozenset({"flags"})


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One request each; nothing names the conversation."""
    for conversation in conversations:
        for place, messages, answer in requests(conversation):
            yield {
                "timestamp": moment(conversation, place).isoformat(),
                "request": {
                    "model": "sample-model",
                    "max_tokens": 1000,
                    "messages": list(messages),
                    "metadata": {"user_id": conversation["user_id"]},
                },
                "response": {"type": "error", "error": {"type": "overloaded_error"}}
                if answer is None
                else {
                    "type": "message",
                    "role": "assistant",
                    "model": "sample-model",
                    "content": [{"type": "text", "text": answer}],
                },
            }
