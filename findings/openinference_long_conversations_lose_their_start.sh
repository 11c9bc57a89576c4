#!/usr/bin/env bash
# openinference-instrumentation-anthropic 3.1.0 (anthropic 2.12.0) on a plain opentelemetry-sdk 1.45.2.
#
# A span keeps 128 attributes. The specification has the SDK discard what would be one too many; the
# SDK for Python keeps the new one and drops the oldest. OpenInference writes two attributes for each
# message of a request, the first message first. Seen on 2026-11-28: of 53 messages everything is
# there; of 57 the request's JSON (`input.value`) is gone, of 59 the first two messages too, of 301 the
# first 244. What is left begins in the middle of the conversation, as a request of its own would. By
# the rule of the specification the start and the JSON, which holds everything, would have stayed.
#
# Each request has its span, so nothing seems to be missing until somebody looks how conversations
# begin. The SDK logs a warning for each attribute and counts `dropped_attributes`; a
# higher OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT, or OpenInference's own TracerProvider, keeps them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
  anthropic==2.12.0 httpx2==2.16.2 opentelemetry-sdk==1.45.2 \
  openinference-instrumentation-anthropic==3.1.0 openinference-instrumentation==0.1.72
cat > "$folder/ask.py" <<'PYTHON'
import logging
import sys

import anthropic
import httpx2
from openinference.instrumentation.anthropic import AnthropicInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

logging.disable()
ANSWER = {
    "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "stop_reason": "end_turn",
    "content": [{"type": "text", "text": "Rye."}], "usage": {"input_tokens": 11, "output_tokens": 7},
}
transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json=ANSWER))
client = anthropic.Anthropic(
    api_key="none", http_client=anthropic.DefaultHttpxClient(transport=transport)
)
spans, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
AnthropicInstrumentor().instrument(tracer_provider=provider)


def kept(messages: int) -> tuple[bool, int, int]:
    """Whether the request's JSON is there, the first message that is whole, attributes dropped."""
    said = [("user", "question"), ("assistant", "answer")] * messages
    client.messages.create(
        model="m", max_tokens=9,
        messages=[{"role": role, "content": f"{text} {n}"} for n, (role, text) in enumerate(said)][
            :messages
        ],
    )
    (span,) = spans.get_finished_spans()
    spans.clear()
    whole = [
        n
        for n in range(messages)
        if {f"llm.input_messages.{n}.message.{part}" for part in ("role", "content")}
        <= set(span.attributes)
    ]
    assert whole[-1] == messages - 1
    return "input.value" in span.attributes, whole[0], span.dropped_attributes


seen = {messages: kept(messages) for messages in (53, 57, 59, 151, 301)}
print(f"limit {sys.argv[1]}; messages: (input.value, first whole message, dropped): {seen}")
if sys.argv[1] == "128":
    assert seen[53] == (True, 0, 0), seen
    assert seen[57][:2] == (False, 0), seen
    assert seen[59][:2] == (False, 2), seen
    assert not seen[301][0] and seen[301][1] > 200, seen
else:
    assert set(seen.values()) == {(True, 0, 0)}, seen
PYTHON
for limit in 128 1000; do
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=$limit "$folder/venv/bin/python" "$folder/ask.py" "$limit"
done
