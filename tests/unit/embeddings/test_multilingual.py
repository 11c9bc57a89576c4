"""The multilingual encoder: the same bytes in any company, and only released files."""

from hashlib import sha256

import numpy as np
import pyarrow as pa
import pytest

from clio_assets.embeddings import multilingual
from clio_assets.embeddings.embed import MOST_TEACHING, TEACHING_EACH, embed_multilingual
from clio_assets.embeddings.multilingual import LANGUAGES, MultilingualEncoder
from clio_assets.embeddings.processor_kind import kind_of_processor
from clio_assets.embeddings.schema import MULTILINGUAL, MULTILINGUAL_DIMENSION
from clio_assets.errors import ModelError
from clio_assets.facets.schema import DEFAULT_FACETS
from tests.fakes.analyst import FakeEmbedder

TEXTS = ["Bake a loaf of bread", "Ein Brot backen", "Hornear un pan", "Repair a bicycle", "x " * 90]


@pytest.fixture(scope="module")
def encoder() -> MultilingualEncoder:
    return MultilingualEncoder()


def test_vector_is_the_same_when_other_texts_are_embedded_beside_it(
    encoder: MultilingualEncoder,
) -> None:
    together, backwards = encoder.embed(TEXTS), encoder.embed(TEXTS[::-1])[::-1]
    alone = np.concatenate([encoder.embed([text]) for text in TEXTS])
    assert together.tobytes() == backwards.tobytes() == alone.tobytes()


def test_translations_lie_together_when_embedded(encoder: MultilingualEncoder) -> None:
    english, german, spanish, other, _ = encoder.embed(TEXTS)
    assert min(english @ german, english @ spanish) > 0.3 + max(other @ german, other @ spanish)
    assert np.linalg.norm(english) == pytest.approx(1, abs=1e-5)


def test_encoder_is_refused_when_its_files_are_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(multilingual._FILES, "sp.model", "0" * 64)
    with pytest.raises(ModelError, match="not those of the release"):
        MultilingualEncoder().embed(["hello"])


def test_identity_names_both_files_and_the_processor_when_nothing_is_loaded() -> None:
    listing = "".join(
        f"{name} {multilingual._FILES[name]}\n" for name in sorted(multilingual._FILES)
    )
    identity = MultilingualEncoder().identity
    assert sha256(listing.encode()).hexdigest() in identity
    assert identity.endswith(kind_of_processor())


def test_encoder_is_refused_when_its_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multilingual, "_PACKAGE", "no_such_package_anywhere")
    with pytest.raises(ModelError, match="bridge = false"):
        MultilingualEncoder().embed(["hello"])


class Encoder(FakeEmbedder):
    """Of the encoder's dimension."""

    def __init__(self) -> None:
        super().__init__(MULTILINGUAL_DIMENSION)


def facets(languages: list[str]) -> pa.Table:
    texts = [f"text {at}" if at else "" for at in range(len(languages))]
    return pa.table(
        {
            "conversation": [f"c{at:04d}" for at in range(len(languages))],
            "request": texts,
            "language": languages,
        }
    )


@pytest.mark.parametrize(
    ("english", "german", "swedish", "teaching"),
    [(40, 3, 2, TEACHING_EACH * 3), (3, 3, 0, 2), (30, 0, 4, 0), (2_000, 900, 0, MOST_TEACHING)],
)
def test_texts_in_known_languages_and_some_english_ones_are_embedded_when_a_day_has_both(
    english: int, german: int, swedish: int, teaching: int
) -> None:
    table = facets(["English"] * english + ["German"] * german + ["Swedish"] * swedish)
    found = embed_multilingual(table, DEFAULT_FACETS, Encoder())
    assert found.vectors.schema == MULTILINGUAL
    languages = found.vectors["language"].to_pylist()
    assert languages.count("German") == german
    assert languages.count("English") == teaching  # the first English text is empty
    assert found.unknown == swedish


@pytest.mark.parametrize("without", ["encoder", "language"])
def test_nothing_is_embedded_when_there_is_no(without: str) -> None:
    definitions = [one for one in DEFAULT_FACETS if one.name != without]
    encoder = None if without == "encoder" else Encoder()
    found = embed_multilingual(facets(["English", "German"]), definitions, encoder)
    assert found.vectors.num_rows == 0
    assert found.unknown == 0


def test_languages_are_values_of_the_facet_when_listed() -> None:
    from langcodes import Language

    codes = ["ar", "zh", "nl", "fr", "de", "it", "ja", "ko", "pl", "pt", "ru", "es", "th", "tr"]
    assert {Language.get(code).display_name("en") for code in codes} == LANGUAGES
