"""Dagster glue of the `clusters` stage."""

from collections.abc import Sequence

import dagster as dg
import pyarrow as pa

from clio_assets.clusters.bridge import shipped_map
from clio_assets.clusters.build import ClusterRules, DayTables, build_clusters
from clio_assets.embeddings.schema import (
    MULTILINGUAL,
    embeddings_schema,
    source_vectors_schema,
)
from clio_assets.errors import contained
from clio_assets.facets.schema import facets_schema
from clio_assets.ground.windows import WindowKind
from clio_assets.lake.records import Manifest
from clio_assets.lake.writer import Accounts
from clio_assets.stages import STAGES
from clio_assets.workbench.assets import WINDOW_GROUP, Bench, days_of_window, materialize_each
from clio_assets.workbench.recipes import making
from clio_assets.workbench.workbench import Workbench


def build_clusters_asset(
    windows: dg.PartitionsDefinition[str], kind: WindowKind
) -> dg.AssetsDefinition:
    """The `clusters` asset over the given windows."""

    @dg.asset(
        name="clusters",
        partitions_def=windows,
        deps=[days_of_window("facets", kind), days_of_window("embeddings", kind)],
        group_name=WINDOW_GROUP,
        code_version=STAGES["clusters"].code_version,
        description="A window's conversations in groups of alike requests, each large enough and "
        "named. Groups under the thresholds are dropped before anything names them. Private.",
    )
    def clusters(context: dg.AssetExecutionContext, workbench: Bench) -> dg.MaterializeResult[None]:
        return materialize_each(context, workbench, lambda key: make_clusters(workbench, key))

    return clusters


def _source_vectors(bench: Workbench, days: Sequence[str]) -> pa.Table | None:
    """The source's own vectors of the window, where they are declared."""
    declared = bench.source_vectors
    if declared is None:
        return None
    schema = source_vectors_schema(declared.dimension)
    return bench.lake.read_all("embeddings", days, "source_vectors", schema)


def make_clusters(bench: Workbench, key: str) -> Manifest:
    """Make one window's partition from the sealed facets and embeddings of its days."""
    with contained("clusters", key):
        plan = making(bench, "clusters", key)
        days = bench.days_of(key)
        facets = bench.lake.read_all("facets", days, "facets", facets_schema(bench.facets))
        embeddings = bench.lake.read_all(
            "embeddings", days, "embeddings", embeddings_schema(bench.embedder.dimension)
        )
        multilingual = bench.lake.read_all("embeddings", days, "multilingual", MULTILINGUAL)
        rules = ClusterRules(
            bench.facets,
            bench.settings.clusters,
            bench.policy,
            bench.settings.seed,
            frozenset(bench.phrases.texts),
            shipped_map(bench.embedder),
        )
        analyst = bench.analyst.working_on("clusters", key)
        window = DayTables(facets, embeddings, multilingual, _source_vectors(bench, days))
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
