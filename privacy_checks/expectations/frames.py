"""From columns in Arrow or numpy to the pandas frame that expectations run on, copying little."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import pandas as pd

#: One column of a frame.
FrameColumn: TypeAlias = "np.ndarray[Any, Any] | pa.Array | pa.ChunkedArray"
#: Columns of one length, by name.
Frame: TypeAlias = Mapping[str, FrameColumn]


def data_frame(columns: Frame) -> "pd.DataFrame":
    """A frame of columns that all have one length.

    Texts stay in Arrow, dictionaries become categories, and numbers have 64 bits, which is what
    the library compares without a call a row; a missing number is not-a-number.
    """
    import pandas as pd

    if len({len(column) for column in columns.values()}) > 1:
        raise ValueError("the columns of a frame have different lengths")
    return pd.DataFrame({name: _values(column) for name, column in columns.items()}, copy=False)


def rows_that_differ(frame: "pd.DataFrame", first: str, second: str) -> int:
    """In how many rows two columns do not hold the same; a missing value equals nothing."""
    equal = frame[first] == frame[second]
    return len(equal) - int(equal.fillna(False).sum())


@lru_cache(maxsize=256)
def empty_frame(schema: pa.Schema) -> "pd.DataFrame":
    """A frame without rows that has the columns of an Arrow schema, repeated ones too."""
    import pandas as pd

    if not len(schema):
        return pd.DataFrame()
    columns = [pd.Series([], dtype=pd.ArrowDtype(field.type), name=field.name) for field in schema]
    return pd.concat(columns, axis=1)


def _values(column: FrameColumn) -> Any:
    import pandas as pd

    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if isinstance(column, pa.Array | pa.ChunkedArray):
        if pa.types.is_dictionary(column.type):
            return column.to_pandas()
        if pa.types.is_string(column.type):
            return pd.Series(pd.arrays.ArrowExtensionArray(column))
        column = column.to_numpy(zero_copy_only=False)
    if column.dtype.kind in "iu":
        return column.astype(np.int64, copy=False)
    return column.astype(np.float64, copy=False) if column.dtype.kind == "f" else column
