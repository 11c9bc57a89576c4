"""The tables of the `clusters` stage: one window's base clusters, private."""

import pyarrow as pa

#: One row per clustered conversation and facet, members of kept clusters only.
MEMBERS = pa.schema(
    [
        pa.field("facet", pa.string(), nullable=False),
        pa.field("cluster", pa.int32(), nullable=False),  # number within window and facet, from 0
        pa.field("conversation", pa.string(), nullable=False),
        pa.field("user", pa.string(), nullable=False),
    ]
)

#: One row per kept cluster. `size` and `users` are numbers of distinct conversations and users.
CLUSTERS = pa.schema(
    [
        pa.field("facet", pa.string(), nullable=False),
        pa.field("cluster", pa.int32(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("description", pa.string(), nullable=False),
        pa.field("size", pa.int32(), nullable=False),
        pa.field("users", pa.int32(), nullable=False),
        pa.field("coherence", pa.float32(), nullable=False),  # mean cosine to the centroid
    ]
)


def centroids_schema(dimension: int) -> pa.Schema:
    """One row per kept cluster: the mean of its members' vectors, unit length."""
    return pa.schema(
        [
            pa.field("facet", pa.string(), nullable=False),
            pa.field("cluster", pa.int32(), nullable=False),
            pa.field("vector", pa.list_(pa.float32(), dimension), nullable=False),
        ]
    )


def bridge_schema(dimension: int) -> pa.Schema:
    """The map from the multilingual encoder's space to the model's, a row an input of it.

    Rows of a facet in order; none where nothing was bridged.
    """
    return pa.schema(
        [
            pa.field("facet", pa.string(), nullable=False),
            pa.field("row", pa.int32(), nullable=False),
            pa.field("weights", pa.list_(pa.float32(), dimension), nullable=False),
        ]
    )


#: Words (lemmas) of a cluster's facet texts that at least `min_vocabulary_users` distinct users
#: of the cluster wrote. `surface` is the form most users wrote, for display.
TERMS = pa.schema(
    [
        pa.field("facet", pa.string(), nullable=False),
        pa.field("cluster", pa.int32(), nullable=False),
        pa.field("lemma", pa.string(), nullable=False),
        pa.field("surface", pa.string(), nullable=False),
        pa.field("users", pa.int32(), nullable=False),
    ]
)

#: Conversations in no kept cluster, per facet (below_min_users, below_min_conversations,
#: not_named, unsupported_vocabulary).
CLUSTERS_SET_ASIDE = pa.schema(
    [
        pa.field("facet", pa.string(), nullable=False),
        pa.field("conversation", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
