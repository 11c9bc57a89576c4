"""What current models and the API refuse, with the words of the error."""

import re
from collections import deque
from collections.abc import Mapping
from typing import Any

LIVE_BYTES = 32 * 1024 * 1024
BATCH_BYTES = 256 * 1024 * 1024
BATCH_REQUESTS = 100_000
CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")

_FIELDS = """
max_tokens messages model cache_control container diagnostics inference_geo metadata output_config
service_tier speed stop_sequences stream system thinking tool_choice tools temperature top_p top_k
"""
_KNOWN = frozenset(_FIELDS.split())
_ACCEPTED: deque[dict[str, Any]] = deque(maxlen=8)
_EFFORTS = (None, "low", "medium", "high", "xhigh", "max")
#: Keywords of JSON schema that structured outputs do not take; the SDK moves them to descriptions.
_NO_KEYWORDS = """
minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength maxItems
uniqueItems minProperties maxProperties patternProperties oneOf not
"""
_REFUSED_KEYWORDS = frozenset(_NO_KEYWORDS.split())


def problem(body: Any) -> str | None:
    """Why the API would answer 400 to these parameters of a message; none where it would not."""
    if not isinstance(body, dict):
        return "the body is not a JSON object"
    unknown = sorted(body.keys() - _KNOWN)
    if unknown:
        return f"{unknown[0]}: Extra inputs are not permitted"
    for name in ("temperature", "top_p", "top_k"):
        if name in body:
            return f"{name}: not supported by this model"
    if not isinstance(body.get("model"), str):
        return "model: Field required"
    most = body.get("max_tokens")
    if not isinstance(most, int) or isinstance(most, bool) or most < 1:
        return "max_tokens: Field required, an integer of at least 1"
    if body.get("stream"):
        return "stream: this server does not stream"
    return (
        _of_messages(body.get("messages"))
        or _of_system(body.get("system"))
        or _of_thinking(body.get("thinking"), most)
        or _of_output(body.get("output_config"))
    )


def _of_messages(messages: Any) -> str | None:
    if not isinstance(messages, list) or not messages:
        return "messages: at least one message is required"
    for number, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in ("user", "assistant"):
            return f"messages.{number}.role: 'user' or 'assistant' expected"
        content = message.get("content")
        if not isinstance(content, str) and not _are_blocks(content):
            return f"messages.{number}.content: a string or a list of content blocks expected"
        if not content or (isinstance(content, str) and not content.strip()):
            return f"messages.{number}: content must be non-empty"
    if messages[0]["role"] != "user":
        return "messages: first message must use the user role"
    if messages[-1]["role"] == "assistant":
        return "This model does not support assistant message prefill."
    return None


def _are_blocks(content: Any) -> bool:
    return isinstance(content, list) and all(
        isinstance(block, dict)
        and isinstance(block.get("type"), str)
        and (block["type"] != "text" or isinstance(block.get("text"), str))
        for block in content
    )


def _of_system(system: Any) -> str | None:
    if system is None or isinstance(system, str):
        return None
    if _are_blocks(system) and all(block["type"] == "text" for block in system):
        return None
    return "system: a string or a list of text blocks expected"


def _of_thinking(thinking: Any, most: int) -> str | None:
    if thinking is None:
        return None
    if not isinstance(thinking, dict):
        return "thinking: an object expected"
    kind = thinking.get("type")
    if kind not in ("disabled", "adaptive", "enabled"):
        return "thinking.type: 'disabled', 'adaptive' or 'enabled' expected"
    if kind == "enabled":
        budget = thinking.get("budget_tokens")
        if not isinstance(budget, int) or not 1024 <= budget < most:
            return "thinking.budget_tokens: at least 1024 and less than max_tokens"
    return None


def _of_output(output: Any) -> str | None:
    if output is None:
        return None
    if not isinstance(output, dict) or output.keys() - {"effort", "format"}:
        return "output_config: an object with effort and format expected"
    if output.get("effort") not in _EFFORTS:
        return "output_config.effort: 'low', 'medium', 'high', 'xhigh' or 'max' expected"
    form = output.get("format")
    if form is None:
        return None
    if not isinstance(form, dict) or form.get("type") != "json_schema":
        return "output_config.format.type: 'json_schema' expected"
    if not isinstance(form.get("schema"), dict):
        return "output_config.format.schema: Field required"
    if form["schema"] in _ACCEPTED:  # requests of one verb share their schema
        return None
    found = schema_problem(form["schema"])
    if found is None:
        _ACCEPTED.append(form["schema"])
    return found


def schema_problem(schema: Mapping[str, Any], where: str = "schema") -> str | None:
    """Why structured outputs would refuse a schema."""
    refused = sorted(_REFUSED_KEYWORDS & schema.keys())
    if refused:
        return f"output_config.format.{where}: '{refused[0]}' is not supported"
    if schema.get("minItems", 0) not in (0, 1):
        return f"output_config.format.{where}: 'minItems' other than 0 or 1 is not supported"
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        return f"output_config.format.{where}: 'additionalProperties' must be false"
    for name in ("properties", "$defs"):
        for key, part in schema.get(name, {}).items():
            found = schema_problem(part, f"{where}.{name}.{key}")
            if found:
                return found
    if isinstance(schema.get("items"), dict):
        return schema_problem(schema["items"], f"{where}.items")
    for part in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
        found = schema_problem(part, f"{where}.anyOf")
        if found:
            return found
    return None


def batch_problem(body: Any) -> str | None:
    """Why the API would refuse a batch as a whole; single requests err in the results instead."""
    requests = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(requests, list) or not requests:
        return "requests: at least one request is required"
    if len(requests) > BATCH_REQUESTS:
        return f"requests: at most {BATCH_REQUESTS} requests"
    seen: set[str] = set()
    for number, request in enumerate(requests):
        if not isinstance(request, dict) or request.keys() != {"custom_id", "params"}:
            return f"requests.{number}: custom_id and params expected"
        name = request["custom_id"]
        if not isinstance(name, str) or not CUSTOM_ID.fullmatch(name):
            return f"requests.{number}.custom_id: String should match '^[a-zA-Z0-9_-]{{1,64}}$'"
        if name in seen:
            return f"requests.{number}.custom_id: must be unique within a batch"
        seen.add(name)
        if not isinstance(request["params"], dict):
            return f"requests.{number}.params: an object expected"
    return None
