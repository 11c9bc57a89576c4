"""The stages `audited_summaries` and `published_insights` as assets."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.conversations.schema import (
    CONVERSATIONS_SET_ASIDE,
    attributes_schema,
    numbers_schema,
)
from clio_assets.embeddings.schema import EMBEDDINGS_SET_ASIDE
from clio_assets.errors import contained
from clio_assets.facets.schema import FACETS_SET_ASIDE, facets_schema
from clio_assets.judging.lineage import lineage_of, verdicts_of
from clio_assets.lake.records import Manifest
from clio_assets.lake.writer import Accounts
from clio_assets.maps.population import everyone_of, rules_of
from clio_assets.summaries.audit import WITHHELD_TEXT
from clio_assets.summaries.beside import Beside
from clio_assets.summaries.build import SummaryRules, WindowTables, summarise
from clio_assets.summaries.publish import AUDITED, publish
from clio_assets.summaries.schema import CLUSTERS, OF_ATTRIBUTES
from clio_assets.workbench.recipes import making
from clio_assets.workbench.stage_asset import StageAsset
from clio_assets.workbench.workbench import Workbench

#: What the stages of a day set aside, for the accounts of a window.
SET_ASIDE: Mapping[str, pa.Schema] = {
    "conversations": CONVERSATIONS_SET_ASIDE,
    "facets": FACETS_SET_ASIDE,
    "embeddings": EMBEDDINGS_SET_ASIDE,
}


def make_audited_summaries(bench: Workbench, key: str) -> Manifest:
    """Make one window's partition from its sealed clusters, hierarchy and facets."""
    with contained("audited_summaries", key):
        plan = making(bench, "audited_summaries", key)
        read = bench.lake.read
        tables = WindowTables(
            facets=bench.read_days(key, "facets", "facets", facets_schema(bench.facets)),
            members=read("clusters", key, "members"),
            base=read("clusters", key, "clusters"),
            set_aside=read("clusters", key, "set_aside"),
            centroids=read("clusters", key, "centroids"),
            nodes=read("hierarchy", key, "nodes"),
            days={
                stage: bench.read_days(key, stage, "set_aside", schema)
                for stage, schema in SET_ASIDE.items()
            },
            attributes=_labels(bench, key),
            numbers=_numbers(bench, key),
            beside=_beside(bench, key),
        )
        settings = bench.settings
        rules = SummaryRules(
            key,
            bench.kind_of(key),
            bench.facets_of(key),
            settings.summaries,
            bench.policy,
            settings.seed,
            settings.clusters.min_coherence,
            bench.attributes,
        )
        analyst = bench.analyst.working_on("audited_summaries", key)
        result = summarise(tables, analyst, bench.engine, rules)
        withheld = pc.equal(result.set_aside["reason"], WITHHELD_TEXT)  # published all the same
        accounts = Accounts.of(
            tables.nodes.num_rows,
            result.clusters.num_rows,
            result.set_aside.filter(pc.invert(withheld)),
            counts={WITHHELD_TEXT: pc.sum(withheld).as_py() or 0, **analyst.usage},
        )
        return bench.lake.write(plan, result.by_name(), accounts)


def _labels(bench: Workbench, key: str) -> pa.Table | None:
    """The labels of the declared attributes; nothing is there where there are none."""
    if not bench.attributes:
        return None
    return bench.read_days(key, "conversations", "attributes", attributes_schema(bench.attributes))


def _numbers(bench: Workbench, key: str) -> pa.Table | None:
    """Their numbers, where any has a mean."""
    if not any(one.has_mean for one in bench.attributes):
        return None
    return bench.read_days(key, "conversations", "numbers", numbers_schema(bench.attributes))


def _beside(bench: Workbench, key: str) -> Beside | None:
    """A named map's place among the other maps; nothing for the home's own."""
    rules = rules_of(bench, key)
    return Beside(everyone_of(bench, key), rules) if rules else None


def make_published_insights(bench: Workbench, key: str) -> Manifest:
    """Make one window's release candidate from its sealed summaries and the seals behind them."""
    with contained("published_insights", key):
        plan = making(bench, "published_insights", key)
        named = (*AUDITED, *(OF_ATTRIBUTES if bench.attributes else ()))
        audited = {table: bench.lake.read("audited_summaries", key, table) for table in named}
        tables = publish(
            key,
            audited,
            lineage_of(bench.lake, key),
            verdicts_of(bench.lake, key),
            bench.policy.rounding,
        )
        rows = audited["clusters"].num_rows
        return bench.lake.write(plan, tables, Accounts(rows, rows))


AUDITED_SUMMARIES_ASSET = StageAsset(
    stage="audited_summaries",
    description="A window's aggregates: sizes, facet breakdowns, map coordinates, and every name "
    "and description audited; what fails is dropped. Staging.",
    make=make_audited_summaries,
    columns=lambda bench: CLUSTERS,
    kinds=frozenset({"python", "duckdb", "parquet"}),
    zone="staging",
)
PUBLISHED_INSIGHTS_ASSET = StageAsset(
    stage="published_insights",
    description="A window's release candidate: the published tables with lineage and verdicts. "
    "Once its gate has sealed it, the release follows.",
    make=make_published_insights,
    columns=lambda bench: CLUSTERS,
    zone="staging",
)
