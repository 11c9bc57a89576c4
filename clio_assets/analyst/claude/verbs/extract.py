"""All facets of a conversation in one request (paper, G.4)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints, create_model

from clio_assets.analyst.claude.verbs.context import VerbContext
from clio_assets.analyst.claude.verbs.data import data_of
from clio_assets.analyst.claude.verbs.form import ReplyForm, parsed, readable, schema_of
from clio_assets.analyst.protocol import Extraction, NotAnswered
from clio_assets.domain.conversation import Conversation
from clio_assets.domain.facets import FacetDefinition

UNKNOWN: Final = "Unknown"

#: Characters of a text facet; two sentences are shorter.
MAX_TEXT: Final = 800

_NO_LANGUAGE: Final = ("", "unknown", "none", "n/a", "undetermined")
_FURTHER_LANGUAGES = re.compile(r"\s*[,;/&+(]|\s+(?:and|or|with)\s+")


def extract(
    context: VerbContext, conversations: Iterable[Conversation], facets: Sequence[FacetDefinition]
) -> Iterator[Extraction | NotAnswered]:
    """The facets of each conversation, computed ones excepted; streams in order."""
    asked = [facet for facet in facets if facet.kind != "computed"]
    form = reply_form_of(asked)
    variables = {
        "facets": [{"name": f.name, "form": _form(f), "question": f.question} for f in asked],
        "texts": any(facet.kind == "text" for facet in asked),
    }
    prompt = context.prompt("extract", schema_of(form), variables)
    names = {f"facet_{at}": facet.name for at, facet in enumerate(asked)}
    read = partial(_read, form, names)
    return context.ask(
        lambda: (prompt.question(data_of(context.key, one), read) for one in conversations),
        few_may_miss=True,
    )


def reply_form_of(asked: Sequence[FacetDefinition]) -> type[ReplyForm]:
    """The reply's form; its fields go by number, because a facet may be named as a method is."""
    fields: dict[str, Any] = {
        f"facet_{at}": (_type(facet), Field(alias=facet.name)) for at, facet in enumerate(asked)
    }
    return create_model("ExtractForm", __base__=ReplyForm, **fields)


def _read(form: type[ReplyForm], names: Mapping[str, str], reply: str) -> Extraction:
    found = parsed(form, reply)
    return Extraction({name: getattr(found, field) for field, name in names.items()})


def _form(facet: FacetDefinition) -> str:
    """What the prompt says of the answer's form."""
    if facet.kind == "category":
        return "one of: " + ", ".join(facet.values)
    forms = {
        "text": "text",
        "scale": "1 to 5",
        "languages": f'full English name of the language, or "{UNKNOWN}"',
    }
    return forms[facet.kind]


def _type(facet: FacetDefinition) -> Any:
    if facet.kind == "category":
        return Literal[facet.values]
    types = {
        "text": Annotated[
            str,
            StringConstraints(strip_whitespace=True, max_length=MAX_TEXT),
            AfterValidator(readable),
        ],
        "scale": Literal[1, 2, 3, 4, 5],
        "languages": Annotated[str, AfterValidator(language_named_in)],
    }
    return types[facet.kind]


def language_named_in(answer: str) -> str:
    """The first language that an answer names, as langcodes has it in English.

    ValueError where it is no full name of a human language.
    """
    first = _FURTHER_LANGUAGES.split(" ".join(answer.split()), maxsplit=1)[0].strip()
    if first.lower() in _NO_LANGUAGE:
        return UNKNOWN
    possible = 3 <= len(first) <= 60 and first.isprintable()
    name = _known_language(first) if possible else None
    if name is None:
        raise ValueError("has to be the full English name of a human language")
    return name


@cache
def _known_language(name: str) -> str | None:
    """None where there is none of that name; a variety counts as the language it is one of."""
    from langcodes import Language, find

    try:
        tag = find(name).prefer_macrolanguage().language
    except LookupError:
        return None
    return str(Language.get(tag).display_name("en")) if tag else None
