#!/usr/bin/env bash
# opentelemetry-instrumentation-anthropic 0.62.4 (OpenLLMetry), anthropic 2.12.0; LiteLLM 1.110.2.
#
# Somebody presses "stop" while an answer is streamed: the request was made and paid for, part of the
# answer was read. Seen on 2026-11-28, of a stream that is left after its first words:
#   OpenLLMetry: no span at all, neither for `create(stream=True)` nor for the SDK's own
#     `with client.messages.stream(...)`, which closes the stream on the way out;
#   LiteLLM: neither the success nor the failure event of a custom logger, though `close()` was called;
#   openinference-instrumentation-anthropic 3.1.0, to compare: a span with the words that came.
# Spans and events are made where the iterator is exhausted, and an unfinished span is never exported.
#
# So the question is lost with the answer, without a word, and such a log has no stopped answers: what
# is measured on it (how long answers are, how many are unwanted) is measured on the others alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
  anthropic==2.12.0 httpx2==2.16.2 openai==3.57.0 httpx==0.28.1 litellm==1.110.2 \
  opentelemetry-sdk==1.45.2 opentelemetry-instrumentation-anthropic==0.62.4 \
  openinference-instrumentation-anthropic==3.1.0
cat > "$folder/spans.py" <<'PYTHON'
import json
import sys

import anthropic
import httpx2
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

if sys.argv[1] == "OpenLLMetry":
    from opentelemetry.instrumentation.anthropic import AnthropicInstrumentor
else:
    from openinference.instrumentation.anthropic import AnthropicInstrumentor

EVENTS = [
    {
        "type": "message_start",
        "message": {
            "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [],
            "stop_reason": None, "usage": {"input_tokens": 11, "output_tokens": 1},
        },
    },
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    *(
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
        for text in ("Flour, ", "water ", "and salt.")
    ),
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 7}},
    {"type": "message_stop"},
]
SSE = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in EVENTS)
reply = httpx2.MockTransport(
    lambda _: httpx2.Response(200, headers={"content-type": "text/event-stream"}, text=SSE)
)
client = anthropic.Anthropic(
    api_key="none", http_client=anthropic.DefaultHttpxClient(transport=reply)
)
spans, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
AnthropicInstrumentor().instrument(tracer_provider=provider)
request = {
    "model": "m", "max_tokens": 99,
    "messages": [{"role": "user", "content": "What is bread made of?"}],
}


def create(stop: bool) -> None:
    for event in client.messages.create(**request, stream=True):
        if stop and event.type == "content_block_delta":
            break


def helper(stop: bool) -> None:
    with client.messages.stream(**request) as stream:
        for _ in stream.text_stream:
            if stop:
                break


seen = {}
for call in (create, helper):
    for stop in (False, True):
        call(stop)
        seen[call.__name__, stop] = [str(dict(span.attributes)) for span in spans.get_finished_spans()]
        spans.clear()
print(sys.argv[1], {f"{name}, stopped: {stop}": len(found) for (name, stop), found in seen.items()})
expected = 0 if sys.argv[1] == "OpenLLMetry" else 1
for (_, stop), found in seen.items():
    assert len(found) == (expected if stop else 1), seen
    assert all("What is bread" in span and "Flour, " in span for span in found), seen
PYTHON
cat > "$folder/events.py" <<'PYTHON'
import json
import time

import httpx
import litellm
import openai
from litellm.integrations.custom_logger import CustomLogger

DELTAS = [{"role": "assistant", "content": ""}, *({"content": text} for text in ("Flour, ", "salt."))]
CHUNKS = [
    {
        "id": "c1", "object": "chat.completion.chunk", "created": 1790000000, "model": "m",
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
    }
    for delta, reason in [*((delta, None) for delta in DELTAS), ({}, "stop")]
]
SSE = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in CHUNKS) + "data: [DONE]\n\n"
reply = httpx.MockTransport(
    lambda _: httpx.Response(200, headers={"content-type": "text/event-stream"}, text=SSE)
)
client = openai.OpenAI(api_key="none", http_client=httpx.Client(transport=reply))
events = []


class Logger(CustomLogger):
    def log_success_event(self, kwargs, response_obj, start_time, end_time):
        events.append("success")

    def log_failure_event(self, kwargs, response_obj, start_time, end_time):
        events.append("failure")


litellm.callbacks = [Logger()]
seen = {}
for stop in (False, True):
    stream = litellm.completion(
        model="openai/m", client=client, stream=True,
        messages=[{"role": "user", "content": "What is bread made of?"}],
    )
    for chunk in stream:
        if stop and chunk.choices[0].delta.content == "Flour, ":
            break
    stream.close()
    time.sleep(5)  # events come from another thread
    seen[stop] = list(events)
    events.clear()
print("LiteLLM", {f"stopped: {stop}": found for stop, found in seen.items()})
assert seen == {False: ["success"], True: []}, seen
PYTHON
"$folder/venv/bin/python" "$folder/spans.py" OpenLLMetry
"$folder/venv/bin/python" "$folder/spans.py" OpenInference
LITELLM_LOCAL_MODEL_COST_MAP=True "$folder/venv/bin/python" "$folder/events.py"
