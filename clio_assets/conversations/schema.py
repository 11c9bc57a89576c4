"""The tables of the `conversations` stage: pseudonyms only, one row per conversation."""

from collections.abc import Sequence

import pyarrow as pa

from clio_assets.domain.attributes import AttributeDefinition
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


def attributes_schema(attributes: Sequence[AttributeDefinition]) -> pa.Schema:
    """Labels of declared attributes: a row a conversation, in the order of CONVERSATIONS; null
    where the source says nothing."""
    labels = (pa.field(attribute.name, pa.string()) for attribute in attributes)
    return pa.schema([pa.field("conversation", pa.string(), nullable=False), *labels])


def vectors_schema(dimension: int) -> pa.Schema:
    """Vectors of the source, where they are declared: a row a conversation that has one, in the
    order of CONVERSATIONS; of unit length. Only `embeddings` reads them."""
    return pa.schema(
        [
            pa.field("conversation", pa.string(), nullable=False),
            pa.field("vector", pa.list_(pa.float32(), dimension), nullable=False),
        ]
    )


#: The other conversations, each with the reason (domain/source_vectors.py).
WITHOUT_VECTOR = pa.schema(
    [
        pa.field("conversation", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)


def numbers_schema(attributes: Sequence[AttributeDefinition]) -> pa.Schema:
    """Numbers of the attributes that have a mean, drawn into their ranges: rows as of the labels,
    null where the source says none."""
    numbers = (pa.field(one.name, pa.float64()) for one in attributes if one.has_mean)
    return pa.schema([pa.field("conversation", pa.string(), nullable=False), *numbers])


#: Rows the stage left out, each with its reason (exact_duplicate, superseded, not_sampled,
#: screened_out, no_user_text).
CONVERSATIONS_SET_ASIDE = pa.schema(
    [
        pa.field("conversation", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
