"""The sample as MLflow writes traces: the application's span and the model's below it."""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment, requests

name: Final[Format] = "mlflow"
lacks: Final[frozenset[Lack]] = frozenset({"flags"})

_TOOK: Final = timedelta(seconds=2)


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One trace a request, as `Trace.to_json()` gives it; attribute values are JSON text."""
    for conversation in conversations:
        for place, messages, answer in requests(conversation):
            trace = f"tr-{conversation['conversation_id']}-{place}"
            started = moment(conversation, place)
            root, model = _id(f"{trace} root"), _id(f"{trace} model")
            told = {
                "mlflow.spanType": "CHAT_MODEL",
                "mlflow.message.format": "openai",
                "mlflow.llm.model": "sample-model",
                "mlflow.spanInputs": {"model": "sample-model", "messages": list(messages)},
            }
            if answer is not None:
                told["mlflow.spanOutputs"] = {
                    "choices": [{"message": {"role": "assistant", "content": answer}}]
                }
            yield {
                "info": {
                    "trace_id": trace,
                    "trace_metadata": {
                        "mlflow.user": "the-application",
                        "mlflow.trace.user": conversation["user_id"],
                        "mlflow.trace.session": conversation["conversation_id"],
                    },
                },
                "data": {
                    "spans": [
                        _span(trace, (root, None), started, {"mlflow.spanType": "UNKNOWN"}),
                        _span(trace, (model, root), started, told),
                    ]
                },
            }


def _span(
    trace: str, ids: tuple[str, str | None], started: datetime, told: Mapping[str, object]
) -> Mapping[str, Any]:
    values = {"mlflow.traceRequestId": trace, **told}
    return {
        "trace_id": trace,
        "span_id": ids[0],
        "parent_span_id": ids[1],
        "start_time_unix_nano": round(started.timestamp()) * 10**9,
        "end_time_unix_nano": round((started + _TOOK).timestamp()) * 10**9,
        "status": {"code": "STATUS_CODE_OK"},
        "attributes": {key: json.dumps(value, ensure_ascii=False) for key, value in values.items()},
    }


def _id(of: str) -> str:
    return b64encode(blake2b(of.encode(), digest_size=8).digest()).decode()
