"""Vectors of the phrase book's lines: from the file where it has them, else embedded."""

import numpy as np

from clio_assets.embeddings.model import load_embedder
from clio_assets.home.settings import EmbeddingSettings
from clio_assets.phrases.book import Line, PhraseBook, bundled_book
from clio_assets.phrases.vectors import vectors_of_lines
from tests.fakes.analyst import FakeEmbedder


def test_every_line_is_embedded_when_the_model_is_another() -> None:
    book = PhraseBook(bundled_book().lines[:3])
    embedder = FakeEmbedder()
    found = vectors_of_lines(book, embedder)
    assert np.array_equal(found, FakeEmbedder().embed([line.text for line in book.lines]))
    assert embedder.batches == [[line.text for line in book.lines]]


def test_only_new_lines_are_embedded_when_the_model_is_the_bundled_one() -> None:
    # some lines of each file stand for all: their file is made in one go
    lines = bundled_book().lines[::200]
    own = Line("Ask about the loyalty programme of our shop", "Own", "Ours")
    embedder = load_embedder(EmbeddingSettings())
    found = vectors_of_lines(PhraseBook((own, *lines)), embedder)
    expected = embedder.embed([line.text for line in (own, *lines)])
    assert np.array_equal(found[0], expected[0])
    assert (found * expected).sum(axis=1).min() > 0.9999
    assert np.allclose(np.linalg.norm(found, axis=1), 1)


def test_the_file_holds_every_bundled_line_when_the_model_is_the_bundled_one() -> None:
    bundled = load_embedder(EmbeddingSettings())

    class Refusing(FakeEmbedder):
        identity = bundled.identity

    embedder = Refusing()
    found = vectors_of_lines(bundled_book(), embedder)
    assert found.shape == (len(bundled_book().lines), 384)
    assert embedder.batches == []
