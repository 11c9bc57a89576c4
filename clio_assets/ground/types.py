"""Types of arrays and columns that everything speaks of."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

#: Rows of unit-length vectors, or one of them.
Vector = npt.NDArray[np.float32]

#: Positions of rows.
Indices = npt.NDArray[np.intp]

#: A moment, in UTC.
TIMESTAMP = pa.timestamp("us", tz="UTC")
