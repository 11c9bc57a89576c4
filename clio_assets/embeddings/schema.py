"""The tables of the `embeddings` stage."""

import pyarrow as pa


def embeddings_schema(dimension: int) -> pa.Schema:
    """One row per conversation and clustered facet; `vector` is unit-length float32."""
    return pa.schema(
        [
            pa.field("conversation", pa.string(), nullable=False),
            pa.field("facet", pa.string(), nullable=False),
            pa.field("vector", pa.list_(pa.float32(), dimension), nullable=False),
        ]
    )


def source_vectors_schema(dimension: int) -> pa.Schema:
    """The source's vectors, where they are declared: one row for each row of the embeddings table
    that is of the facet they group, in its order. They are in a space of their own."""
    return embeddings_schema(dimension)


#: Length of the multilingual encoder's vectors.
MULTILINGUAL_DIMENSION = 512

#: The value of the language facet whose texts the embedding model reads.
ENGLISH = "English"

#: One row per clustered text in another language that the multilingual encoder knows, and per
#: English text that teaches how its space lies. `language` is the value of the language facet.
MULTILINGUAL = pa.schema(
    [
        pa.field("conversation", pa.string(), nullable=False),
        pa.field("facet", pa.string(), nullable=False),
        pa.field("language", pa.string(), nullable=False),
        pa.field("vector", pa.list_(pa.float32(), MULTILINGUAL_DIMENSION), nullable=False),
    ]
)

#: Facet texts without a vector, each with its reason: empty_text, or, where the source's vectors
#: group the facet, why there is none (domain/source_vectors.py).
EMBEDDINGS_SET_ASIDE = pa.schema(
    [
        pa.field("conversation", pa.string(), nullable=False),
        pa.field("facet", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
