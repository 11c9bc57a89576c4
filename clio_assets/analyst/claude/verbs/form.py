"""The form of replies: the schema that is sent, and the check of what comes back."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from clio_assets.analyst.claude.exchange import Unusable
from clio_assets.domain.clusters import ClusterText

MAX_NAME_WORDS = 10

#: Keywords of JSON Schema that the API takes; bounds are checked here instead.
_SENT = ("type", "enum", "const", "anyOf", "required", "additionalProperties")

_FENCE = "```"

#: Control characters, white space excepted.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")

Form = TypeVar("Form", bound="ReplyForm")


class ReplyForm(BaseModel):
    """Base of the reply models: no other fields, no conversions, no input in errors."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


def readable(text: str) -> str:
    """The text; ValueError where it holds control characters, which no table should."""
    if _CONTROL.search(text):
        raise ValueError("has to be free of control characters")
    return text


def _short_enough(name: str) -> str:
    if not 1 <= len(name.split()) <= MAX_NAME_WORDS:
        raise ValueError(f"has to have one to {MAX_NAME_WORDS} words")
    return " ".join(name.split())


#: A cluster's name; 40 characters a word are plenty, in scripts without spaces too.
Name = Annotated[
    str, StringConstraints(max_length=200), AfterValidator(readable), AfterValidator(_short_enough)
]
Description = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=800),
    AfterValidator(readable),
]


class TextForm(ReplyForm):
    """A description and the name that follows from it."""

    description: Description
    name: Name

    @property
    def text(self) -> ClusterText:
        """Both with single spaces."""
        return ClusterText(self.name, " ".join(self.description.split()))


def parsed(form: type[Form], reply: str) -> Form:
    """The reply in its form; Unusable where it breaks it, in words that quote nothing of it."""
    try:
        return form.model_validate_json(_without_fence(reply))
    except ValidationError as error:
        raise Unusable(_problem(error)) from None


def _without_fence(reply: str) -> str:
    """The reply without the fence that some servers' models put around JSON."""
    text = reply.strip()
    if text.startswith(_FENCE) and text.endswith(_FENCE):
        first, _, rest = text[len(_FENCE) : -len(_FENCE)].partition("\n")
        if first.strip() in ("", "json"):
            return rest
    return reply


def text_of(reply: str) -> ClusterText:
    """A cluster's text from a reply."""
    return parsed(TextForm, reply).text


def check_numbers(given: Sequence[int], offered: Collection[int], what: str) -> None:
    """Unusable where numbers repeat or were not offered."""
    if len(set(given)) < len(given):
        raise Unusable(f"{what} stood in it more than once")
    if not set(given) <= set(offered):
        raise Unusable(f"{what} stood in it that were not offered")


def schema_of(form: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a form in the subset that the API takes, and as short as it can be."""
    whole = form.model_json_schema()
    return _reduced(whole, whole.get("$defs", {}))


def _reduced(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return _reduced(definitions[schema["$ref"].removeprefix("#/$defs/")], definitions)
    reduced = {key: schema[key] for key in _SENT if key in schema}
    if "items" in schema:
        reduced["items"] = _reduced(schema["items"], definitions)
    if "properties" in schema:
        reduced["properties"] = {
            name: _reduced(inner, definitions) for name, inner in schema["properties"].items()
        }
    return reduced


def _problem(error: ValidationError) -> str:
    """What is wrong, by places and kinds of errors.

    The reply's own words are left out: a field that nobody asked for may have any name.
    """
    said = []
    for one in error.errors(include_input=False, include_url=False, include_context=False)[:5]:
        if one["type"] == "json_invalid":
            return "it was not valid JSON, or was cut off"
        place = ".".join(map(str, one["loc"]))
        if one["type"] == "extra_forbidden":
            said.append("a field stood in it that was not asked for")
        else:
            said.append(f"{place or 'it'}: {one['msg'].removeprefix('Value error, ')}")
    return "; ".join(dict.fromkeys(said))
