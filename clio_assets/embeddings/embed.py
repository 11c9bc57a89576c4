"""Embed the clustered text facets (paper, B.2)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.domain.embedder import Embedder
from clio_assets.domain.facets import FacetDefinition
from clio_assets.embeddings.multilingual import LANGUAGES
from clio_assets.embeddings.schema import (
    EMBEDDINGS_SET_ASIDE,
    ENGLISH,
    MULTILINGUAL,
    embeddings_schema,
)
from clio_assets.errors import ModelError
from clio_assets.ground.types import Vector
from clio_assets.ground.vectors import to_column

#: Passes items on and reports progress; as `clio_assets.ground.progress.Progress.track`.
Track = Callable[[Iterable[Any], str, int], Iterator[Any]]

#: Texts handed to the model at once: enough for it to sort them by length, few enough to report.
TEXTS_AT_ONCE = 1_024

#: English texts of a day that teach, at most: one for each text in another language, which doubles
#: the encoder's work. What a window needs is a few hundred; four for each gain nothing measurable.
TEACHING_EACH = 1
MOST_TEACHING = 300

#: The facet that says which language a conversation is in.
LANGUAGE_FACET = "language"


@dataclass(frozen=True)
class EmbeddingTables:
    """The stage's output: every conversation and clustered facet is a row of one or the other."""

    embeddings: pa.Table
    set_aside: pa.Table


@dataclass(frozen=True)
class MultilingualTable:
    """Vectors by the multilingual encoder, and how many texts are in languages it does not know."""

    vectors: pa.Table
    unknown: int


def embed_facets(
    facets: pa.Table,
    definitions: Sequence[FacetDefinition],
    embedder: Embedder,
    track: Track | None = None,
    lacking: pa.Table | None = None,
) -> EmbeddingTables:
    """Vectors of a FACETS table's clustered facets: facet by facet, rows in the table's order.

    Equal texts are embedded once, so they get equal vectors. An empty text is set aside
    (`empty_text`), and so is what is `lacking` a vector of the source (EMBEDDINGS_SET_ASIDE).
    ModelError where the model gives anything but unit-length vectors.
    """
    schema = embeddings_schema(embedder.dimension)
    kept, left_out = [schema.empty_table()], [EMBEDDINGS_SET_ASIDE.empty_table()]
    for facet in definitions:
        if not facet.clustered:
            continue
        empty = pc.equal(facets[facet.name], "")
        rows, left_without = _apart(facets.filter(pc.invert(empty)), lacking, facet.name)
        texts = rows[facet.name].combine_chunks().dictionary_encode()
        distinct = _embed(texts.dictionary.to_pylist(), embedder, facet.name, track)
        vectors = to_column(distinct[texts.indices.to_numpy(zero_copy_only=False)])
        named = pa.repeat(facet.name, rows.num_rows)
        kept.append(pa.table([rows["conversation"], named, vectors], schema=schema))
        skipped = facets.filter(empty)["conversation"]
        names, reasons = (pa.repeat(word, len(skipped)) for word in (facet.name, "empty_text"))
        left_out.append(pa.table([skipped, names, reasons], schema=EMBEDDINGS_SET_ASIDE))
        left_out.append(left_without)
    return EmbeddingTables(pa.concat_tables(kept), pa.concat_tables(left_out))


def embed_multilingual(
    facets: pa.Table,
    definitions: Sequence[FacetDefinition],
    encoder: Embedder | None,
    lacking: pa.Table | None = None,
) -> MultilingualTable:
    """Vectors of texts in other languages that the encoder knows, and of English ones that teach.

    A text is taken to be in the language of its conversation. Those that teach are the first by
    pseudonym, which is as good as drawn. Nothing where there is no encoder or no language facet.
    """
    parts = [MULTILINGUAL.empty_table()]
    languages = {facet.name for facet in definitions if facet.kind == "languages"}
    if encoder is None or LANGUAGE_FACET not in languages:
        return MultilingualTable(parts[0], 0)
    unknown = 0
    for facet in definitions:
        if not facet.clustered:
            continue
        rows = facets.filter(pc.not_equal(facets[facet.name], ""))
        rows, _ = _apart(rows, lacking, facet.name)
        rows = rows.select(["conversation", facet.name, LANGUAGE_FACET]).sort_by("conversation")
        known = pc.is_in(rows[LANGUAGE_FACET], value_set=pa.array(sorted(LANGUAGES)))
        english = pc.equal(rows[LANGUAGE_FACET], ENGLISH)
        foreign = rows.filter(known)
        unknown += rows.num_rows - foreign.num_rows - (pc.sum(english).as_py() or 0)
        teaching = rows.filter(english)[: min(MOST_TEACHING, TEACHING_EACH * foreign.num_rows)]
        both = pa.concat_tables([foreign, teaching])
        texts = both[facet.name].combine_chunks().dictionary_encode()
        distinct = encoder.embed(texts.dictionary.to_pylist())
        vectors = to_column(distinct[texts.indices.to_numpy(zero_copy_only=False)])
        columns = [both["conversation"], pa.repeat(facet.name, len(vectors)), both[LANGUAGE_FACET]]
        parts.append(pa.table([*columns, vectors], schema=MULTILINGUAL))
    return MultilingualTable(pa.concat_tables(parts), unknown)


def _apart(rows: pa.Table, lacking: pa.Table | None, facet: str) -> tuple[pa.Table, pa.Table]:
    """Rows of a facet without those that lack a vector of the source, and these set aside."""
    if lacking is None:
        return rows, EMBEDDINGS_SET_ASIDE.empty_table()
    own = lacking.filter(pc.equal(lacking["facet"], facet))
    without = pc.is_in(rows["conversation"], value_set=own["conversation"].combine_chunks())
    present = rows["conversation"].combine_chunks()
    left_out = own.filter(pc.is_in(own["conversation"], value_set=present))
    return rows.filter(pc.invert(without)), left_out


def _embed(texts: list[str], embedder: Embedder, facet: str, track: Track | None) -> Vector:
    starts: Iterable[int] = range(0, len(texts), TEXTS_AT_ONCE)
    if track is not None:
        starts = track(starts, f"embedding {facet}", -(-len(texts) // TEXTS_AT_ONCE))
    parts = [np.empty((0, embedder.dimension), dtype=np.float32)]
    for start in starts:
        batch = texts[start : start + TEXTS_AT_ONCE]
        vectors = embedder.embed(batch)
        if vectors.shape != (len(batch), embedder.dimension) or not np.allclose(
            np.linalg.norm(vectors, axis=1), 1, atol=1e-3
        ):
            raise ModelError("the embedding model did not give one unit-length vector a text")
        parts.append(vectors)
    return np.concatenate(parts)
