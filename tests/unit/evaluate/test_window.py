"""Vectors of a window as it grouped them."""

from typing import Any, cast

import numpy as np
import pyarrow as pa
import pytest

from clio_assets.clusters.schema import bridge_schema
from clio_assets.embeddings.schema import MULTILINGUAL, MULTILINGUAL_DIMENSION, embeddings_schema
from clio_assets.evaluate.window import choose_window, vectors_of
from clio_assets.lake.lake import Lake

#: Conversation -> language, a day.
DAYS = {"2026-09-28": {"a": "English", "b": "German"}, "2026-09-29": {"c": "Spanish"}}


class StoredTables:
    """As much of a lake as is read: every text at (1, 0), to which the map gives (0, 1)."""

    def __init__(self, *, bridged: bool) -> None:
        self.bridged = bridged

    def read(self, stage: str, key: str, table: str) -> pa.Table:
        if table == "bridge":
            weights = [[0.0, 1.0]] + [[0.0, 0.0]] * (MULTILINGUAL_DIMENSION - 1)
            rows = [
                {"facet": "request", "row": at, "weights": row} for at, row in enumerate(weights)
            ]
            return pa.Table.from_pylist(rows if self.bridged else [], bridge_schema(2))
        own = table == "embeddings"
        rows = [
            {
                "conversation": name,
                "facet": facet,
                "language": language,
                "vector": [1.0] + [0.0] * (1 if own else MULTILINGUAL_DIMENSION - 1),
            }
            for facet in ("request", "task")
            for name, language in DAYS[key].items()
        ]
        schema = embeddings_schema(2) if own else MULTILINGUAL
        return pa.Table.from_pylist(rows, schema)


@pytest.mark.parametrize(
    ("bridged", "places"), [(True, [[1, 0], [0, 1], [0, 1]]), (False, [[1, 0]] * 3)]
)
def test_vectors_are_those_that_were_grouped_when_a_window_has_a_map_or_none(
    bridged: bool, places: list[list[int]]
) -> None:
    lake: Any = StoredTables(bridged=bridged)
    names, vectors = vectors_of(cast(Lake, lake), "2026-09-28", list(DAYS), "request")
    assert names == ["a", "b", "c"]
    np.testing.assert_allclose(vectors, places)


class SealedWindows:
    """As much of a lake as says which windows are sealed."""

    def __init__(self, *keys: str) -> None:
        self._keys = keys

    def keys(self, stage: str) -> list[str]:
        assert stage == "audited_summaries"
        return sorted(self._keys)

    def seal(self, stage: str, key: str) -> object:
        assert stage == "audited_summaries"
        return object() if key in self._keys else None


@pytest.mark.parametrize(
    ("keys", "wanted", "chosen"),
    [
        (("2026-09-28", "2026-10-05", "mobile@all"), None, "2026-10-05"),
        (("2026-09-28", "mobile@all"), "mobile@all", "mobile@all"),
        (("mobile@all",), None, "mobile@all"),
    ],
)
def test_window_is_of_all_conversations_when_no_other_is_wanted(
    keys: tuple[str, ...], wanted: str | None, chosen: str
) -> None:
    assert choose_window(cast(Lake, SealedWindows(*keys)), wanted) == chosen
