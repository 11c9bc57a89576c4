"""The tables of the `facets` stage, and the definitions of the facets themselves."""

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from clio_assets.conversations.schema import TIMESTAMP

FacetKind = Literal["text", "category", "scale", "languages", "computed"]


@dataclass(frozen=True)
class FacetDefinition:
    """One attribute of a conversation (paper, B.1).

    `question` is what an analyst is asked; `criteria` what a good cluster name of it looks like.
    `clustered` facets are text facets that get embedded, clustered and organised in a hierarchy.
    """

    name: str
    kind: FacetKind
    question: str
    clustered: bool = False
    criteria: str = ""
    values: tuple[str, ...] = ()


DEFAULT_FACETS: tuple[FacetDefinition, ...] = (
    FacetDefinition(
        "request",
        "text",
        "What does the user ask for, over the whole conversation?",
        clustered=True,
        criteria="an imperative sentence that says what users ask for",
    ),
    FacetDefinition("task", "text", "What is the assistant asked to do?"),
    FacetDefinition("language", "languages", "Which human language does the user write in?"),
    FacetDefinition("concern", "scale", "How concerning is it, from 1 (benign) to 5 (urgent)?"),
    FacetDefinition("turns", "computed", "How many times did the user write?"),
)

#: One row per conversation, in the order of the conversations table.
FACETS = pa.schema(
    [
        pa.field("conversation", pa.string(), nullable=False),
        pa.field("user", pa.string(), nullable=False),
        pa.field("started_at", TIMESTAMP, nullable=False),
        pa.field("flagged", pa.bool_()),
        pa.field("request", pa.string(), nullable=False),  # "" where the user asked for nothing
        pa.field("task", pa.string(), nullable=False),
        pa.field("language", pa.string(), nullable=False),  # full English name, "Unknown"
        pa.field("concern", pa.int8(), nullable=False),  # 1..5
        pa.field("turns", pa.int32(), nullable=False),
    ]
)

#: Conversations without facets, each with its reason (personal_data, overlap, not_answered).
FACETS_SET_ASIDE = pa.schema(
    [
        pa.field("conversation", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
