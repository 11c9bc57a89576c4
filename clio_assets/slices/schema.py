"""The tables of the `slices` stage: which conversations a named map is of."""

import pyarrow as pa

#: One row per conversation of the map, in the order of the days' facets.
SLICES = pa.schema([pa.field("conversation", pa.string(), nullable=False)])

#: Conversations with facets that are not on the map: those that it does not ask for (`outside`),
#: and all that it asks for where the map would give few away (`too_few_beside`).
SLICES_SET_ASIDE = pa.schema(
    [
        pa.field("conversation", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
