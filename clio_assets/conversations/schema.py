"""The tables around the `conversations` stage: what a source is landed as, and what is kept.

`landed` is the private, day-split copy of a source (real ids, one row per well-formed record).
`conversations` is the stage's output: pseudonyms only, one row per conversation.
"""

import pyarrow as pa

TIMESTAMP = pa.timestamp("us", tz="UTC")

#: One row per well-formed record of a source, in source order.
LANDED = pa.schema(
    [
        pa.field("line", pa.int64(), nullable=False),  # record number in its file, from 1
        pa.field("file", pa.int32(), nullable=False),  # number of the file within the source
        pa.field("conversation_id", pa.string(), nullable=False),
        pa.field("user_id", pa.string(), nullable=False),
        pa.field("started_at", TIMESTAMP, nullable=False),
        pa.field("latest_at", TIMESTAMP, nullable=False),  # newest message; started_at if unknown
        # JSON list of {"role", "content"}: normalised turns, placeholders already in place
        pa.field("messages", pa.string(), nullable=False),
        pa.field("flagged", pa.bool_()),  # the operator's own classifier, where a source has one
        pa.field("metadata", pa.string()),  # JSON object as the source gave it; never leaves here
    ]
)

#: One row per record that could not be landed.
REJECTED = pa.schema(
    [
        pa.field("file", pa.int32(), nullable=False),
        pa.field("line", pa.int64(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("record", pa.string(), nullable=False),  # the raw record, cut to 10,000 characters
    ]
)

#: What de-duplication across days needs to know of each landed record.
LANDED_INDEX = pa.schema(
    [
        pa.field("file", pa.int32(), nullable=False),
        pa.field("line", pa.int64(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("conversation_digest", pa.binary(16), nullable=False),  # of the conversation id
        pa.field("content_digest", pa.binary(16), nullable=False),  # of user id + messages
        pa.field("latest_at", TIMESTAMP, nullable=False),
    ]
)

#: The stage's table: one row per kept conversation, ordered by (started_at, file, line).
CONVERSATIONS = pa.schema(
    [
        pa.field("conversation", pa.string(), nullable=False),  # pseudonym: c_ + 32 hex digits
        pa.field("user", pa.string(), nullable=False),  # pseudonym: u_ + 32 hex digits
        pa.field("started_at", TIMESTAMP, nullable=False),
        pa.field("turns", pa.int32(), nullable=False),  # number of user turns
        pa.field("flagged", pa.bool_()),
        pa.field("transcript", pa.string(), nullable=False),  # XML-like, see transcript.py
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
