"""Groups that no phrase can name: what they are called, and that no name has two languages."""

from dataclasses import replace

import pytest

from clio_assets.analyst.local.naming.base_clusters import name_clusters
from clio_assets.domain.clusters import ClusterText
from clio_assets.phrases.book import PhraseBook
from privacy_checks.language.function_words import FUNCTION_WORDS_OF
from privacy_checks.language.lemmas import tokens
from tests.fakes.analyst import FakeEmbedder
from tests.unit.analyst.local.naming.corpus import question, texts_of

ENGLISH = [
    *(f"fix the {thing} in my house" for thing in ("lamp", "lamp", "door") * 5),
    *(f"paint the {thing} of a house" for thing in ("door", "door", "lamp") * 5),
]


def named(texts: list[str], mixed: bool = False) -> ClusterText:
    (answer,) = name_clusters(
        [replace(question(texts), mixed=mixed)], FakeEmbedder(), PhraseBook(())
    )
    assert isinstance(answer, ClusterText)
    return answer


def test_group_is_called_mixed_when_it_lies_under_the_bound() -> None:
    text = named(ENGLISH, mixed=True)
    assert text.name.startswith("Mixed requests about ")
    assert text.description.startswith("Users asked different things, about ")
    assert not named(ENGLISH).name.startswith("Mixed")


@pytest.mark.parametrize("other", ["tarjeta", "passwort", "予約"])
def test_name_and_description_are_english_when_members_speak_two_languages(other: str) -> None:
    foreign = {token.lower() for text in texts_of(other) for token in tokens(text)}
    english = {token.lower() for text in ENGLISH for token in tokens(text)}
    text = named([*ENGLISH, *texts_of(other, 60)])
    said = {token.lower() for token in tokens(f"{text.name} {text.description}")}
    assert not said & (foreign - english - {"in"})


@pytest.mark.parametrize(
    ("theme", "language"), [("tarjeta", "Spanish"), ("passwort", "German"), ("予約", "Japanese")]
)
def test_own_words_name_a_group_of_one_other_language_when_they_tell(
    theme: str, language: str
) -> None:
    name = named(texts_of(theme)).name
    assert name.endswith(f" ({language})")
    words = name.removesuffix(f" ({language})").lower().split()
    functions = FUNCTION_WORDS_OF.get(language, frozenset())
    assert words[0] not in functions
    assert words[-1] not in functions
