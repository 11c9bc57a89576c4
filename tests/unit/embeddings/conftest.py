"""The bundled model, loaded once."""

import pytest

from clio_assets.domain.embedder import Embedder
from clio_assets.embeddings.model import load_embedder
from clio_assets.home.settings import EmbeddingSettings


@pytest.fixture(scope="session")
def bundled() -> Embedder:
    """all-MiniLM-L6-v2."""
    return load_embedder(EmbeddingSettings())
