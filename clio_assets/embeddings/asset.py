"""The `embeddings` stage as an asset."""

from clio_assets.embeddings.embed import embed_facets, embed_multilingual
from clio_assets.embeddings.from_source import lacking_vectors, source_vectors
from clio_assets.embeddings.schema import embeddings_schema
from clio_assets.errors import contained
from clio_assets.lake.records import Manifest
from clio_assets.lake.writer import Accounts
from clio_assets.workbench.recipes import making
from clio_assets.workbench.stage_asset import StageAsset
from clio_assets.workbench.workbench import Workbench


def make_embeddings(bench: Workbench, key: str) -> Manifest:
    """Make one day's partition from its sealed facets, and the source's vectors where declared."""
    with contained("embeddings", key):
        plan = making(bench, "embeddings", key)
        facets, taken = bench.lake.read("facets", key, "facets"), bench.source_vectors
        lacking = None
        if taken is not None:
            without = bench.lake.read("conversations", key, "without_vector")
            lacking = lacking_vectors(without, taken.facet)
        tables = embed_facets(facets, bench.facets, bench.embedder, bench.progress.track, lacking)
        other = embed_multilingual(facets, bench.facets, bench.multilingual, lacking)
        written = {
            "embeddings": tables.embeddings,
            "multilingual": other.vectors,
            "set_aside": tables.set_aside,
        }
        if taken is not None:
            vectors = bench.lake.read("conversations", key, "vectors")
            written["source_vectors"] = source_vectors(tables.embeddings, vectors, taken.facet)
        clustered = sum(facet.clustered for facet in bench.facets)
        return bench.lake.write(
            plan,
            written,
            Accounts.of(
                facets.num_rows * clustered,
                tables.embeddings.num_rows,
                tables.set_aside,
                {"languages_not_bridged": other.unknown},
            ),
        )


EMBEDDINGS_ASSET = StageAsset(
    stage="embeddings",
    description="Vectors of a day's clustered text facets. Private.",
    make=make_embeddings,
    columns=lambda bench: embeddings_schema(bench.embedder.dimension),
)
