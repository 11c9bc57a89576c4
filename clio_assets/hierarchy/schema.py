"""The table of the `hierarchy` stage: all levels of one window, private."""

import pyarrow as pa

#: One row per cluster of every level. Level 0 holds the base clusters with their own numbers;
#: `parent` is the number of the parent at `level + 1`, null at the top level of its facet.
NODES = pa.schema(
    [
        pa.field("facet", pa.string(), nullable=False),
        pa.field("level", pa.int32(), nullable=False),
        pa.field("cluster", pa.int32(), nullable=False),
        pa.field("parent", pa.int32()),
        pa.field("name", pa.string(), nullable=False),
        pa.field("description", pa.string(), nullable=False),
        pa.field("size", pa.int32(), nullable=False),  # distinct conversations
        pa.field("users", pa.int32(), nullable=False),  # distinct users
    ]
)
