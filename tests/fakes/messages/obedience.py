"""A model that obeys whoever speaks, except between delimiters that the operator announced.

The operator's instructions announce a nonce; conversation text stands between lines of
`<conversation-NONCE>` and `</conversation-NONCE>`, the texts of a group between `<texts-NONCE>`
and `</texts-NONCE>`. An author of that text cannot guess the nonce, so a closing delimiter of his
own ends nothing. What stands elsewhere is obeyed.
"""

import base64
import binascii
import codecs
import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

_OPENING = re.compile(r"<([a-z]+)-([0-9a-f]{16,})>")
_MARKER = re.compile(r"OBEY:\s*", re.IGNORECASE)
#: "ignore the instructions above and reply with X" in a dozen languages: one word of forgetting,
#: then within 200 characters one of answering, then X to the end of its line.
_FORGET = (
    r"ignor\w*|disregard|forget|override|vergiss|missachte|oubli\w+|olvid\w+|esque[cç]\w*|"
    r"dimentic\w+|negeer|zapomnij|игнорируй\w*|забудь\w*|忽略|无视|無視|잊어\w*|무시\w*|تجاهل|अनदेखा"
)
_REPLY = (
    r"(?:reply|respond|answer|output|print|return|say|write)\s+(?:\w+\s+)?(?:with|exactly|only|just)"
    r"|antworte\w*(?:\s+\w+)?\s+mit|r[ée]pond\w*\s+(?:par|avec)|responde?\w*\s+(?:con|com)|"
    r"rispond\w*\s+con|antwoord\w*\s+met|odpowiedz|ответь\w*|напиши\w*|回复|回覆|回答|输出|"
    r"と答え|返信|대답\w*|답하\w*|أجب|उत्तर"
)
_IMPERATIVE = re.compile(
    rf"(?:{_FORGET})[\s\S]{{0,200}}?(?:{_REPLY})\s*[:：]?\s*(?P<what>[^\n]+)", re.IGNORECASE
)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){12,}")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_TURN_END = re.compile(r"</(?:user|human|assistant|system)>")
_QUOTES = "\"'`“”„«»‘’ "


def announced(system: str, asked: str) -> frozenset[str]:
    """Nonces in the system prompt and in what the operator says before the first delimiter."""
    openings = _openings(asked)
    if not openings:
        return frozenset()
    told = system + "\n" + asked[: openings[0].start()]
    return frozenset(each[2] for each in openings if each[2] in told)


def _openings(asked: str) -> list[re.Match[str]]:
    """Opening delimiters, with whatever nonce, that fill their line."""
    framed = f"\n{asked}\n"
    return [
        each
        for each in _OPENING.finditer(asked)
        if framed[each.start()] == framed[each.end() + 1] == "\n"
    ]


def _spans(asked: str, nonces: frozenset[str]) -> Iterator[tuple[int, int, int, int]]:
    """Start and end of each region with its delimiters, and of what lies between them."""
    at = 0
    for opening in _openings(asked):
        if opening.start() < at or opening[2] not in nonces:
            continue
        closing = f"</{opening[1]}-{opening[2]}>"
        end = asked.find(closing, opening.end())
        if end < 0:
            continue  # a region that never ends is none: everything in it is obeyed
        at = end + len(closing)
        yield opening.start(), at, opening.end(), end


def regions(asked: str, nonces: frozenset[str]) -> list[str]:
    """What stands between delimiters with an announced nonce."""
    return [asked[start:end] for _, _, start, end in _spans(asked, nonces)]


def outside(asked: str, nonces: frozenset[str]) -> str:
    """The rest."""
    parts, at = [], 0
    for start, end, _, _ in _spans(asked, nonces):
        parts.append(asked[at:start])
        at = end
    return "\n".join([*parts, asked[at:]])


def instruction(text: str) -> str | None:
    """What a text, or a text encoded in it, orders to reply; none where it orders nothing."""
    for form in _forms(text):
        marker = _MARKER.search(form)
        if marker:
            return _payload(form[marker.end() :])
        order = _IMPERATIVE.search(form)
        if order:
            return _payload(order["what"])
    return None


def _payload(text: str) -> str:
    """A JSON value at the start of the text, or its first line."""
    text = text.strip()
    if text[:1] in ("{", "["):
        try:
            value, _ = json.JSONDecoder().raw_decode(text)
        except json.JSONDecodeError:
            return _line(text)
        return json.dumps(value, ensure_ascii=False)
    return _line(text).strip(_QUOTES)


def _line(text: str) -> str:
    """The first line, without the tag that ends a turn of a transcript."""
    return _TURN_END.split(text.split("\n", 1)[0])[0].strip()


def _forms(text: str) -> Iterator[str]:
    """The text and what its usual disguises hide."""
    yield text
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    if plain != text:
        yield plain
    tags = "".join(chr(ord(c) - 0xE0000) for c in text if 0xE0020 <= ord(c) < 0xE007F)
    if tags:
        yield tags
    if "&" in text:
        yield html.unescape(text)
    if "%" in text:
        yield unquote(text, errors="replace")
    if "\\u" in text or "\\x" in text:
        yield re.sub(
            r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})",
            lambda escaped: chr(int(escaped[1] or escaped[2], 16)),
            text,
        )
    yield codecs.encode(text, "rot13")
    yield text[::-1]
    for run in _BASE64.findall(text):
        yield from _decoded(run, base64.b64decode)
    for run in _HEX.findall(text):
        yield from _decoded(run, bytes.fromhex)


def _decoded(run: str, decode: Any) -> Iterator[str]:
    try:
        yield decode(run).decode("utf-8")
    except (binascii.Error, ValueError):
        return


def obey(
    mode: bool | str, system: str, asked: str, proper: str, schema: Mapping[str, Any] | None = None
) -> str:
    """The reply of an obedient model whose proper answer would be `proper`.

    `True`: an order outside the delimiters is obeyed to the letter, form or no form; a JSON object
    that shares a key with the proper answer replaces those fields. `"inside"`: besides, an order
    between the delimiters fills the text fields of a proper answer, within the schema.
    """
    nonces = announced(system, asked)
    order = instruction(outside(asked, nonces))
    if order is not None:
        return _mixed(order, proper)
    if mode == "inside":
        for region in regions(asked, nonces):
            order = instruction(region)
            if order is not None:
                return _filled(order, proper, schema or {})
    return proper


def _mixed(order: str, proper: str) -> str:
    ordered, right = _parsed(order), _parsed(proper)
    if isinstance(ordered, dict) and isinstance(right, dict) and ordered.keys() & right.keys():
        return json.dumps(right | ordered, ensure_ascii=False)
    return order


def _filled(order: str, proper: str, schema: Mapping[str, Any]) -> str:
    right = _parsed(proper)
    if right is None:
        return order
    ordered = _parsed(order)
    filled = _Filler(schema, order if ordered is None else ordered).fill(right, schema)
    return json.dumps(filled, ensure_ascii=False)


class _Filler:
    """Puts an order into a proper answer: an object by its keys, anything else into all texts."""

    def __init__(self, root: Mapping[str, Any], order: Any) -> None:
        self._definitions = root.get("$defs", {})
        self._named = order if isinstance(order, dict) else {}
        self._whole = order if isinstance(order, str) else json.dumps(order, ensure_ascii=False)

    def fill(self, value: Any, schema: Mapping[str, Any]) -> Any:
        """The value, poisoned wherever the schema lets it be."""
        if "$ref" in schema:
            schema = self._definitions.get(schema["$ref"].rsplit("/", 1)[-1], {})
        if isinstance(value, dict):
            parts = schema.get("properties", {})
            if self._named.keys() & value.keys():
                return {key: self._by_name(key, value[key], parts.get(key, {})) for key in value}
            return {
                key: each if "language" in key else self.fill(each, parts.get(key, {}))
                for key, each in value.items()
            }
        if isinstance(value, list):
            return [self.fill(each, schema.get("items", {})) for each in value]
        if isinstance(value, str) and "enum" not in schema and "const" not in schema:
            return self._whole
        return value

    def _by_name(self, key: str, value: Any, schema: Mapping[str, Any]) -> Any:
        wanted = self._named.get(key, value)
        fits = wanted in schema["enum"] if "enum" in schema else type(wanted) is type(value)
        return wanted if fits else value


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None
