#!/usr/bin/env bash
# opentelemetry-instrumentation-openai 0.62.4 (OpenLLMetry) with openai 3.57.0, used by itself.
#
# A conversation of three messages whose last holds a picture as `data:` URL, which is how the API
# takes a picture that has no address. Seen on 2026-11-28: the span has no `gen_ai.input.messages` at
# all, so the earlier messages, texts all of them, are gone as well, and with them every later request,
# since each repeats the picture. The answer, model and tokens are there, the status is not an error.
# A picture by https URL, and parts of text, are written in full.
#
# An uploader for pictures is called for each; the default of `OpenAIInstrumentor(upload_base64_image=)`
# is a function that cannot be awaited, the error is kept back, and only a debug message says so.
# `OpenAIInstrumentor(upload_base64_image=None)` writes all.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
  openai==3.57.0 httpx==0.28.1 \
  opentelemetry-sdk==1.45.2 opentelemetry-instrumentation-openai==0.62.4
cat > "$folder/ask.py" <<'PYTHON'
import json
import sys

import httpx
import openai
from opentelemetry.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

ANSWER = {
    "id": "c1", "object": "chat.completion", "created": 1790000000, "model": "m",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Rye."}}
    ],
}
reply = httpx.MockTransport(lambda _: httpx.Response(200, json=ANSWER))
client = openai.OpenAI(api_key="none", http_client=httpx.Client(transport=reply))
spans, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))


def messages_written(*parts: dict) -> int | None:
    """How many of the three messages of a request stand on its span."""
    said = [("user", "How is bread made?"), ("assistant", "Of flour."), ("user", list(parts))]
    client.chat.completions.create(
        model="m", messages=[{"role": role, "content": content} for role, content in said]
    )
    (span,) = spans.get_finished_spans()
    spans.clear()
    assert "Rye." in span.attributes["gen_ai.output.messages"]
    assert span.status.is_ok or span.status.is_unset
    written = span.attributes.get("gen_ai.input.messages")
    return None if written is None else len(json.loads(written))


text = {"type": "text", "text": "Which flour is this?"}
inline, linked = (
    {"type": "image_url", "image_url": {"url": url}}
    for url in ("data:image/png;base64,AAAA", "https://example.org/flour.png")
)
options = {"upload_base64_image": None} if sys.argv[1] == "none" else {}
OpenAIInstrumentor(**options).instrument(tracer_provider=provider)
seen = {
    "text": messages_written(text),
    "linked picture": messages_written(text, linked),
    "inline picture": messages_written(text, inline),
}
print(f"upload_base64_image: {sys.argv[1]}; messages written of 3: {seen}")
assert list(seen.values()) == [3, 3, 3 if options else None], seen
PYTHON
"$folder/venv/bin/python" "$folder/ask.py" "as it comes"
"$folder/venv/bin/python" "$folder/ask.py" none
