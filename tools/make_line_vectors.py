"""Makes the vectors of the bundled phrase book's lines again, as a file of the package:

    python tools/make_line_vectors.py

To be run after every change of the book or of the bundled model; a test tells where it was not.
"""

from clio_assets.embeddings.model import load_embedder
from clio_assets.home.settings import EmbeddingSettings
from clio_assets.phrases.book import bundled_book
from clio_assets.phrases.vectors import save_bundled

if __name__ == "__main__":
    save_bundled(bundled_book(), load_embedder(EmbeddingSettings()))
