"""A conversation's own vector: how sources hold it, and what becomes of one that cannot be used."""

import json
import math
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clio_assets.errors import SourceError
from clio_assets.home.settings import SourceSettings
from clio_assets.landing.land import LandingCounts, land, survey
from clio_assets.landing.listing import list_source
from clio_assets.landing.reading import Terms
from clio_assets.landing.schema import LANDED, LANDED_WITH_VECTORS
from clio_assets.landing.vectors import VectorField, read_vector, vector_of
from tests.unit.landing.test_land import TODAY

UNIT = [0.6, 0.8, 0.0]
FIELD = VectorField("embedding", 3)
BYTES = np.array([3, 4, 0], "<f4").tobytes()

Write = Callable[..., str]
Plain = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    "held",
    [
        [3, 4, 0],
        (0.6, 0.8, 0.0),
        [3e-300, 4e-300, 0],
        [3e300, 4e300, 0],
        [0.3, 0.4, -0.0],
        "[3, 4, 0]",
        " [0.6,0.8,0]",
        ["0.6", "0.8", "0"],
        BYTES,
        b64encode(BYTES).decode(),
        [np.float16(3), np.float16(4), np.float16(0)],
    ],
    ids=str,
)
def test_vector_has_unit_length_when_it_is_held_in_any_usual_way(held: object) -> None:
    found = read_vector(held, 3)
    assert found.fault is None
    np.testing.assert_allclose(vector_of(found.value or b""), UNIT, atol=1e-7)


@pytest.mark.parametrize(
    ("held", "fault"),
    [
        (None, "no_vector"),
        ("", "no_vector"),
        ("None", "no_vector"),
        (math.nan, "no_vector"),
        ([], "no_vector"),
        ("[]", "no_vector"),
        (b"", "no_vector"),
        ("soon", "vector_not_numbers"),
        (["a", "b", "c"], "vector_not_numbers"),
        ([True, False, True], "vector_not_numbers"),
        ([[3, 4, 0]], "vector_not_numbers"),
        ([[3], [4, 0]], "vector_not_numbers"),
        ([{"value": 3}], "vector_not_numbers"),
        ({"0": 3, "1": 4, "2": 0}, "vector_not_numbers"),
        (7, "vector_not_numbers"),
        ([10**400, 1, 1], "vector_not_numbers"),
        (b"\x00" * 7, "vector_not_numbers"),
        ([3, 4], "vector_of_other_dimension"),
        ([3, 4, 0, 0], "vector_of_other_dimension"),
        (BYTES * 2, "vector_of_other_dimension"),
        ([3, math.nan, 0], "vector_not_finite"),
        ([3, math.inf, 0], "vector_not_finite"),
        ([3, None, 0], "vector_not_finite"),
        ([0, 0, 0], "vector_of_zeros"),
        ([0.0, -0.0, 0], "vector_of_zeros"),
    ],
    ids=str,
)
def test_vector_has_a_reason_in_fixed_words_when_it_cannot_be_used(
    held: object, fault: str
) -> None:
    found = read_vector(held, 3)
    assert (found.value, found.fault) == (None, fault)


def both(path: str, sink: Any, field: VectorField | None = FIELD) -> LandingCounts:
    """What `land` counts, which is what `survey` counts."""
    settings, terms = SourceSettings(paths=(path,)), Terms(vectors=field)
    counts = land(settings, sink, today=TODAY, terms=terms)
    assert survey(settings, today=TODAY, terms=terms) == counts
    return counts


def landed(sink: Any) -> list[tuple[list[float] | None, str | None]]:
    """Vector and fault of each row, in order of the records."""
    table = pa.concat_tables([t for name, t in sink.tables.items() if name.startswith("landed_")])
    assert table.schema == LANDED_WITH_VECTORS
    rows = table.sort_by("line").to_pylist()
    return [
        (row["vector"] and vector_of(row["vector"]).tolist(), row["vector_fault"]) for row in rows
    ]


def test_conversations_are_landed_and_counted_by_reason_when_some_vectors_are_unusable(
    jsonl: Write, plain: Plain, sink: Any
) -> None:
    held: list[Mapping[str, object]] = [
        {"embedding": UNIT},
        {},
        {"embedding": [1, 2]},
        {"embedding": [math.nan, 1, 1]},
        {"embedding": "[0.6, 0.8, 0.0]"},
    ]
    counts = both(jsonl([plain(at, **more) for at, more in enumerate(held)]), sink)
    assert counts.landed == 5
    assert counts.rejected == {}
    assert counts.vectors == {
        "no_vector": 1,
        "taken": 2,
        "vector_not_finite": 1,
        "vector_of_other_dimension": 1,
    }
    unit = np.array(UNIT, np.float32).tolist()
    assert landed(sink) == [
        (unit, None),
        (None, "no_vector"),
        (None, "vector_of_other_dimension"),
        (None, "vector_not_finite"),
        (unit, None),
    ]


def test_vector_is_found_when_it_lies_deeper_or_in_a_shape_of_another_project(
    jsonl: Write, plain: Plain, sink: Any
) -> None:
    path = jsonl([plain(1, metadata={"vectors": {"small": UNIT}})])
    assert both(path, sink, VectorField("metadata.vectors.small", 3)).vectors == {"taken": 1}
    talk = {"role": "user", "content": "bread"}
    wildchat = {
        "conversation_hash": "w1",
        "hashed_ip": "h1",
        "timestamp": "2026-03-01T10:00:00Z",
        "conversation": [talk],
        "embedding": UNIT,
    }
    assert both(jsonl([wildchat], "wild.jsonl"), sink).vectors == {"taken": 1}


@pytest.mark.parametrize(
    "kind",
    [
        pa.list_(pa.float32()),
        pa.list_(pa.float64()),
        pa.list_(pa.float16()),
        pa.list_(pa.float32(), 3),
        pa.large_list(pa.float64()),
        pa.binary(),
    ],
    ids=str,
)
def test_vector_is_taken_when_a_parquet_column_holds_it(
    kind: pa.DataType, plain: Plain, tmp_path: Path, sink: Any
) -> None:
    values = [BYTES, None] if kind == pa.binary() else [np.array(UNIT, np.float16), None]
    if kind != pa.binary():
        values = [pa.array(UNIT).cast(kind.value_type).to_pylist(), None]
    rows = pa.Table.from_pylist([plain(1), plain(2)])
    path = tmp_path / "rows.parquet"
    pq.write_table(rows.append_column("embedding", pa.array(values, kind)), path)
    assert both(str(path), sink).vectors == {"no_vector": 1, "taken": 1}
    [(vector, _), _] = landed(sink)
    np.testing.assert_allclose(vector or [], UNIT, atol=1e-3)


def test_conversation_of_pieces_has_no_vector_when_its_pieces_do(jsonl: Write, sink: Any) -> None:
    def call(number: int) -> dict[str, object]:
        return {
            "request": {
                "model": "m",
                "max_tokens": 9,
                "messages": [{"role": "user", "content": f"bread {number}"}],
                "metadata": {"user_id": f"u{number}"},
            },
            "response": {
                "id": f"r{number}",
                "type": "message",
                "role": "assistant",
                "content": [{"type": "text", "text": "Flour."}],
            },
            "timestamp": "2026-03-01T10:00:00Z",
            "embedding": UNIT,
        }

    with pytest.raises(SourceError, match="none of the 2 conversations"):
        both(jsonl([call(1), call(2)]), sink)
    assert sink.tables == {}


def test_landing_stops_in_words_without_content_when_no_vector_can_be_used(
    jsonl: Write, plain: Plain, sink: Any
) -> None:
    path = jsonl([plain(at, embedding=[0.271828, 1]) for at in range(3)])
    with pytest.raises(SourceError, match="vector_of_other_dimension 3") as caught:
        land(SourceSettings(paths=(path,)), sink, today=TODAY, terms=Terms(vectors=FIELD))
    assert "0.271828" not in str(caught.value)
    assert sink.tables == {}


def test_landed_rows_are_as_ever_when_no_vectors_are_declared(
    jsonl: Write, plain: Plain, sink: Any
) -> None:
    counts = both(jsonl([plain(1, embedding=UNIT)]), sink, None)
    assert counts.vectors == {}
    assert sink.tables["landed_2026-03-01"].schema == LANDED
    assert "0.6" not in json.dumps(sink.tables["landed_2026-03-01"].to_pylist(), default=str)


def test_source_is_landed_again_when_other_vectors_are_declared(jsonl: Write, plain: Plain) -> None:
    settings = SourceSettings(paths=(jsonl([plain(1)]),))
    fields = (None, FIELD, VectorField("embedding", 4), VectorField("vector", 3))
    assert len({list_source(settings, field).fingerprint for field in fields}) == len(fields)
