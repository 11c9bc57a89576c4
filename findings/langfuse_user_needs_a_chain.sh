#!/usr/bin/env bash
# langfuse 5.0.4, its handler for LangChain (langchain-core 1.8.3).
#
# The user and the session of a conversation are given with the call, as `langfuse_user_id` and
# `langfuse_session_id` in the metadata of its config. They are read when a chain starts and nowhere
# else. Seen on 2026-11-28, the same model, config and question: within a chain `user.id` and
# `session.id` are set on every span; with `model.invoke(...)` on none. There the two stand among the
# metadata under their own names, where nothing that counts users or groups sessions looks, and where a
# chain's spans do not have them. No warning is given.
#
# So an application that drops a needless chain loses all of its users in the traces from that day on.
# `propagate_attributes(user_id=..., session_id=...)` around the call sets them for both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
  langfuse==5.0.4 langchain==1.5.2 langchain-core==1.8.3 langchain-openai==1.7.4 openai==3.57.0 \
  httpx==0.28.1 opentelemetry-sdk==1.45.2
LANGSMITH_TRACING=false "$folder/venv/bin/python" - <<'PYTHON'
from contextlib import nullcontext

import httpx
from langchain_openai import ChatOpenAI
from langfuse import Langfuse, propagate_attributes
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
transport = httpx.MockTransport(lambda _: httpx.Response(200, json=ANSWER))
model = ChatOpenAI(model="m", api_key="none", http_client=httpx.Client(transport=transport))
spans, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
Langfuse(
    public_key="pk", secret_key="sk", tracer_provider=provider, span_exporter=InMemorySpanExporter()
)
WHO = {"langfuse_user_id": "user-17", "langfuse_session_id": "session-4"}


def named(runnable, metadata: dict, context=nullcontext()) -> tuple[int, int, int]:
    """Spans, those with user and session, and those with them among their metadata."""
    spans.clear()
    with context:
        runnable.invoke(
            [("user", "Which flour?")],
            config={"callbacks": [CallbackHandler()], "metadata": metadata},
        )
    found = [span.attributes for span in spans.get_finished_spans()]
    return (
        len(found),
        sum(a.get("user.id") == "user-17" and a.get("session.id") == "session-4" for a in found),
        sum(f"langfuse.observation.metadata.{key}" in a for a in found for key in WHO) // len(WHO),
    )


chain = named(model | (lambda message: message.content), WHO)
alone = named(model, WHO)
propagated = named(model, {}, propagate_attributes(user_id="user-17", session_id="session-4"))
print("(spans, with user and session, with them as metadata)")
print(f"chain: {chain}; model alone: {alone}; model alone, propagated: {propagated}")
assert chain[0] > 1 and chain[1] == chain[0] and chain[2] == 0, chain
assert alone == (1, 0, 1), alone
assert propagated == (1, 1, 0), propagated
PYTHON
