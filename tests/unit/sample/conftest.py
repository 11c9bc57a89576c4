"""The default sample, made once."""

import pytest

from clio_assets.sample.settings import SampleSettings
from clio_assets.sample.stream import Sample, conversations


@pytest.fixture(scope="session")
def sample() -> list[Sample]:
    return list(conversations(SampleSettings()))
