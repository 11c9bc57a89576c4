"""Facets that are computed, computed again from the conversations."""

import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.recount.counting import whole

#: First number of each bucket that breakdowns count in, and the bucket's name.
BUCKETS = {
    "turns": ((1, "1"), (2, "2"), (3, "3-5"), (6, "6-10"), (11, "11+")),
    "length": ((0, "under 1k"), (1_000, "1k-4k"), (4_000, "4k-16k"), (16_000, "16k+")),
}


def computed(facet: str, conversations: pa.Table) -> pa.Array:
    """The facet of each conversation, int32: times the user wrote, or characters of the transcript.

    Null where no such facet can be computed: then nothing that is stored is right.
    """
    if facet == "turns":
        return whole(conversations["turns"])
    if facet == "length":
        return whole(pc.utf8_length(conversations["transcript"])).cast(pa.int32())
    return pa.nulls(conversations.num_rows, pa.int32())
