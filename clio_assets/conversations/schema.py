"""The tables of the `conversations` stage: pseudonyms only, one row per conversation."""

import pyarrow as pa

from clio_assets.ground.types import TIMESTAMP

#: The stage's table: one row per kept conversation, ordered by (started_at, file, line).
CONVERSATIONS = pa.schema(
    [
        pa.field("conversation", pa.string(), nullable=False),  # pseudonym: c_ + 32 hex digits
        pa.field("user", pa.string(), nullable=False),  # pseudonym: u_ + 32 hex digits
        pa.field("started_at", TIMESTAMP, nullable=False),
        pa.field("turns", pa.int32(), nullable=False),  # number of user turns
        pa.field("flagged", pa.bool_()),
        pa.field("transcript", pa.string(), nullable=False),  # XML-like, see domain/transcript.py
    ]
)

#: Rows the stage left out, each with its reason (exact_duplicate, superseded, not_sampled,
#: screened_out, no_user_text).
CONVERSATIONS_SET_ASIDE = pa.schema(
    [
        pa.field("conversation", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
