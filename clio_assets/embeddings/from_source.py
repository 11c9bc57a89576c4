"""The source's own vectors beside the texts' ones.

Both are kept, because they answer different questions and may never be compared:

    embeddings       texts of a facet, by the model of this home: names, likeness of groups, the map
    source_vectors   whole conversations, by the source's model: which of them are a group
"""

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.embeddings.schema import EMBEDDINGS_SET_ASIDE, source_vectors_schema
from clio_assets.errors import LakeError


def lacking_vectors(without_vector: pa.Table, facet: str) -> pa.Table:
    """Conversations WITHOUT_VECTOR, set aside of the facet that vectors of the source group."""
    columns = [
        without_vector["conversation"],
        pa.repeat(facet, without_vector.num_rows),
        without_vector["reason"],
    ]
    return pa.table(columns, schema=EMBEDDINGS_SET_ASIDE)


def source_vectors(embeddings: pa.Table, vectors: pa.Table, facet: str) -> pa.Table:
    """The source's vectors of the conversations whose facet was embedded, in the same order.

    LakeError where one has none and was not set aside.
    """
    own = embeddings.filter(pc.equal(embeddings["facet"], facet)).select(["conversation", "facet"])
    known = vectors["conversation"].combine_chunks()
    at = pc.index_in(own["conversation"].combine_chunks(), value_set=known)
    if at.null_count:
        raise LakeError(
            f"{at.null_count} conversations of the day have facets and neither a vector nor a "
            "reason for having none; materialize conversations and facets of the day again"
        )
    schema = source_vectors_schema(vectors.schema.field("vector").type.list_size)
    columns = [own["conversation"], own["facet"], vectors["vector"].take(at)]
    return pa.table(columns, schema=schema)
