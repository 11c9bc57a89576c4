"""What is made once for all tests of a worker, and the order in which files have their turn."""

from pathlib import Path

import pytest
from hypothesis import settings

from clio_assets.domain.embedder import Embedder
from clio_assets.embeddings.model import load_embedder
from clio_assets.home.settings import EmbeddingSettings

ROOT = Path(__file__).parent

#: Files that take long, the longest first: a worker that met one of them last would work alone.
LONG = (
    "adversarial/test_nothing_sideways.py",
    "end_to_end/test_clio.py",
    "end_to_end/test_claude.py",
    "end_to_end/test_cross_run.py",
    "end_to_end/test_erasure.py",
    "end_to_end/test_maps.py",
    "end_to_end/test_kill.py",
    "end_to_end/test_evaluate.py",
    "end_to_end/test_policy.py",
    "end_to_end/test_attributes.py",
    "end_to_end/test_release_thresholds.py",
    "unit/summaries/test_layout.py",
    "unit/embeddings/test_model.py",
    "unit/erasure/test_crash.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long; the order within a file stays."""
    place = {ROOT / name: at for at, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


# A change is judged by the same examples each time; `--hypothesis-profile=default` seeks new ones.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def bundled() -> Embedder:
    """all-MiniLM-L6-v2."""
    return load_embedder(EmbeddingSettings())
