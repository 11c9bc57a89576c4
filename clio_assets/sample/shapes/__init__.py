"""The sample in the shapes that loggers and exports write, one module each."""

from collections.abc import Mapping, Sequence
from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes import (
    arena,
    chatgpt,
    claude,
    deepseek,
    inspect_logs,
    langfuse,
    langsmith,
    librechat,
    litellm,
    llm,
    lmsys,
    mlflow,
    open_webui,
    otel,
    phoenix,
    plain,
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
    langfuse,
    langsmith,
    litellm,
    mlflow,
    llm,
    otel,
    phoenix,
)
SHAPES: Final[Mapping[Format, Shape]] = {shape.name: shape for shape in _SHAPES}
