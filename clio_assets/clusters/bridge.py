"""The bridge: where texts in other languages lie among the English ones.

The embedding model reads English, so it groups everything else by language. The multilingual
encoder puts a text beside its translations, but tells topics apart less well. English texts that
have a vector of both teach a linear map from its space to the model's (ridge regression); a text in
another language gets its mapped vector, and English ones keep theirs:

    English   "bake bread"       model   -> stays
    German    "Brot backen"      encoder -> map -> near "bake bread"

The map is learnt in each window and drawn towards one that comes with the platform, as strongly as
so many texts would (`PRIOR_TEXTS`): a window with few English texts uses mostly that one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from threadpoolctl import threadpool_limits

from clio_assets.clusters.schema import bridge_schema
from clio_assets.domain.embedder import Embedder
from clio_assets.embeddings.schema import ENGLISH
from clio_assets.errors import ModelError
from clio_assets.ground.types import Indices, Vector
from clio_assets.ground.vectors import from_column, to_column
from clio_assets.phrases.vectors import model_of

#: The map that comes with the platform, for the bundled model (tools/make_shipped_bridge.py), and
#: the SHA-256 of its file, which is part of the stage's recipe.
SHIPPED: Final = Path(__file__).parent / "shipped_bridge.npz"
SHIPPED_DIGEST: Final = "1c6332dcde61e2f482ed5877524faebc242636bb52cce9a2cc6708a9aac6fde7"

#: Weight of the shipped map, in English texts.
PRIOR_TEXTS: Final = 512
#: Without it, fewer English texts than this teach nothing: the vectors stay as they are.
FEWEST_WITHOUT_PRIOR: Final = 300
#: English texts that are used, at most.
MOST_TEACHING: Final = 4_000
_RIDGE: Final = 1e-3

_Map = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bridged:
    """A facet's vectors in one space; `bridge` is the map's table, `counts` how it came about."""

    vectors: Vector
    bridge: pa.Table
    counts: Mapping[str, int]


def bridge_vectors(
    facet: str,
    conversations: pa.Array,
    vectors: Vector,
    multilingual: pa.Table,
    shipped: _Map | None,
) -> Bridged:
    """The vectors, those of texts in other languages mapped to where English ones lie.

    `multilingual` are the facet's rows of the days' tables of that name, of distinct conversations.
    Counts: `bridged` texts, `bridge_texts` that taught, and `not_bridged` for want of English ones.
    """
    nothing = Bridged(vectors, bridge_schema(vectors.shape[1]).empty_table(), {})
    english = pc.equal(multilingual["language"], ENGLISH)
    foreign, teaching = multilingual.filter(pc.invert(english)), multilingual.filter(english)
    teaching = teaching.sort_by("conversation")[:MOST_TEACHING]
    if not foreign.num_rows:
        return nothing
    if shipped is None and teaching.num_rows < FEWEST_WITHOUT_PRIOR:
        return Bridged(vectors, nothing.bridge, {"not_bridged": foreign.num_rows})
    own = vectors[_places(teaching, conversations)]
    learnt = learn(from_column(teaching["vector"]), own, shipped).astype(np.float32)
    counts = {"bridged": foreign.num_rows, "bridge_texts": teaching.num_rows}
    return Bridged(moved(conversations, vectors, foreign, learnt), _table(facet, learnt), counts)


def learn(sources: Vector, targets: Vector, prior: _Map | None = None) -> _Map:
    """The map, shape (dimension of sources, dimension of targets), of pairs of vectors.

    Minimises |sources @ map - targets|^2 + weight * |map - prior|^2.
    """
    x, y = sources.astype(np.float64), targets.astype(np.float64)
    # a unit vector adds 1 / dimension to each direction, on average
    weight = _RIDGE if prior is None else PRIOR_TEXTS / x.shape[1]
    with threadpool_limits(limits=1):
        left = x.T @ x + weight * np.eye(x.shape[1])
        right = x.T @ y + (0 if prior is None else weight * prior)
        return np.asarray(np.linalg.solve(left, right), dtype=np.float64)


def moved(
    conversations: pa.Array,
    vectors: Vector,
    multilingual: pa.Table,
    learnt: npt.NDArray[np.float32],
) -> Vector:
    """The vectors of the conversations, those in other languages mapped, as the map is stored."""
    foreign = multilingual.filter(pc.not_equal(multilingual["language"], ENGLISH))
    found = vectors.copy()
    found[_places(foreign, conversations)] = _images(from_column(foreign["vector"]), learnt)
    return found


def _images(sources: Vector, learnt: npt.NDArray[np.float32]) -> Vector:
    """Unit-length images of the vectors under the map."""
    with threadpool_limits(limits=1):
        images = sources.astype(np.float64) @ learnt.astype(np.float64)
    return np.asarray(images / np.linalg.norm(images, axis=1, keepdims=True), dtype=np.float32)


def stored_map(bridge: pa.Table, facet: str) -> npt.NDArray[np.float32] | None:
    """A facet's map as its table holds it; None where it has none."""
    rows = bridge.filter(pc.equal(bridge["facet"], facet)).sort_by("row")
    return from_column(rows["weights"]) if rows.num_rows else None


def shipped_map(embedder: Embedder) -> _Map | None:
    """The map that comes with the platform; None for another model than the bundled one.

    ModelError where its file is not the one that came with it.
    """
    try:
        content = SHIPPED.read_bytes()
    except OSError:
        content = b""
    if sha256(content).hexdigest() != SHIPPED_DIGEST:
        raise ModelError(
            "the map from other languages is not the one that comes with the platform, so it is "
            "not used: install the platform again"
        )
    with np.load(BytesIO(content)) as stored:
        if str(stored["model"]) != model_of(embedder):
            return None
        return np.asarray(stored["map"], dtype=np.float64)


def _places(rows: pa.Table, conversations: pa.Array) -> Indices:
    found = pc.index_in(rows["conversation"].combine_chunks(), value_set=conversations)
    return np.asarray(found.to_numpy(), dtype=np.intp)


def _table(facet: str, learnt: npt.NDArray[np.float32]) -> pa.Table:
    rows = len(learnt)
    return pa.table(
        [pa.repeat(facet, rows), pa.array(range(rows), pa.int32()), to_column(learnt)],
        schema=bridge_schema(learnt.shape[1]),
    )
