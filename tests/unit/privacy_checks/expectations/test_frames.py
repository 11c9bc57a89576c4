"""From Arrow and numpy to pandas: types, missing numbers, and columns that do not fit."""

import numpy as np
import pyarrow as pa
import pytest

from privacy_checks.expectations.frames import data_frame, empty_frame, rows_that_differ


def test_frame_has_wide_numbers_and_arrow_texts_when_columns_are_narrow() -> None:
    frame = data_frame(
        {
            "small": pa.array([1, 2], pa.int8()),
            "half": pa.chunked_array([[0.5], [1.5]], pa.float32()),
            "text": pa.chunked_array([["a"], ["b"]]),
            "kind": pa.array(["x", "y"]).dictionary_encode(),
            "flag": np.array([True, False]),
            "count": np.array([1, 2], dtype=np.int32),
        }
    )
    assert {name: str(found) for name, found in frame.dtypes.items()} == {
        "small": "int64",
        "half": "float64",
        "text": "string[pyarrow]",
        "kind": "category",
        "flag": "bool",
        "count": "int64",
    }
    assert frame["text"].tolist() == ["a", "b"]


def test_missing_number_is_not_a_number_when_a_column_is_nullable() -> None:
    frame = data_frame({"parent": pa.array([3, None], pa.int32())})
    assert frame["parent"].isna().tolist() == [False, True]


def test_frame_is_refused_when_columns_have_different_lengths() -> None:
    with pytest.raises(ValueError, match="different lengths"):
        data_frame({"a": np.arange(2), "b": np.arange(3)})


def test_empty_frame_has_every_column_when_one_is_repeated() -> None:
    schema = pa.schema([("a", pa.int8()), ("a", pa.string()), ("v", pa.list_(pa.float32(), 4))])
    frame = empty_frame(schema)
    assert frame.columns.tolist() == ["a", "a", "v"]
    assert [str(found) for found in frame.dtypes] == [
        "int8[pyarrow]",
        "string[pyarrow]",
        "fixed_size_list<item: float>[4][pyarrow]",
    ]
    assert not len(frame)
    assert not len(empty_frame(pa.schema([])).columns)


def test_rows_differ_when_values_do_or_are_missing() -> None:
    frame = data_frame(
        {
            "a": np.array([1, 2, 3]),
            "b": pa.array([1, 5, None], pa.int32()),
            "text": pa.array(["x", None, "z"]),
            "other": pa.array(["x", None, "y"]),
        }
    )
    assert rows_that_differ(frame, "a", "a") == 0
    assert rows_that_differ(frame, "a", "b") == 2
    assert rows_that_differ(frame, "b", "b") == 1
    assert rows_that_differ(frame, "text", "other") == 2
    assert rows_that_differ(frame.iloc[:0], "a", "b") == 0
