"""The sample as a log of Responses: each request holds what was new and the answer before it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment, requests

name: Final[Format] = "responses"
lacks: Final[frozenset[Lack]] = frozenset({"flags"})


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One request each, linked by the ids of answers."""
    for conversation in conversations:
        before = None
        for place, messages, answer in requests(conversation):
            own = f"resp_{conversation['conversation_id']}_{place}"
            content: list[Any] = [{"type": "output_text", "text": answer, "annotations": []}]
            message = {"type": "message", "role": "assistant", "content": content}
            yield {
                "timestamp": moment(conversation, place).isoformat(),
                "request": {
                    "model": "sample-model",
                    "instructions": "You are a helpful assistant.",
                    "input": messages[-1]["content"],
                    "previous_response_id": before,
                    "safety_identifier": conversation["user_id"],
                },
                "response": {
                    "id": own,
                    "object": "response",
                    "previous_response_id": before,
                    "output": [] if answer is None else [message],
                },
            }
            before = own
