"""The sample in the shapes that loggers and exports write, one module each."""

from collections.abc import Mapping, Sequence
from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes import (
    arena,
    chat_completions,
    chatgpt,
    claude,
    claude_code,
    claude_compliance,
    deepseek,
    inspect_logs,
    langfuse,
    langsmith,
    librechat,
    litellm,
    llm,
    lmsys,
    messages_api,
    microsoft_graph,
    mlflow,
    open_webui,
    openai_compliance,
    openai_compliance_logs,
    otel,
    phoenix,
    plain,
    responses,
    sharegpt,
    wildchat,
)
from clio_assets.sample.shapes.protocol import Shape

_SHAPES: Final[Sequence[Shape]] = (
    plain,
    wildchat,
    lmsys,
    arena,
    sharegpt,
    chatgpt,
    claude,
    deepseek,
    open_webui,
    librechat,
    inspect_logs,
    messages_api,
    chat_completions,
    responses,
    claude_compliance,
    openai_compliance,
    openai_compliance_logs,
    microsoft_graph,
    claude_code,
    langfuse,
    langsmith,
    litellm,
    mlflow,
    llm,
    otel,
    phoenix,
)
SHAPES: Final[Mapping[Format, Shape]] = {shape.name: shape for shape in _SHAPES}
