from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from clio_assets.analyst.claude.store.answers import AnswerStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnswerStore]:
    with closing(AnswerStore(tmp_path / "private" / "answers")) as store:
        yield store
