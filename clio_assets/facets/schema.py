"""The tables of the `facets` stage, and the definitions of the facets themselves."""

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa

from clio_assets.domain.facets import FacetDefinition, FacetKind
from clio_assets.ground.types import TIMESTAMP

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

#: The computed facets there are, each with the first number of every bucket that breakdowns count
#: in, and the bucket's name: times the user wrote, and characters of the transcript.
BUCKETS: Final[Mapping[str, tuple[tuple[int, str], ...]]] = {
    "turns": ((1, "1"), (2, "2"), (3, "3-5"), (6, "6-10"), (11, "11+")),
    "length": ((0, "under 1k"), (1_000, "1k-4k"), (4_000, "4k-16k"), (16_000, "16k+")),
}

#: Columns of the facets table that come with the conversation.
CARRIED: Final = pa.schema(
    [
        pa.field("conversation", pa.string(), nullable=False),
        pa.field("user", pa.string(), nullable=False),
        pa.field("started_at", TIMESTAMP, nullable=False),
        pa.field("flagged", pa.bool_()),
    ]
)

#: A text is "" where there is nothing to say (the user asked for nothing), a language its full
#: English name or "Unknown", a category one of its values, a scale 1 to 5.
_OF_KIND: Final[Mapping[FacetKind, pa.DataType]] = {
    "text": pa.string(),
    "category": pa.string(),
    "languages": pa.string(),
    "scale": pa.int8(),
    "computed": pa.int32(),
}


def facets_schema(definitions: Sequence[FacetDefinition]) -> pa.Schema:
    """One row per conversation, in the order of the conversations table; a column a facet."""
    facets = (pa.field(f.name, _OF_KIND[f.kind], nullable=False) for f in definitions)
    return pa.schema([*CARRIED, *facets])


#: The facets table of the default facets.
FACETS = facets_schema(DEFAULT_FACETS)

#: Conversations without facets, each with its reason (personal_data, overlap, not_answered).
FACETS_SET_ASIDE = pa.schema(
    [
        pa.field("conversation", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
