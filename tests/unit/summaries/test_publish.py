import json
from datetime import UTC, datetime

import pyarrow as pa

from clio_assets.summaries.identifiers import cluster_id
from clio_assets.summaries.publish import StageLineage, StageVerdict, publish
from clio_assets.summaries.schema import BREAKDOWNS, CLUSTERS, PUBLISHED, WINDOWS

LINEAGE = [
    StageLineage(
        stage=stage,
        partitions=7,
        data_digest="d1",
        runs=("run1", "run2"),
        code_version="1",
        analyst="fake",
        models={"name": "m", "embedding": "e"},
        prompts={"b": "2", "a": "1"},
        policy_version=1,
        policy_digest="p1",
        rows_in=10,
        rows_kept=8,
        rows_set_aside=2,
    )
    for stage in ("facets", "clusters")
]
VERDICTS = [StageVerdict("facets", "schema", 7, 7, "p1", datetime(2026, 9, 28, tzinfo=UTC))]


def summaries(*ids: str) -> dict[str, pa.Table]:
    rows = [
        {
            "id": name,
            "window": "all",
            "facet": "request",
            "level": 0,
            "parent": None,
            "name": "Bake",
            "description": "Users baked.",
            "size": 20,
            "users": 10,
            "share": 0.5,
            "audit": 5,
            "x": 0.5,
            "y": 0.5,
        }
        for name in ids
    ]
    return {
        "windows": WINDOWS.empty_table(),
        "clusters": pa.Table.from_pylist(rows, schema=CLUSTERS),
        "breakdowns": BREAKDOWNS.empty_table(),
        "set_aside": pa.table({"secret": ["never published"]}),
    }


def test_publish_gives_exactly_the_published_tables() -> None:
    tables = publish("all", summaries("a", "b"), LINEAGE, VERDICTS)
    assert {name: table.schema for name, table in tables.items()} == PUBLISHED
    assert tables["clusters"]["id"].to_pylist() == ["a", "b"]
    assert tables["trends"].num_rows == 0


def test_publish_gives_every_cluster_a_row_of_lineage_per_stage() -> None:
    rows = publish("all", summaries("a", "b"), LINEAGE, VERDICTS)["lineage"].to_pylist()
    assert [(row["cluster"], row["stage"]) for row in rows] == [
        ("a", "facets"),
        ("a", "clusters"),
        ("b", "facets"),
        ("b", "clusters"),
    ]
    assert json.loads(rows[0]["runs"]) == ["run1", "run2"]
    assert rows[0]["prompts"] == '{"a": "1", "b": "2"}'
    assert json.loads(rows[0]["models"]) == {"name": "m", "embedding": "e"}
    assert (rows[0]["rows_in"], rows[0]["rows_kept"], rows[0]["rows_set_aside"]) == (10, 8, 2)


def test_publish_keeps_verdicts_when_no_cluster_is_published() -> None:
    tables = publish("2026-09-28", summaries(), LINEAGE, VERDICTS)
    assert tables["lineage"].num_rows == 0
    assert tables["verdicts"].to_pylist() == [
        {
            "window": "2026-09-28",
            "stage": "facets",
            "check": "schema",
            "partitions": 7,
            "passed": 7,
            "policy_digest": "p1",
            "sealed_at": datetime(2026, 9, 28, tzinfo=UTC),
        }
    ]


def test_cluster_id_names_window_facet_level_and_number() -> None:
    assert cluster_id("2026-09-28", "request", 0, 12) == "2026-09-28:request:0:12"
