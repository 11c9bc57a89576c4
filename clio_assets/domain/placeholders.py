"""What stands in a transcript for parts that are not text (paper, G.2)."""

import re
from typing import Final

SYSTEM_PROMPT: Final = "[system prompt]"
TOOL_RESULT: Final = "[tool result]"
IMAGE: Final = "[image]"
DOCUMENT: Final = "[document]"
AUDIO: Final = "[audio]"
VIDEO: Final = "[video]"
ATTACHMENT: Final = "[attachment]"
OTHER: Final = "[other content]"

_LONGEST_TOOL_NAME: Final = 64
_NOT_OF_A_NAME = re.compile(r"[^A-Za-z0-9_.:-]+")
_ANY = re.compile(
    r"\[(?:system prompt|tool result|image|document|audio|video|attachment|other content"
    r"|tool call(?:: [A-Za-z0-9_.:-]{1,64})?)\]"
)


def tool_call(name: object) -> str:
    """Placeholder of a call; of the tool's name it keeps at most 64 plain characters."""
    if not isinstance(name, str):
        return "[tool call]"
    plain = _NOT_OF_A_NAME.sub("_", name)[:_LONGEST_TOOL_NAME].strip("_")
    return f"[tool call: {plain}]" if plain else "[tool call]"


def without_placeholders(text: str) -> str:
    """The text that somebody wrote, without placeholders and surrounding white space."""
    return _ANY.sub("", text).strip()
