"""The corpus: conversations that try to take over the model, read from corpus.toml."""

import base64
import codecs
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from clio_assets.domain.transcript import Message, render_transcript

_FILE = Path(__file__).with_name("corpus.toml")


def _each(text: str, change: Callable[[str], str]) -> str:
    return "".join(map(change, text))


_DISGUISES: Mapping[str, Callable[[str], str]] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "reversed": lambda text: text[::-1],
    # right-to-left override: shown the right way round, stored the wrong way
    "bidi": lambda text: f"\u202e{text[::-1]}\u202c",
    "zero-width": "\u200b".join,
    "soft-hyphen": "\u00ad".join,
    "fullwidth": lambda text: _each(text, lambda c: chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c),
    "tags": lambda text: _each(text, lambda c: chr(0xE0000 + ord(c))),
    "percent": lambda text: _each(text, lambda c: f"%{ord(c):02x}"),
    "unicode-escape": lambda text: _each(text, lambda c: f"\\u{ord(c):04x}"),
    "hex-escape": lambda text: _each(text, lambda c: f"\\x{ord(c):02x}"),
}


@dataclass(frozen=True)
class Attack:
    """One conversation. `kind` says which trick it tries."""

    name: str
    kind: str
    messages: tuple[Message, ...]

    @property
    def transcript(self) -> str:
        """As the platform writes it, with `<` and `&` escaped."""
        return render_transcript(self.messages)

    @property
    def raw(self) -> str:
        """As if nothing were escaped: the delimiters alone have to hold."""
        return "\n".join(f"<{role}>{text}</{role}>" for role, text in self.messages)


def read_corpus() -> list[Attack]:
    """All attacks, in the order of the file."""
    rows = tomllib.loads(_FILE.read_text("utf-8"))["conversation"]
    attacks = []
    for row in rows:
        order = _DISGUISES.get(row.get("disguise", ""), str)(row.get("order", ""))
        messages = [Message(role, text.replace("{order}", order)) for role, text in row["turns"]]
        attacks.append(Attack(row["name"], row["kind"], tuple(messages)))
    return attacks
