"""The sample as `llm logs list --json` gives it: a record a turn, of one person nobody names."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment, requests

name: Final[Format] = "llm"
lacks: Final[frozenset[Lack]] = frozenset({"users", "flags"})


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """What the user wrote and what came back, without what was said before."""
    for conversation in conversations:
        for place, messages, answer in requests(conversation):
            yield {
                "id": f"{conversation['conversation_id']}-{place}",
                "conversation_id": conversation["conversation_id"],
                "conversation_name": None,
                "model": "sample-model",
                "datetime_utc": moment(conversation, place).isoformat(),
                "prompt": _text(messages[-1]["content"]),
                "system": None,
                "response": answer if answer is None else _text(answer),
                "input_tokens": None,
                "output_tokens": None,
                "prompt_fragments": [],
                "tool_calls": [],
                "tool_results": [],
                "attachments": [],
            }


def _text(content: object) -> object:
    """Text blocks of a message; pictures and the like are files elsewhere."""
    if not isinstance(content, list):
        return content
    return "\n".join(block["text"] for block in content if "text" in block)
