"""One message, in any of the forms that clients, frameworks and loggers give it, as turns.

{"role": "user", "content": "hi"}                                      most
{"type": "human", "content": "hi"}                                     LangChain
{"type": "human", "data": {"content": "hi"}}                           LangChain, as stored
{"lc": 1, "type": "constructor", "id": [..., "HumanMessage"], "kwargs": {"content": "hi"}}
{"role": "user", "parts": [{"text": "hi"}]}                            Gemini
{"type": "function_call", "name": "look_up"}                           an item of Responses
"""

import json
from collections.abc import Mapping
from typing import Final

from clio_assets.domain.transcript import Message, Role
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.content import read_message, role_of
from clio_assets.sources.formats.protocol import Malformed, Record

#: Roles by what LangChain calls a message, in lower case, without `message` and `chunk` behind.
_KINDS: Final[Mapping[str, Role]] = {
    "human": "user",
    "ai": "assistant",
    "system": "system",
    "tool": "tool",
    "function": "tool",
}
_CALL_ITEMS: Final = ("function_call", "custom_tool_call", "mcp_call", "web_search_call")
_RESULT_ITEMS: Final = ("function_call_output", "custom_tool_call_output")


def is_message(value: object) -> bool:
    """Whether this looks like one message."""
    if not isinstance(value, Mapping):
        return False
    if isinstance(value.get("role"), str):
        return "content" in value or "parts" in value or "tool_calls" in value
    return _is_constructed(value) or _kind_of(value) is not None or _is_item(value)


def turns_of(value: object) -> list[Message]:
    """The turns of one message; none where it is empty. Raises Malformed."""
    if not isinstance(value, Mapping):
        raise Malformed("message_not_an_object")
    if _is_constructed(value):
        return _constructed(value)
    if isinstance(value.get("role"), str):
        return _turns(role_of(value["role"]), value)
    if _is_item(value):
        return _item(str(value["type"]), value)
    role, data = _kind_of(value), value.get("data")
    if role is None:
        raise Malformed("role_unknown")
    return _turns(role, data if isinstance(data, Mapping) else value)


def _is_constructed(value: Record) -> bool:
    return value.get("type") == "constructor" and isinstance(value.get("kwargs"), Mapping)


def _constructed(value: Record) -> list[Message]:
    """A message that was written as the call which would make it again."""
    names, inside = value.get("id"), value["kwargs"]
    if not isinstance(inside, Mapping):
        raise Malformed("message_not_an_object")
    name = names[-1] if isinstance(names, list) and names else inside.get("type")
    role = _role_of_kind(name)
    return _turns(role_of(inside.get("role")) if role is None else role, inside)


def _kind_of(value: Record) -> Role | None:
    if not isinstance(value.get("data"), Mapping) and "content" not in value:
        return None
    return _role_of_kind(value.get("type"))


def _role_of_kind(name: object) -> Role | None:
    if not isinstance(name, str):
        return None
    return _KINDS.get(name.lower().removesuffix("chunk").removesuffix("message"))


def _is_item(value: Record) -> bool:
    return value.get("type") in (*_CALL_ITEMS, *_RESULT_ITEMS, "reasoning") and "role" not in value


def _item(kind: str, value: Record) -> list[Message]:
    if kind in _CALL_ITEMS:
        return read_message("assistant", [{"type": "tool_call", "name": value.get("name", kind)}])
    return read_message("tool", [{"type": kind}]) if kind in _RESULT_ITEMS else []


def _turns(role: Role, message: Record) -> list[Message]:
    content = _content(role, message)
    calls = None if _has_calls(content) else _calls(message)
    return read_message(role, content, calls=calls)


def _content(role: Role, message: Record) -> object:
    content = message.get("content")
    if content is None:
        content = message.get("parts")
    if isinstance(content, Mapping):
        if role == "assistant" and "type" not in content:  # an answer that is an object
            return json.dumps(content, ensure_ascii=False, default=str)
        return [content]
    if role == "tool" and not isinstance(content, str | list) and not fields.is_missing(content):
        return str(content)
    return content


def _has_calls(content: object) -> bool:
    """Whether calls stand among the blocks: some frameworks give them there and beside them."""
    return isinstance(content, list) and any(
        isinstance(block, Mapping) and str(block.get("type")).endswith(("tool_use", "_call"))
        for block in content
    )


def _calls(message: Record) -> list[Record] | None:
    """Calls beside the content as chat completions write them, whichever way they stand there."""
    calls = message.get("tool_calls")
    if not calls and isinstance(extra := message.get("additional_kwargs"), Mapping):
        calls = extra.get("tool_calls")
    if not calls and isinstance(message.get("function_call"), Mapping):
        calls = [{"function": message["function_call"]}]
    if not isinstance(calls, list):
        return None
    return [_call(call) for call in calls]


def _call(call: object) -> Record:
    call = fields.unwrapped(call)
    if not isinstance(call, Mapping):
        return {}
    return call if isinstance(call.get("function"), Mapping) else {"function": call}
