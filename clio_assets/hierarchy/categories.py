"""The categories of a fixed top level: the paper's supervised mode (C and G.7).

A TOML file with one table a category:

    [[category]]
    name = "Write and mend programs"
    description = "Users ask for help with source code."
"""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from clio_assets.domain.clusters import ClusterText
from clio_assets.errors import UsageError
from clio_assets.hierarchy.nodes import MAX_NAME_WORDS
from privacy_checks.detectors import registry_of
from privacy_checks.language.names import suspected_names
from privacy_checks.policy.model import PrivacyPolicy

FEWEST_CATEGORIES, MOST_CATEGORIES = 2, 200

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Category(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Line
    description: Line


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    category: tuple[_Category, ...] = Field(
        min_length=FEWEST_CATEGORIES, max_length=MOST_CATEGORIES
    )


def read_categories(path: Path, policy: PrivacyPolicy) -> tuple[ClusterText, ...]:
    """The categories of a file, in its order.

    UsageError, with what to change, where it cannot be read, breaks the form above, repeats a name
    or holds what `policy` does not let be published: these texts are published as they stand.
    """
    try:
        found = _File.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError:
        raise UsageError(
            f"the file of categories {path.name}, which top_level names, cannot be read; its path "
            "is relative to the home"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise UsageError(f"the file of categories {path.name} is not valid TOML") from None
    except ValidationError as error:
        fields = "; ".join(
            f"{'.'.join(map(str, e['loc']))}: {e['msg']}"
            for e in error.errors(include_input=False, include_url=False)
        )
        raise UsageError(f"the categories of {path.name} cannot be used: {fields}") from None
    texts = tuple(ClusterText(one.name, one.description) for one in found.category)
    for at, text in enumerate(texts, start=1):
        if why := _unfit(text, policy):
            raise UsageError(f"category {at} of {path.name} cannot be used: {why}")
    if len({text.name.casefold() for text in texts}) < len(texts):
        raise UsageError(f"two categories of {path.name} have the same name")
    return texts


def _unfit(text: ClusterText, policy: PrivacyPolicy) -> str:
    """What is wrong with a category; empty where nothing is."""
    if len(text.name.split()) > MAX_NAME_WORDS:
        return f"its name has more than {MAX_NAME_WORDS} words"
    for said in (text.name, text.description):
        if not said.isprintable() or said != " ".join(said.split()):
            return "name and description are one line each, with single blanks"
        if len(said) > policy.max_facet_characters:
            return f"it is longer than {policy.max_facet_characters} characters"
        if registry_of(policy).has_hit(said):
            return "it looks like personal data, and it is published"
        if suspected_names(said, policy.allowed_names):
            return (
                "it seems to name a person, a place or an organisation; a name that may be "
                "published belongs into allowed_names of privacy.toml"
            )
    return ""
