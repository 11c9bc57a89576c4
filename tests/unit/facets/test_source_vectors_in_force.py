from typing import Any

import pytest
from pydantic import ValidationError

from clio_assets.domain.source_vectors import SourceVectors
from clio_assets.errors import UsageError
from clio_assets.facets.in_force import facets_in_force
from clio_assets.facets.source_vectors_in_force import source_vectors_in_force
from clio_assets.home.settings import Settings

DECLARED = {"from_source": "embedding", "source_model": "some-model-3", "dimension": 3}


def settings(**fields: Any) -> Settings:
    return Settings(embeddings=fields)


def test_vectors_are_those_declared_when_a_source_has_some() -> None:
    found = settings(**DECLARED)
    assert source_vectors_in_force(found, facets_in_force(found)) == SourceVectors(
        "embedding", "some-model-3", 3, "request"
    )
    assert source_vectors_in_force(Settings(), facets_in_force(Settings())) is None


def test_vectors_are_refused_when_their_facet_is_not_clustered() -> None:
    found = settings(**DECLARED, source_facet="task")
    with pytest.raises(UsageError, match="there are: request"):
        source_vectors_in_force(found, facets_in_force(found))


@pytest.mark.parametrize(
    "fields",
    [
        {"from_source": "embedding"},
        {"from_source": "embedding", "dimension": 3},
        {"from_source": "embedding", "source_model": "m"},
        {"source_model": "m"},
        {"dimension": 3},
        {**DECLARED, "dimension": 1},
        {**DECLARED, "source_model": "a model\nof two lines"},
    ],
    ids=str,
)
def test_settings_are_refused_when_the_vectors_are_not_wholly_declared(
    fields: dict[str, Any],
) -> None:
    with pytest.raises(ValidationError):
        settings(**fields)
