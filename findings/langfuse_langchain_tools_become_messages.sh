#!/usr/bin/env bash
# langfuse 5.0.4, its handler for LangChain (langchain-core 1.8.3).
#
# The input of a generation reads as the list of messages that the model got. Where the model has tools
# (`bind_tools`, so every agent), one message more stands behind them for each tool: role "tool", and
# the tool's definition as content. Seen on 2026-11-28: of one question and two tools, three messages;
# the model got one. In chat formats a message of role "tool" is what a tool answered.
#
# So the last message of a request is not the user's question, the number of messages tells nothing of
# the turns, and an agent that used no tool looks like one that called all of them. The definitions
# can be told by their content: an object where a tool's answer has text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
  langfuse==5.0.4 langchain==1.5.2 langchain-core==1.8.3 langchain-openai==1.7.4 openai==3.57.0 \
  httpx==0.28.1 opentelemetry-sdk==1.45.2
LANGSMITH_TRACING=false "$folder/venv/bin/python" - <<'PYTHON'
import json

import httpx
from langchain_openai import ChatOpenAI
from langfuse import Langfuse
from langfuse.langchain import CallbackHandler
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

ANSWER = {
    "id": "c1", "object": "chat.completion", "created": 1790000000, "model": "m",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Rye."}}
    ],
}
sent = []


def reply(request: httpx.Request) -> httpx.Response:
    sent.append(json.loads(request.content)["messages"])
    return httpx.Response(200, json=ANSWER)


def tool(name: str) -> dict:
    parameters = {"type": "object", "properties": {}}
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


model = ChatOpenAI(
    model="m", api_key="none", http_client=httpx.Client(transport=httpx.MockTransport(reply))
)
spans, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
Langfuse(
    public_key="pk", secret_key="sk", tracer_provider=provider, span_exporter=InMemorySpanExporter()
)
config = {"callbacks": [CallbackHandler()]}
seen = {}
for tools in ([], [tool("recipe"), tool("shop")]):
    spans.clear()
    (model.bind_tools(tools) if tools else model).invoke([("user", "Which flour?")], config=config)
    written = json.loads(spans.get_finished_spans()[0].attributes["langfuse.observation.input"])
    seen[len(tools)] = [message["role"] for message in written]
print(f"messages sent: {[len(messages) for messages in sent]}; written, by number of tools: {seen}")
assert [len(messages) for messages in sent] == [1, 1]
assert seen == {0: ["user"], 2: ["user", "tool", "tool"]}, seen
assert written[1]["content"] == tool("recipe"), written
PYTHON
