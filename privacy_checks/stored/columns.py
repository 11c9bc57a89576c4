"""What each table may hold: every column by name, type and nullability, and nothing else.

Repeated by hand, not imported from the stages: a stage that starts to write another column fails
its gate until somebody has put the column here, on purpose.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from privacy_checks.stored.declared import Declared


@dataclass(frozen=True)
class Column:
    """One allowed column; `type` None stands for vectors: fixed-size lists of float32."""

    name: str
    type: pa.DataType | None
    nullable: bool = False


Columns = tuple[Column, ...]
Tables = Mapping[str, Columns]

_TEXT, _INT8, _INT32, _INT64 = pa.string(), pa.int8(), pa.int32(), pa.int64()
TIME, _DAY, _FLAG = pa.timestamp("us", tz="UTC"), pa.date32(), pa.bool_()
_FLOAT32, _FLOAT64 = pa.float32(), pa.float64()

#: Type of a facet's column by its kind.
_OF_KIND = {
    "text": _TEXT,
    "category": _TEXT,
    "languages": _TEXT,
    "scale": _INT8,
    "computed": _INT32,
}

LANDED: Columns = (
    Column("line", _INT64),
    Column("file", _INT32),
    Column("conversation_id", _TEXT),
    Column("source_id", _TEXT, nullable=True),
    Column("user_id", _TEXT),
    Column("started_at", TIME),
    Column("latest_at", TIME),
    Column("messages", _TEXT),
    Column("flagged", _FLAG, nullable=True),
    Column("metadata", _TEXT, nullable=True),
    Column("attributes", _TEXT, nullable=True),
)

#: What earlier versions landed, of sources that may be gone since.
LANDED_BEFORE: Columns = tuple(c for c in LANDED if c.name not in {"source_id", "attributes"})

#: What is landed beside them where the source's vectors are declared, or were.
LANDED_VECTORS: Columns = (
    Column("vector", pa.binary(), nullable=True),
    Column("vector_fault", _TEXT, nullable=True),
)

CONVERSATIONS: Tables = {
    "conversations": (
        Column("conversation", _TEXT),
        Column("user", _TEXT),
        Column("started_at", TIME),
        Column("turns", _INT32),
        Column("flagged", _FLAG, nullable=True),
        Column("transcript", _TEXT),
    ),
    "set_aside": (Column("conversation", _TEXT), Column("reason", _TEXT)),
}


def conversations_tables(declared: Declared) -> Tables:
    """The tables of the `conversations` stage: one of labels where attributes are declared, one of
    numbers where some of them have a mean, and two of vectors where those of the source are."""
    labels = {"attributes": attributes(declared)} if declared.attributes else {}
    if any(one.has_mean for one in declared.attributes):
        labels["numbers"] = attribute_numbers(declared)
    return {**CONVERSATIONS, **labels, **(_VECTORS if declared.source_vectors else {})}


_VECTORS: Tables = {
    "vectors": (Column("conversation", _TEXT), Column("vector", None)),
    "without_vector": (Column("conversation", _TEXT), Column("reason", _TEXT)),
}


def attributes(declared: Declared) -> Columns:
    """The columns of the labels: the conversation, and one a declared attribute."""
    labels = (Column(one.name, _TEXT, nullable=True) for one in declared.attributes)
    return (Column("conversation", _TEXT), *labels)


def attribute_numbers(declared: Declared) -> Columns:
    """The columns of the numbers: the conversation, and one an attribute that has a mean."""
    averaged = (one.name for one in declared.attributes if one.has_mean)
    return (Column("conversation", _TEXT), *(Column(n, _FLOAT64, nullable=True) for n in averaged))


def facets(declared: Declared) -> Columns:
    """The columns of the facets table: those of the conversation, and one a declared facet."""
    return (
        Column("conversation", _TEXT),
        Column("user", _TEXT),
        Column("started_at", TIME),
        Column("flagged", _FLAG, nullable=True),
        *(Column(facet.name, _OF_KIND[facet.kind]) for facet in declared.facets),
    )


def facets_tables(declared: Declared) -> Tables:
    """The tables of the `facets` stage."""
    set_aside = (Column("conversation", _TEXT), Column("reason", _TEXT))
    return {"facets": facets(declared), "set_aside": set_aside}


SLICES: Tables = {
    "slices": (Column("conversation", _TEXT),),
    "set_aside": (Column("conversation", _TEXT), Column("reason", _TEXT)),
}

EMBEDDINGS: Tables = {
    "embeddings": (
        Column("conversation", _TEXT),
        Column("facet", _TEXT),
        Column("vector", None),
    ),
    "multilingual": (
        Column("conversation", _TEXT),
        Column("facet", _TEXT),
        Column("language", _TEXT),
        Column("vector", None),
    ),
    "set_aside": (
        Column("conversation", _TEXT),
        Column("facet", _TEXT),
        Column("reason", _TEXT),
    ),
}


def embeddings_tables(declared: Declared) -> Tables:
    """The tables of the `embeddings` stage: one more where vectors of the source are declared."""
    if not declared.source_vectors:
        return EMBEDDINGS
    return {**EMBEDDINGS, "source_vectors": EMBEDDINGS["embeddings"]}


CLUSTERS: Tables = {
    "members": (
        Column("facet", _TEXT),
        Column("cluster", _INT32),
        Column("conversation", _TEXT),
        Column("user", _TEXT),
    ),
    "clusters": (
        Column("facet", _TEXT),
        Column("cluster", _INT32),
        Column("name", _TEXT),
        Column("description", _TEXT),
        Column("size", _INT32),
        Column("users", _INT32),
        Column("coherence", _FLOAT32),
    ),
    "centroids": (Column("facet", _TEXT), Column("cluster", _INT32), Column("vector", None)),
    "terms": (
        Column("facet", _TEXT),
        Column("cluster", _INT32),
        Column("lemma", _TEXT),
        Column("surface", _TEXT),
        Column("users", _INT32),
    ),
    "bridge": (Column("facet", _TEXT), Column("row", _INT32), Column("weights", None)),
    "set_aside": (
        Column("facet", _TEXT),
        Column("conversation", _TEXT),
        Column("reason", _TEXT),
    ),
}

HIERARCHY: Tables = {
    "nodes": (
        Column("facet", _TEXT),
        Column("level", _INT32),
        Column("cluster", _INT32),
        Column("parent", _INT32, nullable=True),
        Column("name", _TEXT),
        Column("description", _TEXT),
        Column("size", _INT32),
        Column("users", _INT32),
    ),
}

_WINDOWS: Columns = (
    Column("window", _TEXT),
    Column("kind", _TEXT),
    Column("first_day", _DAY, nullable=True),
    Column("last_day", _DAY, nullable=True),
    Column("facet", _TEXT),
    Column("conversations", _INT32),
    Column("users", _INT32),
    Column("clusters", _INT32),
    Column("unpublished", _INT32),
    Column("coherent", _INT32),
    Column("min_coherence", _FLOAT64),
    Column("min_users", _INT32),
    Column("min_conversations", _INT32),
    Column("analyst", _TEXT),
)
_PUBLISHED_CLUSTERS: Columns = (
    Column("id", _TEXT),
    Column("window", _TEXT),
    Column("facet", _TEXT),
    Column("level", _INT32),
    Column("parent", _TEXT, nullable=True),
    Column("name", _TEXT),
    Column("description", _TEXT),
    Column("size", _INT32),
    Column("users", _INT32),
    Column("share", _FLOAT64),
    Column("audit", _INT8),
    Column("coherence", _FLOAT64),
    Column("x", _FLOAT32),
    Column("y", _FLOAT32),
)
_BREAKDOWNS: Columns = (
    Column("window", _TEXT),
    Column("clustered_facet", _TEXT),
    Column("cluster", _TEXT, nullable=True),
    Column("facet", _TEXT),
    Column("value", _TEXT),
    Column("size", _INT32, nullable=True),
    Column("share", _FLOAT64, nullable=True),
    Column("lift", _FLOAT64, nullable=True),
    Column("suppressed", _FLAG),
)

_ACCOUNTS: Columns = (
    Column("window", _TEXT),
    Column("facet", _TEXT, nullable=True),
    Column("stage", _TEXT),
    Column("reason", _TEXT, nullable=True),
    Column("conversations", _INT32),
)

#: Published of declared attributes: the order of the values that are named, and means.
_OF_ATTRIBUTES: Tables = {
    "attributes": (
        Column("window", _TEXT),
        Column("attribute", _TEXT),
        Column("kind", _TEXT),
        Column("value", _TEXT),
        Column("place", _INT32, nullable=True),
    ),
    "means": (
        Column("window", _TEXT),
        Column("clustered_facet", _TEXT),
        Column("cluster", _TEXT, nullable=True),
        Column("attribute", _TEXT),
        Column("mean", _FLOAT64, nullable=True),
        Column("step", _FLOAT64, nullable=True),
        Column("suppressed", _FLAG),
    ),
}

AUDITED_SUMMARIES: Tables = {
    "windows": _WINDOWS,
    "clusters": _PUBLISHED_CLUSTERS,
    "breakdowns": _BREAKDOWNS,
    "accounts": _ACCOUNTS,
    "set_aside": (Column("id", _TEXT), Column("reason", _TEXT), Column("size", _INT32)),
}

PUBLISHED_INSIGHTS: Tables = {
    "windows": _WINDOWS,
    "clusters": _PUBLISHED_CLUSTERS,
    "breakdowns": _BREAKDOWNS,
    "accounts": _ACCOUNTS,
    "lineage": (
        Column("cluster", _TEXT),
        Column("stage", _TEXT),
        Column("data_digest", _TEXT),
        Column("runs", _TEXT),
        Column("code_version", _TEXT),
        Column("analyst", _TEXT),
        Column("models", _TEXT),
        Column("prompts", _TEXT),
        Column("policy_version", _INT32),
        Column("policy_digest", _TEXT),
        Column("rows_in", _INT64),
        Column("rows_kept", _INT64),
        Column("rows_set_aside", _INT64),
        Column("input_tokens", _INT64),
        Column("output_tokens", _INT64),
        Column("usd", _FLOAT64),
    ),
    "verdicts": (
        Column("window", _TEXT),
        Column("stage", _TEXT),
        Column("check", _TEXT),
        Column("passed", _FLAG),
        Column("policy_digest", _TEXT),
        Column("sealed_at", TIME),
    ),
}


def audited_tables(declared: Declared) -> Tables:
    """The tables of `audited_summaries`; some more where attributes are declared."""
    return {**AUDITED_SUMMARIES, **of_attributes(declared)}


def released_tables(declared: Declared) -> Tables:
    """The tables of `published_insights`, in the same way."""
    return {**PUBLISHED_INSIGHTS, **of_attributes(declared)}


def of_attributes(declared: Declared) -> Tables:
    """The tables about declared attributes that are published, where there are any."""
    return _OF_ATTRIBUTES if declared.attributes else {}


def empty(columns: Columns) -> pa.Table:
    """A table without rows that has the columns other than vectors."""
    return pa.schema(
        [pa.field(c.name, c.type, c.nullable) for c in columns if c.type is not None]
    ).empty_table()


def differences(table: pa.Table, columns: Columns) -> int:
    """How many columns are unexpected, missing, repeated, of another type, or wrongly null."""
    allowed = {column.name: column for column in columns}
    names = table.column_names
    wrong = len(set(allowed) - set(names)) + len(names) - len(set(names) & set(allowed))
    for field, values in zip(table.schema, table.columns, strict=True):
        column = allowed.get(field.name)
        if column is not None:
            wrong += not _is_of_type(field.type, column.type)
            wrong += field.nullable != column.nullable
            wrong += not column.nullable and _holds_nulls(values)
    return wrong


def _is_of_type(found: pa.DataType, wanted: pa.DataType | None) -> bool:
    if wanted is not None:
        return bool(found.equals(wanted))
    is_list: bool = pa.types.is_fixed_size_list(found)
    return is_list and found.value_type.equals(_FLOAT32) and found.list_size > 0


def _holds_nulls(values: pa.ChunkedArray) -> bool:
    if values.null_count:
        return True
    if pa.types.is_fixed_size_list(values.type):
        return any(chunk.flatten().null_count for chunk in values.chunks)
    return False
