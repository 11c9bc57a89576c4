"""The sample as Langfuse exports observations: a generation for each request."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment, requests

name: Final[Format] = "langfuse"
lacks: Final[frozenset[Lack]] = frozenset({"flags"})

_TOOK: Final = timedelta(seconds=2)


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """A trace for each turn of the user: the application's span, which holds no messages, and the
    generation below it, with all messages so far as text."""
    for conversation in conversations:
        for place, messages, answer in requests(conversation):
            trace = f"{conversation['conversation_id']}-{place}"
            started = moment(conversation, place)
            shared = {
                "trace_id": trace,
                "project_id": "sample",
                "environment": "production",
                "start_time": _time(started),
                "end_time": _time(started + _TOOK),
                "user_id": conversation["user_id"],
                "session_id": conversation["conversation_id"],
                "level": "DEFAULT",
                "tags": [],
                "metadata": {},
            }
            yield shared | {
                "id": f"{trace}-span",
                "parent_observation_id": "",
                "type": "SPAN",
                "name": "turn",
                "input": "",
                "output": "",
            }
            yield shared | {
                "id": f"{trace}-generation",
                "parent_observation_id": f"{trace}-span",
                "type": "GENERATION",
                "name": "answer",
                "input": json.dumps(list(messages), ensure_ascii=False),
                "output": ""
                if answer is None
                else json.dumps(_message(answer), ensure_ascii=False),
                "provided_model_name": "sample-model",
            }


def _message(text: str) -> Mapping[str, str]:
    return {"role": "assistant", "content": text}


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")
