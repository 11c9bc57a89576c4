"""Answers that fit a JSON schema, made of the salient words of what was asked.

A pure function of the request: the same parameters get the same answer in every process.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from tests.fakes.messages.obedience import announced, regions

#: `{minimum: 1, maxItems: 3}` at the end of a description: where the SDK puts what schemas of
#: structured outputs cannot hold.
_BOUND = re.compile(r"\b(minimum|maximum|minItems|maxItems|minLength|maxLength): (-?\d+)")
_DULL_WORDS = """
about after again also another answer asked assistant because been before being both cannot
categories category class cluster clusters conversation conversations could description does doing
done each either else every following from give given goes group groups have having help helped
here human into items just keep like list made make many member members more most much must name
names need needs neighbouring never only other others over people please question questions range
reply said same should shown some such summary than thank thanks that their them then there these
they thing things this those through user users very want wants well were what when where which
while will with within without word words would write your yours
"""
_DULL = frozenset(_DULL_WORDS.split())
_HEAD, _TAIL = 1_000, 200  #: characters that are looked at: the server has to be quick
_SHORTEST, _LONGEST, _WANTED = 4, 16, 24
_EDGES = ".,;:!?\"'`()[]{}<>*#-_/|“”„«»。、，！？：；"


def user_text(body: Mapping[str, Any]) -> str:
    """The text of all user turns."""
    parts: list[str] = []
    for message in body["messages"]:
        if message["role"] == "user":
            content = message["content"]
            if isinstance(content, str):
                parts.append(content)
            else:
                parts += [block["text"] for block in content if block["type"] == "text"]
    return "\n".join(parts)


def system_text(body: Mapping[str, Any]) -> str:
    """The text of the system prompt."""
    system = body.get("system") or ""
    return system if isinstance(system, str) else "\n".join(block["text"] for block in system)


def salient(text: str) -> list[str]:
    """Its words, most frequent first, then in order of appearance; of a long text, both ends."""
    if len(text) > _HEAD + _TAIL:
        text = f"{text[:_HEAD]} {text[-_TAIL:]}"
    counted = Counter([word.strip(_EDGES) for word in text.replace(">", " ").lower().split()])
    found: list[str] = []
    for word in sorted(counted, key=counted.__getitem__, reverse=True):
        if len(word) >= _SHORTEST and word.isalpha() and word not in _DULL:
            found.append(word[:_LONGEST])
            if len(found) == _WANTED:
                break
    return found or ["matters"]


def text_of(body: Mapping[str, Any]) -> str:
    """The answer as the text of a reply: JSON where a schema is given, else a sentence."""
    asked = user_text(body)
    form = (body.get("output_config") or {}).get("format")
    if form is None:
        return _sentence(salient(asked), 0)
    return json.dumps(answer(form["schema"], asked, system_text(body)), ensure_ascii=False)


def answer(schema: Mapping[str, Any], asked: str, system: str = "") -> Any:
    """A value that fits the schema."""
    data = "\n".join(regions(asked, announced(system, asked))) or asked
    seed = crc32(data.encode("utf-8", "surrogatepass"))
    return _Writer(schema, salient(data), seed).value(schema, "", 0)


def _sentence(words: Sequence[str], at: int) -> str:
    first, second = words[at % len(words)], words[(at + 1) % len(words)]
    return f"The user asked about {first} and {second}."


class _Writer:
    """Writes values; `at` is the position in a list, so that neighbours differ."""

    def __init__(self, root: Mapping[str, Any], words: Sequence[str], seed: int) -> None:
        self._definitions = root.get("$defs", {})
        self._words = words
        self._seed = seed

    def value(self, schema: Mapping[str, Any], name: str, at: int) -> Any:
        if "$ref" in schema:
            return self.value(self._definitions[schema["$ref"].rsplit("/", 1)[-1]], name, at)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._choice(schema["enum"], name, at)
        for several in ("anyOf", "allOf"):
            if several in schema:
                return self.value(schema[several][0], name, at)
        kind = schema.get("type")
        return self._of_kind(kind[0] if isinstance(kind, list) else kind, schema, name, at)

    def _of_kind(self, kind: str | None, schema: Mapping[str, Any], name: str, at: int) -> Any:
        match kind:
            case "object":
                return self._object(schema, at)
            case "array":
                return self._array(schema, name)
            case "string":
                return self._string(schema, name, at)
            case "integer" | "number":
                return self._integer(schema, name, at)
            case "boolean":
                return True
            case _:
                return None

    def _choice(self, offered: Sequence[Any], name: str, at: int) -> Any:
        return offered[(self._seed + crc32(name.encode()) + at) % len(offered)]

    def _object(self, schema: Mapping[str, Any], at: int) -> dict[str, Any]:
        parts = schema.get("properties", {})
        return {name: self.value(part, name, at) for name, part in parts.items()}

    def _array(self, schema: Mapping[str, Any], name: str) -> list[Any]:
        items = schema.get("items", {"type": "string"})
        bounds = _bounds(schema)
        least, most = bounds.get("minItems", 1), bounds.get("maxItems", 1_000_000)
        numbered = self._numbered(items)
        if numbered is not None:
            length = min(most, max(least, len(numbered[1])))
            rows = [self.value(items, name, at) for at in range(length)]
            for row, each in zip(rows, numbered[1], strict=False):
                row[numbered[0]] = each
            return rows
        if "enum" in items:
            length = min(most, max(least, 1), len(items["enum"]))
        else:
            length = min(most, max(least, 3 if items.get("type") == "object" else 1))
        return [self.value(items, name, at) for at in range(length)]

    def _numbered(self, items: Mapping[str, Any]) -> tuple[str, Sequence[Any]] | None:
        """The first property of the items that names what an item is about, and its values."""
        if "$ref" in items:
            items = self._definitions[items["$ref"].rsplit("/", 1)[-1]]
        parts = items.get("properties", {})
        if items.get("type") == "object" and len(parts) > 1:
            name, part = next(iter(parts.items()))
            if "enum" in part:
                return name, part["enum"]
        return None

    def _string(self, schema: Mapping[str, Any], name: str, at: int) -> str:
        start = 2 * at
        first = self._words[start % len(self._words)]
        second = self._words[(start + 1) % len(self._words)]
        if "language" in name:
            text = "English"
        elif "name" in name or "title" in name:
            text = f"{first.capitalize()} and {second}" if first != second else first.capitalize()
        elif "summary" in name or "description" in name:
            text = f"{_sentence(self._words, start)} The assistant helped with {first}."
        else:
            text = _sentence(self._words, start)
        return text[: _bounds(schema).get("maxLength", len(text))]

    def _integer(self, schema: Mapping[str, Any], name: str, at: int) -> int:
        bounds = _bounds(schema)
        low = bounds.get("minimum", 1)
        high = max(low, bounds.get("maximum", low + 4))
        return low + (self._seed + crc32(name.encode()) + at) % (high - low + 1)


def _bounds(schema: Mapping[str, Any]) -> dict[str, int]:
    found = {key: int(value) for key, value in _BOUND.findall(schema.get("description", ""))}
    names = ("minimum", "maximum", "minItems", "maxItems", "maxLength")
    return found | {name: int(schema[name]) for name in names if name in schema}
