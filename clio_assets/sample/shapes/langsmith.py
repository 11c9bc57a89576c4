"""The sample as LangSmith exports runs of LangChain: a chain and the model's run below it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment, requests

name: Final[Format] = "langsmith"
lacks: Final[frozenset[Lack]] = frozenset({"flags"})

_TOOK: Final = timedelta(seconds=2)
_CLASSES: Final = {
    "user": "HumanMessage",
    "assistant": "AIMessage",
    "system": "SystemMessage",
    "tool": "ToolMessage",
}


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """The model's run first, as it ends first; thread and user stand on the chain alone."""
    for conversation in conversations:
        for place, messages, answer in requests(conversation):
            trace = f"{conversation['conversation_id']}-{place}"
            started = moment(conversation, place)
            shared = {
                "trace_id": trace,
                "session_id": "the-project",
                "start_time": started.isoformat(),
                "end_time": (started + _TOOK).isoformat(),
                "error": None,
                "tags": ["seq:step:1"],
            }
            yield shared | {
                "id": f"{trace}-model",
                "parent_run_id": trace,
                "run_type": "llm",
                "name": "ChatModel",
                "inputs": json.dumps({"messages": [[_constructed(m) for m in messages]]}),
                "outputs": None if answer is None else json.dumps(_outputs(answer)),
                "extra": json.dumps({"metadata": {"ls_model_name": "sample-model"}}),
            }
            named = {
                "thread_id": conversation["conversation_id"],
                "user_id": conversation["user_id"],
            }
            yield shared | {
                "id": trace,
                "parent_run_id": None,
                "run_type": "chain",
                "name": "RunnableSequence",
                "inputs": json.dumps({"question": messages[-1]["content"]}),
                "outputs": None if answer is None else json.dumps({"output": answer}),
                "extra": json.dumps({"metadata": named}),
            }


def _outputs(answer: str) -> Mapping[str, Any]:
    message = _constructed({"role": "assistant", "content": answer})
    return {"generations": [[{"text": answer, "message": message}]], "llm_output": None}


def _constructed(message: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "lc": 1,
        "type": "constructor",
        "id": ["langchain", "schema", "messages", _CLASSES[message["role"]]],
        "kwargs": {"content": message["content"]},
    }
