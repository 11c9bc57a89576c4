"""Prompts as files, and the requests made of them.

A file of `prompts/` has two blocks: `system` is the same for all requests of a verb, `user` is what
one request is about. What users or models wrote stands in the user turn between delimiters that
nobody outside can guess: their number is a keyed digest of the text (rule 6).
"""

import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, meta

from clio_assets.analyst.claude.exchange import Question, Request
from clio_assets.errors import AnalystError
from clio_assets.home.settings import ModelSettings

FOLDER = Path(__file__).parent / "prompts"

#: Hexadecimal digits of a delimiter: 64 bits, too many to guess and few enough to pay for.
_DIGITS = 16

Kind = Literal["conversation", "texts"]
A = TypeVar("A")


@dataclass(frozen=True)
class Data:
    """Text that somebody else wrote. `asked` are variables of the user block besides it.

    `subject` is that of the request (exchange.py).
    """

    text: str = field(repr=False)
    kind: Kind = "texts"
    subject: str = field(default="", repr=False)
    asked: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Prompt:
    """A verb's prompt: the model it goes to, the schema of the reply, the variables of its files.

    `key` makes the delimiters.
    """

    verb: str
    settings: ModelSettings
    key: bytes = field(repr=False)
    schema: Mapping[str, Any] = field(repr=False)
    variables: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def question(self, data: Data, read: Callable[[str], A]) -> Question[A]:
        """The question about some data, whose reply is read that way."""
        return Question(self.request(data), read, lambda problem: self.request(data, problem))

    def request(self, data: Data, problem: str = "") -> Request:
        """The request about some data; `problem` says what was wrong with an earlier reply.

        AnalystError where the data holds its own delimiter, which takes knowledge of the key.
        """
        tag = tag_of(self.key, self.verb, data)
        if tag in data.text:
            raise AnalystError(
                "a text holds the delimiter that keeps it apart from instructions, so whoever "
                "wrote it knows the key of this home's delimiters: replace that key"
            )
        values = {
            **self.variables,
            **data.asked,
            "tag": tag,
            "region": f"<{tag}>\n{data.text}\n</{tag}>",
            "problem": problem,
        }
        messages = [{"role": "user", "content": rendered(self.verb, "user", values)}]
        return Request(self.verb, {**self._fixed, "messages": messages}, data.subject)

    @cached_property
    def _fixed(self) -> dict[str, Any]:
        """The parameters that all requests of this prompt share."""
        output: dict[str, Any] = {"format": {"type": "json_schema", "schema": self.schema}}
        if self.settings.effort is not None:
            output["effort"] = self.settings.effort
        fixed: dict[str, Any] = {
            "model": self.settings.model,
            "max_tokens": self.settings.max_tokens,
            "system": rendered(self.verb, "system", self.variables),
            "output_config": output,
        }
        if self.settings.thinking != "unset":
            fixed["thinking"] = {"type": self.settings.thinking}
        return fixed


def tag_of(key: bytes, verb: str, data: Data) -> str:
    """Name of the element that holds the data, such as `conversation-3b9d0c55a1e2f407`."""
    text = f"{verb}\0{data.kind}\0{data.text}".encode()
    return f"{data.kind}-{hmac.digest(key, text, 'sha256').hex()[:_DIGITS]}"


def rendered(verb: str, block: str, values: Mapping[str, Any]) -> str:
    """One block of a verb's file; an error where it names a variable that has no value."""
    template = _template(verb)
    context = template.new_context(dict(values))
    return "".join(template.blocks[block](context)).strip()


def one_line(text: str, characters: int | None = None) -> str:
    """The text with single spaces, so that it cannot look like two; cut at the end of a word."""
    line = " ".join(text.split())
    if characters is None or len(line) <= characters:
        return line
    return (line[: characters + 1].rpartition(" ")[0] or line[:characters]) + "…"


def numbered(lines: Iterable[str]) -> str:
    """The lines as a list whose numbers, from 1, are what a reply refers to."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


def prompt_digest(verb: str, settings: ModelSettings, rules: Iterable[Path]) -> str:
    """SHA-256 of all that shapes a verb's requests besides the model's name, hexadecimal.

    `rules` are the modules that say what is asked, of which texts, and in which form.
    """
    asked = settings.model_dump(mode="json", exclude={"model"})
    digest = sha256(json.dumps(asked, sort_keys=True).encode())
    for text in (*map(_source, _files(verb)), *(path.read_bytes() for path in rules)):
        digest.update(sha256(text).digest())
    return digest.hexdigest()


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=False,  # no HTML; the delimiters keep data apart
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@cache
def _template(verb: str) -> Template:
    return _environment().get_template(f"{verb}.md")


def _source(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def _files(verb: str) -> list[str]:
    """The verb's file and those that it includes."""
    found = [f"{verb}.md"]
    for name in found:
        tree = _environment().parse(_source(name).decode())
        found += [one for one in meta.find_referenced_templates(tree) if one and one not in found]
    return found
