"""The stages as assets, by name."""

from collections.abc import Mapping
from typing import Final

from clio_assets.clusters.asset import CLUSTERS_ASSET
from clio_assets.conversations.asset import CONVERSATIONS_ASSET
from clio_assets.embeddings.asset import EMBEDDINGS_ASSET
from clio_assets.facets.asset import FACETS_ASSET
from clio_assets.hierarchy.asset import HIERARCHY_ASSET
from clio_assets.slices.asset import SLICES_ASSET
from clio_assets.summaries.asset import AUDITED_SUMMARIES_ASSET, PUBLISHED_INSIGHTS_ASSET
from clio_assets.workbench.stage_asset import StageAsset

ASSETS: Final[Mapping[str, StageAsset]] = {
    asset.stage: asset
    for asset in (
        CONVERSATIONS_ASSET,
        FACETS_ASSET,
        EMBEDDINGS_ASSET,
        SLICES_ASSET,
        CLUSTERS_ASSET,
        HIERARCHY_ASSET,
        AUDITED_SUMMARIES_ASSET,
        PUBLISHED_INSIGHTS_ASSET,
    )
}
