"""The published tables (DESIGN: published tables): aggregates only.

`audited_summaries` writes the first four and its set-aside; `published_insights` adds the rest. The
release makes one more of them, `trends` (continuity/schema.py).
Numbers of conversations and users in published tables are rounded: multiples of the policy's
`rounding`, in which sizes add up over the tree and over values (rounding.py). Shares and lifts are
quotients of rounded numbers. Set-aside stays exact; it is not published.
A cluster's id is `<window>:<facet>:<level>:<number>`, for example `2026-09-28:request:0:12`.
"""

import pyarrow as pa

from clio_assets.ground.types import TIMESTAMP

WINDOWS = pa.schema(
    [
        pa.field("window", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),  # all, day, week, month
        pa.field("first_day", pa.date32()),  # by the calendar; of `all`, of the weeks it shows
        pa.field("last_day", pa.date32()),
        pa.field("facet", pa.string(), nullable=False),
        pa.field("conversations", pa.int32(), nullable=False),  # with this facet; rounded
        pa.field("users", pa.int32(), nullable=False),  # rounded
        pa.field("clusters", pa.int32(), nullable=False),  # published, all levels
        pa.field("unpublished", pa.int32(), nullable=False),  # in no published leaf; rounded
        # in published leaves whose published coherence is at least `min_coherence`; rounded
        pa.field("coherent", pa.int32(), nullable=False),
        pa.field("min_coherence", pa.float64(), nullable=False),
        # what the policy asks of a published cluster
        pa.field("min_users", pa.int32(), nullable=False),
        pa.field("min_conversations", pa.int32(), nullable=False),
        pa.field("analyst", pa.string(), nullable=False),
    ]
)

CLUSTERS = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("window", pa.string(), nullable=False),
        pa.field("facet", pa.string(), nullable=False),
        pa.field("level", pa.int32(), nullable=False),  # 0 = leaves
        pa.field("parent", pa.string()),  # id; null at the top
        pa.field("name", pa.string(), nullable=False),
        pa.field("description", pa.string(), nullable=False),
        pa.field("size", pa.int32(), nullable=False),  # rounded; the sum of what lies below
        pa.field("users", pa.int32(), nullable=False),  # rounded
        pa.field("share", pa.float64(), nullable=False),  # of the window's conversations
        pa.field("audit", pa.int8(), nullable=False),  # 3..5
        # 0 to .95 in steps of .05: a leaf's, rounded down; above them the mean of the leaves below
        pa.field("coherence", pa.float64(), nullable=False),
        pa.field("x", pa.float32(), nullable=False),  # map coordinates in [0, 1]
        pa.field("y", pa.float32(), nullable=False),
    ]
)

#: Every value that the whole window shows, in every published place. `cluster` is null in the rows
#: of the window (the base rate). `size`, `share` and `lift` are null where `suppressed`, whether or
#: not there is anybody in the cell.
BREAKDOWNS = pa.schema(
    [
        pa.field("window", pa.string(), nullable=False),
        pa.field("clustered_facet", pa.string(), nullable=False),
        pa.field("cluster", pa.string()),
        pa.field("facet", pa.string(), nullable=False),  # any but text facets, flagged, time
        pa.field("value", pa.string(), nullable=False),
        pa.field("size", pa.int32()),  # rounded
        pa.field("share", pa.float64()),  # of the cluster (or window)
        pa.field("lift", pa.float64()),  # share / share in the whole window
        pa.field("suppressed", pa.bool_(), nullable=False),
    ]
)

#: The values that breakdowns name of declared attributes. `place` is their place in the order they
#: are declared in, null where none are declared: those are shown by size.
ATTRIBUTES = pa.schema(
    [
        pa.field("window", pa.string(), nullable=False),
        pa.field("attribute", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),  # category, number, boolean
        pa.field("value", pa.string(), nullable=False),
        pa.field("place", pa.int32()),
    ]
)

#: Means of attributes that are numbers, in every published place. `mean` is a multiple of `step`,
#: and both are null where `suppressed` (means.py). `cluster` is null in the rows of the window.
MEANS = pa.schema(
    [
        pa.field("window", pa.string(), nullable=False),
        pa.field("clustered_facet", pa.string(), nullable=False),
        pa.field("cluster", pa.string()),
        pa.field("attribute", pa.string(), nullable=False),
        pa.field("mean", pa.float64()),
        pa.field("step", pa.float64()),
        pa.field("suppressed", pa.bool_(), nullable=False),
    ]
)

#: What became of a window's conversations, stage by stage: how many it passed on (`reason` null)
#: and how many it set aside, by reason. Each stage takes in what the one before passed on; what the
#: last one passed on is in published leaves. `facet` is null before conversations have facets.
#: Reasons that too few stand behind are one, `other`; one without anybody has no row.
ACCOUNTS = pa.schema(
    [
        pa.field("window", pa.string(), nullable=False),
        pa.field("facet", pa.string()),  # clustered
        pa.field("stage", pa.string(), nullable=False),
        pa.field("reason", pa.string()),
        pa.field("conversations", pa.int32(), nullable=False),  # rounded
    ]
)

#: Clusters that are not published, or published without their own text (audit_failed,
#: personal_data, text_withheld).
SUMMARIES_SET_ASIDE = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("size", pa.int32(), nullable=False),
    ]
)

LINEAGE = pa.schema(
    [
        pa.field("cluster", pa.string(), nullable=False),
        pa.field("stage", pa.string(), nullable=False),
        pa.field("data_digest", pa.string(), nullable=False),  # over all partitions of the window
        pa.field("runs", pa.string(), nullable=False),  # JSON list of run ids; not those of days
        pa.field("code_version", pa.string(), nullable=False),
        pa.field("analyst", pa.string(), nullable=False),
        pa.field("models", pa.string(), nullable=False),  # JSON object: role -> model and digest
        pa.field("prompts", pa.string(), nullable=False),  # JSON object: verb -> digest
        pa.field("policy_version", pa.int32(), nullable=False),
        pa.field("policy_digest", pa.string(), nullable=False),
        pa.field("rows_in", pa.int64(), nullable=False),  # kept and set aside as published
        pa.field("rows_kept", pa.int64(), nullable=False),  # rounded, as is the next
        pa.field("rows_set_aside", pa.int64(), nullable=False),
        # what the models' answers took, stored ones included: two significant digits
        pa.field("input_tokens", pa.int64(), nullable=False),
        pa.field("output_tokens", pa.int64(), nullable=False),
        pa.field("usd", pa.float64(), nullable=False),
    ]
)

VERDICTS = pa.schema(
    [
        pa.field("window", pa.string(), nullable=False),
        pa.field("stage", pa.string(), nullable=False),
        pa.field("check", pa.string(), nullable=False),
        pa.field("passed", pa.bool_(), nullable=False),  # in every partition of the window
        pa.field("policy_digest", pa.string(), nullable=False),
        pa.field("sealed_at", TIMESTAMP, nullable=False),  # the newest of those seals
    ]
)

#: Name -> schema of every table that a window brings to the public database.
PUBLISHED: dict[str, pa.Schema] = {
    "windows": WINDOWS,
    "clusters": CLUSTERS,
    "breakdowns": BREAKDOWNS,
    "accounts": ACCOUNTS,
    "lineage": LINEAGE,
    "verdicts": VERDICTS,
}
#: And of the others, which are there where attributes are declared.
OF_ATTRIBUTES: dict[str, pa.Schema] = {"attributes": ATTRIBUTES, "means": MEANS}
