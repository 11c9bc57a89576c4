"""What a source is landed as: its private, day-split copy, with real ids."""

import pyarrow as pa

from clio_assets.ground.types import TIMESTAMP

#: One row per well-formed record of a source, in source order; one per conversation where records
#: are pieces of conversations. Of metadata and attributes nothing leaves here but short labels of
#: what `[[attributes]]` declares (conversations/attributes.py).
LANDED = pa.schema(
    [
        pa.field("line", pa.int64(), nullable=False),  # record number in its file, from 1
        # number of the file within the source; 0 where pieces of several were joined
        pa.field("file", pa.int32(), nullable=False),
        pa.field("conversation_id", pa.string(), nullable=False),  # identity, see candidate.py
        pa.field("source_id", pa.string()),  # what the source calls it, where it does
        pa.field("user_id", pa.string(), nullable=False),
        pa.field("started_at", TIMESTAMP, nullable=False),
        pa.field("latest_at", TIMESTAMP, nullable=False),  # newest message; started_at if unknown
        # JSON list of {"role", "content"}: normalised turns, placeholders already in place
        pa.field("messages", pa.string(), nullable=False),
        pa.field("flagged", pa.bool_()),  # the operator's own classifier, where a source has one
        pa.field("metadata", pa.string()),  # JSON object as the source gave it
        pa.field("attributes", pa.string()),  # JSON object, see sources/formats/attributes.py
    ]
)

#: The same where vectors of the source are declared: the vector as little-endian float32 of unit
#: length, or why there is none that could be used.
LANDED_WITH_VECTORS = pa.schema(
    [*LANDED, pa.field("vector", pa.binary()), pa.field("vector_fault", pa.string())]
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

#: The index as it is kept: with a digest of all that names a conversation but how it begins, null
#: where the source has no id. Only landing reads that, to count ids that several share.
LANDED_INDEX_KEPT = LANDED_INDEX.append(pa.field("name_digest", pa.binary(8)))

#: One row per file of a source that was looked at. No name: it may be that of a person.
LANDED_FILES = pa.schema(
    [
        pa.field("file", pa.int32(), nullable=False),  # its number, which it keeps
        pa.field("name", pa.binary(32), nullable=False),  # digest of where it lies
        pa.field("state", pa.binary(32), nullable=False),  # digest of its size and version
        pa.field("terms", pa.binary(32), nullable=False),  # of what decides beside the file
        pa.field("pieces", pa.bool_(), nullable=False),  # whether it holds pieces of conversations
        pa.field("damage", pa.string()),  # why it was not read, or not whole
        # whether it is kept as it was landed before the damage
        pa.field("kept", pa.bool_(), nullable=False),
    ]
)

#: What was counted of each file; what is landed of it is in the index. File 0 is of conversations
#: that were put together of pieces.
LANDED_COUNTS = pa.schema(
    [
        pa.field("file", pa.int32(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),  # see counts.py
        pa.field("reason", pa.string(), nullable=False),
        pa.field("count", pa.int64(), nullable=False),
    ]
)
