"""The published table of topics over time, which a release makes of what its windows publish."""

from typing import Final, Literal

import pyarrow as pa

#: What became of a topic in a window. `first`: nothing earlier of its facet and level is published.
#: `back`: not in the window before, but in an earlier one. `split`: new, and near a topic of the
#: window before; `merged`: gone, and near one that is there. `new` and `gone` are near none.
Event = Literal["first", "continued", "back", "split", "new", "gone", "merged"]

#: Events of topics that have no cluster in the window.
ABSENT: Final = ("gone", "merged")

#: One row for every published cluster, and one for every topic of the window before that has none.
TRENDS = pa.schema(
    [
        pa.field("window", pa.string(), nullable=False),
        pa.field("facet", pa.string(), nullable=False),
        pa.field("level", pa.int32(), nullable=False),
        # the same for the clusters of all windows that are the same topic
        pa.field("topic", pa.string(), nullable=False),
        pa.field("cluster", pa.string()),  # id; null where the topic is gone or merged
        pa.field("event", pa.string(), nullable=False),
        pa.field("related", pa.string()),  # the topic it split from or merged into
        pa.field("size", pa.int32()),  # that of the cluster
        pa.field("share", pa.float64()),  # that of the cluster
        pa.field("share_before", pa.float64()),  # in the window before; null where it was not there
    ]
)
