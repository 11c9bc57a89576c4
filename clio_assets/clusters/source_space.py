"""Where conversations lie by the source's own vectors, for grouping and nothing else.

Models differ in how alike any two texts are to them: a mean cosine of .1 for the bundled one, of
.7 for some. Bounds that say which groups to cut or to join are made for the first kind. So what all
of a window share is taken away first, which leaves the differences:

    .7 shared + .3 apart     mean of all: the shared part     -> apart, of unit length
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.errors import LakeError
from clio_assets.ground.types import Vector
from clio_assets.ground.vectors import from_column

#: A difference shorter than this is rounding.
_NOTHING = 1e-6


def source_places(
    facet: str, conversations: pa.Array, source_vectors: pa.Table | None
) -> Vector | None:
    """Places of the conversations, in their order; None for a facet whose texts say where it lies.

    LakeError where a conversation has none.
    """
    if source_vectors is None:
        return None
    own = source_vectors.filter(pc.equal(source_vectors["facet"], facet))
    if not own.num_rows:
        return None
    at = pc.index_in(conversations, value_set=own["conversation"].combine_chunks())
    if at.null_count:
        raise LakeError(
            f"{at.null_count} embeddings of the window have no vector of the source beside them; "
            "materialize embeddings of its days again"
        )
    return apart(from_column(own["vector"])[at.to_numpy()])


def apart(vectors: Vector) -> Vector:
    """The vectors without what all of them share, of unit length.

    One that is just what all share, or all of them where all are equal, stays as it is.
    """
    if not len(vectors):
        return vectors
    differences = vectors - vectors.mean(axis=0, dtype=np.float64)
    lengths = np.linalg.norm(differences, axis=1, keepdims=True)
    found = np.where(lengths > _NOTHING, differences / np.maximum(lengths, _NOTHING), vectors)
    return np.asarray(found, dtype=np.float32)
