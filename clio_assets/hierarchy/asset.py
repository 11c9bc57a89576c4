"""The `hierarchy` stage as an asset."""

from clio_assets.errors import contained
from clio_assets.facets.schema import facets_schema
from clio_assets.hierarchy.build import BaseClusters, HierarchyRules, build_hierarchy
from clio_assets.hierarchy.schema import NODES
from clio_assets.hierarchy.topics import Topics
from clio_assets.lake.records import Manifest
from clio_assets.lake.writer import Accounts
from clio_assets.phrases.vectors import vectors_of_lines
from clio_assets.workbench.recipes import making
from clio_assets.workbench.stage_asset import StageAsset
from clio_assets.workbench.workbench import Workbench


def topics_of(bench: Workbench) -> Topics | None:
    """What the phrase book says of an extractive analyst's clusters."""
    if not bench.analyst.extractive or not bench.phrases.lines:
        return None
    return Topics(bench.phrases, vectors_of_lines(bench.phrases, bench.embedder))


def make_hierarchy(bench: Workbench, key: str) -> Manifest:
    """Make one window's partition from its sealed clusters and the facets of its days."""
    with contained("hierarchy", key):
        plan = making(bench, "hierarchy", key)
        tables = ("clusters", "members", "centroids", "terms")
        clusters, members, centroids, terms = (
            bench.lake.read("clusters", key, table) for table in tables
        )
        facets = bench.read_days(key, "facets", "facets", facets_schema(bench.facets))
        base = BaseClusters(clusters, members, centroids, terms, facets)
        rules = HierarchyRules(
            bench.facets_of(key),
            bench.settings.hierarchy,
            bench.settings.seed,
            bench.policy,
            bench.top_level,
            topics_of(bench),
            bench.settings.clusters.min_coherence,
            frozenset(bench.phrases.texts),
        )
        analyst = bench.analyst.working_on("hierarchy", key)
        result = build_hierarchy(base, analyst, bench.embedder, rules)
        rows = base.clusters.num_rows
        accounts = Accounts(rows, rows, counts={**result.counts, **analyst.usage})
        return bench.lake.write(plan, {"nodes": result.nodes}, accounts)


HIERARCHY_ASSET = StageAsset(
    stage="hierarchy",
    description="A window's clusters in levels: parents proposed, made distinct, assigned and "
    "renamed, or cuts through one tree. Private.",
    make=make_hierarchy,
    columns=lambda bench: NODES,
)
