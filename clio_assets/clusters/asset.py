"""The `clusters` stage as an asset."""

import pyarrow as pa

from clio_assets.clusters.bridge import shipped_map
from clio_assets.clusters.build import ClusterRules, DayTables, build_clusters
from clio_assets.clusters.schema import CLUSTERS
from clio_assets.embeddings.schema import (
    MULTILINGUAL,
    embeddings_schema,
    source_vectors_schema,
)
from clio_assets.errors import contained
from clio_assets.facets.schema import facets_schema
from clio_assets.lake.records import Manifest
from clio_assets.lake.writer import Accounts
from clio_assets.workbench.recipes import making
from clio_assets.workbench.stage_asset import StageAsset
from clio_assets.workbench.workbench import Workbench


def _source_vectors(bench: Workbench, key: str) -> pa.Table | None:
    """The source's own vectors of the window, where they are declared."""
    if bench.source_vectors is None:
        return None
    schema = source_vectors_schema(bench.source_vectors.dimension)
    return bench.read_days(key, "embeddings", "source_vectors", schema)


def make_clusters(bench: Workbench, key: str) -> Manifest:
    """Make one window's partition from the sealed facets and embeddings of its days."""
    with contained("clusters", key):
        plan = making(bench, "clusters", key)
        facets = bench.read_days(key, "facets", "facets", facets_schema(bench.facets))
        vectors = embeddings_schema(bench.embedder.dimension)
        embeddings = bench.read_days(key, "embeddings", "embeddings", vectors)
        multilingual = bench.read_days(key, "embeddings", "multilingual", MULTILINGUAL)
        rules = ClusterRules(
            bench.facets_of(key),
            bench.settings.clusters,
            bench.policy,
            bench.settings.seed,
            frozenset(bench.phrases.texts),
            shipped_map(bench.embedder),
        )
        analyst = bench.analyst.working_on("clusters", key)
        window = DayTables(facets, embeddings, multilingual, _source_vectors(bench, key))
        tables = build_clusters(window, analyst, rules)
        return bench.lake.write(
            plan,
            tables.by_name(),
            Accounts.of(
                embeddings.num_rows,
                tables.members.num_rows,
                tables.set_aside,
                {**tables.counts, **analyst.usage},
            ),
        )


CLUSTERS_ASSET = StageAsset(
    stage="clusters",
    description="A window's conversations in groups of alike requests, each large enough and "
    "named. Groups under the thresholds are dropped before anything names them. Private.",
    make=make_clusters,
    columns=lambda bench: CLUSTERS,
)
