#!/usr/bin/env bash
# opentelemetry-instrumentation-anthropic 0.62.4 (OpenLLMetry) with anthropic 2.12.0.
#
# A stream of the Messages API counts its output tokens twice: `message_start` says how many there are
# by then, `message_delta` how many there are in all. The SDK's final message takes the last; the span
# has the sum. Seen on 2026-11-28, of an answer of 7 tokens that began with 1, 3 and 5: 8, 10 and 12
# in `gen_ai.usage.output_tokens`; the total is as wrong. The same answer without streaming has 7.
#
# Costs and lengths from such spans are too high for streamed answers alone, by a share that is the
# larger the shorter they are, so comparing streamed with other answers compares the bookkeeping.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
  anthropic==2.12.0 httpx2==2.16.2 \
  opentelemetry-sdk==1.45.2 opentelemetry-instrumentation-anthropic==0.62.4
"$folder/venv/bin/python" - <<'PYTHON'
import json

import anthropic
import httpx2
from opentelemetry.instrumentation.anthropic import AnthropicInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

first = 1


def reply(request: httpx2.Request) -> httpx2.Response:
    message = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [],
        "stop_reason": None, "usage": {"input_tokens": 11, "output_tokens": first},
    }
    text = "Flour, water and salt."
    whole = {"stop_reason": "end_turn", "usage": {"input_tokens": 11, "output_tokens": 7}}
    if not json.loads(request.content).get("stream"):
        content = [{"type": "text", "text": text}]
        return httpx2.Response(200, json={**message, "content": content, **whole})
    events = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 7}},
        {"type": "message_stop"},
    ]
    body = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
    return httpx2.Response(200, headers={"content-type": "text/event-stream"}, text=body)


client = anthropic.Anthropic(
    api_key="none", http_client=anthropic.DefaultHttpxClient(transport=httpx2.MockTransport(reply))
)
spans, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
AnthropicInstrumentor().instrument(tracer_provider=provider)
request = {"model": "m", "max_tokens": 99, "messages": [{"role": "user", "content": "Bread?"}]}


def counted() -> int:
    (span,) = spans.get_finished_spans()
    spans.clear()
    return span.attributes["gen_ai.usage.output_tokens"]


client.messages.create(**request)
plain = counted()
streamed = {}
for first in (1, 3, 5):
    with client.messages.stream(**request) as stream:
        final = stream.get_final_message().usage.output_tokens
    streamed[first] = (final, counted())
print(f"not streamed: {plain}; streamed, by the first count (SDK, span): {streamed}")
assert plain == 7
assert streamed == {1: (7, 8), 3: (7, 10), 5: (7, 12)}
PYTHON
