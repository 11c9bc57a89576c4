"""From a message's content, plain or in blocks, to turns with placeholders (paper, G.2)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from clio_assets.domain import placeholders
from clio_assets.domain.transcript import Message, Role, clean_text
from clio_assets.sources.formats.protocol import Malformed, Record
from clio_assets.sources.formats.side_calls import system_turn

_ROLES: Final[Mapping[str, Role]] = {
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bard": "assistant",
    "bing": "assistant",
    "model": "assistant",
    "system": "system",
    "developer": "system",
    "tool": "tool",
    "function": "tool",
    "function_response": "tool",
    "observation": "tool",
}
_TEXT: Final = frozenset({"text", "input_text", "output_text", "refusal"})
_UNSPOKEN: Final = frozenset(
    {
        "thinking",
        "redacted_thinking",
        "reasoning",
        "think",
        "token_budget",  # notes of Claude.ai's own among the blocks
        "flag",
    }
)
_CALLS: Final = frozenset({"tool_call", "function_call"})
_RESULTS: Final = frozenset({"function_call_output", "search_result"})
_MEDIA: Final[Mapping[str, str]] = {
    "image": placeholders.IMAGE,
    "image_url": placeholders.IMAGE,
    "image_file": placeholders.IMAGE,
    "input_image": placeholders.IMAGE,
    "document": placeholders.DOCUMENT,
    "file": placeholders.ATTACHMENT,
    "input_file": placeholders.ATTACHMENT,
    "container_upload": placeholders.ATTACHMENT,
    "audio": placeholders.AUDIO,
    "input_audio": placeholders.AUDIO,
    "video": placeholders.VIDEO,
}


class _Piece(NamedTuple):
    """A part of a message: text that somebody wrote, or what stands for something else."""

    text: str
    written: bool


_RESULT: Final = _Piece(placeholders.TOOL_RESULT, False)


def role_of(value: object) -> Role:
    """The role that a source's word for it means."""
    role = _ROLES.get(value.strip().lower()) if isinstance(value, str) else None
    if role is None:
        raise Malformed("role_unknown")
    return role


def read_message(
    role: Role, content: object, *, extras: Sequence[str] = (), calls: object = None
) -> list[Message]:
    """The turns of one message; none where it is empty.

    `extras` are placeholders of what came along with the content; `calls` is a list of tool calls
    beside it, as chat completions have them. Tool results that stand in a user's message, as the
    Messages API has them, become turns of the tool.
    """
    if isinstance(content, str) and role in {"user", "assistant"} and not (extras or calls):
        return [Message(role, clean_text(content))] if content.strip() else []  # nearly always
    pieces = [*(_Piece(extra, False) for extra in extras), *_pieces(content), *_calls(calls)]
    if not any(piece.text.strip() for piece in pieces):
        return []
    if role == "system":
        return [system_turn(piece.text for piece in pieces)]
    if role == "tool":
        return [Message(role, placeholders.TOOL_RESULT)]
    if role == "assistant":
        return [Message(role, _joined(pieces, between_texts=""))]
    return list(_user_turns(pieces))


def attachments(*lists: object) -> list[str]:
    """A placeholder for each entry of the lists, where they are lists."""
    return [placeholders.ATTACHMENT for found in lists if isinstance(found, list) for _ in found]


def _pieces(content: object) -> Iterator[_Piece]:
    if content is None:
        return
    if isinstance(content, str):
        yield _Piece(content, True)
    elif isinstance(content, list):
        yield from map(_block, content)
    else:
        raise Malformed("content_of_wrong_type")


def _block(block: object) -> _Piece:
    if isinstance(block, str):
        return _Piece(block, True)
    if not isinstance(block, Mapping):
        raise Malformed("content_of_wrong_type")
    kind = block.get("type", "text" if "text" in block else None)
    if not isinstance(kind, str):
        return _Piece(placeholders.OTHER, False)
    if kind in _TEXT:
        return _Piece(_text(block), True)
    if kind in _UNSPOKEN:
        return _Piece("", False)
    if kind in _CALLS or kind.endswith("tool_use"):
        return _Piece(placeholders.tool_call(_tool_of(block)), False)
    if kind in _RESULTS or kind.endswith("tool_result"):
        return _RESULT
    if kind not in _MEDIA and isinstance(block.get("text"), str):  # a new kind of words
        return _Piece(block["text"], True)
    return _Piece(_MEDIA.get(kind, placeholders.OTHER), False)


def _text(block: Record) -> str:
    text = block.get("text", block.get("refusal"))
    if isinstance(text, Mapping):
        text = text.get("value")
    if text is None:
        return ""
    if not isinstance(text, str):
        raise Malformed("content_of_wrong_type")
    return text


def _calls(calls: object) -> Iterator[_Piece]:
    if calls is None:
        return
    if not isinstance(calls, list):
        raise Malformed("content_of_wrong_type")
    for call in calls:
        name = _tool_of(call) if isinstance(call, Mapping) else None
        yield _Piece(placeholders.tool_call(name), False)


def _tool_of(call: Record) -> object:
    """The tool's name: beside the call's fields, or in the object that holds them."""
    for key in ("tool_call", "function"):
        inner = call.get(key)
        if isinstance(inner, str):
            return inner
        if isinstance(inner, Mapping):
            call = inner
    return call.get("name")


def _user_turns(pieces: Sequence[_Piece]) -> Iterator[Message]:
    """What the user wrote and sent as turns of the user, results between them as the tool's."""
    for is_result, group in groupby(pieces, key=_RESULT.__eq__):
        if is_result:
            yield from (Message("tool", piece.text) for piece in group)
            continue
        text = _joined(group, between_texts="\n")
        if text.strip():
            yield Message("user", text)


def _joined(pieces: Iterable[_Piece], between_texts: str) -> str:
    """Placeholders on lines of their own. An assistant's text blocks are fragments of one text
    (a citation ends one), a user's are not."""
    text = ""
    after_text = False
    for piece in pieces:
        if text and piece.text:
            text += between_texts if after_text and piece.written else "\n"
        text += piece.text
        after_text = piece.written
    return clean_text(text)
