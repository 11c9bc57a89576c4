#!/usr/bin/env bash
# opentelemetry-instrumentation-openai-v2 2.4b0 (with opentelemetry-util-genai 0.4b0), openai 3.57.0.
#
# The content of a chat message is a text, or a list of parts: {"type": "text", "text": ...}, pictures.
# With the current conventions and content on, a message of parts is written as `"parts":[]`. Not only
# the picture is left out: so is the text beside it, and text that is the only part, as SDKs and chat
# frameworks write it that always use the list. Seen on 2026-11-28: role "user", no parts, and the
# answer in full; nothing on the span says that something was left out.
#
# The successor opentelemetry-instrumentation-genai-openai 1.3b0 writes all parts, and pictures too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/ask.py" <<'PYTHON'
import json
import os
import sys

import httpx
import openai
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "gen_ai_latest_experimental"
os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "SPAN_ONLY"
if sys.argv[1] == "openai-v2":
    from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
else:
    from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor

ANSWER = {
    "id": "c1", "object": "chat.completion", "created": 1790000000, "model": "m",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Rye."}}
    ],
}
TEXT = {"type": "text", "text": "Which flour is this?"}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
reply = httpx.MockTransport(lambda _: httpx.Response(200, json=ANSWER))
client = openai.OpenAI(api_key="none", http_client=httpx.Client(transport=reply))
spans, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
OpenAIInstrumentor().instrument(tracer_provider=provider)
written = {}
for name, content in {
    "text": TEXT["text"], "one part": [TEXT], "text and picture": [TEXT, PICTURE]
}.items():
    client.chat.completions.create(model="m", messages=[{"role": "user", "content": content}])
    (span,) = spans.get_finished_spans()
    spans.clear()
    ((message,), (answer,)) = (
        json.loads(span.attributes[f"gen_ai.{which}.messages"]) for which in ("input", "output")
    )
    assert answer["parts"][0]["content"] == "Rye."
    written[name] = [part["type"] for part in message["parts"]]
print(sys.argv[1], written)
lost = sys.argv[1] == "openai-v2"
assert written["text"] == ["text"], written
assert written["one part"] == ([] if lost else ["text"]), written
assert ("text" in written["text and picture"]) is not lost, written
PYTHON
# the two need versions of util-genai that exclude each other
for package in openai-v2==2.4b0:0.4b0 genai-openai==1.3b0:1.3b0; do
  python3 -m venv --clear "$folder/venv"
  "$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
    openai==3.57.0 httpx==0.28.1 opentelemetry-sdk==1.45.2 \
    "opentelemetry-instrumentation-${package%:*}" "opentelemetry-util-genai==${package##*:}"
  "$folder/venv/bin/python" "$folder/ask.py" "${package%%==*}"
done
