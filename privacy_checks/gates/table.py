"""The gate of each stage, in the order of the stages."""

from collections.abc import Mapping
from typing import Final

from privacy_checks.gates import (
    audited_summaries,
    clusters,
    conversations,
    embeddings,
    facets,
    hierarchy,
    published_insights,
    slices,
)
from privacy_checks.gates.judge import Judge

GATES: Final[Mapping[str, Judge]] = {
    "conversations": conversations.judge,
    "facets": facets.judge,
    "embeddings": embeddings.judge,
    "slices": slices.judge,
    "clusters": clusters.judge,
    "hierarchy": hierarchy.judge,
    "audited_summaries": audited_summaries.judge,
    "published_insights": published_insights.judge,
}
