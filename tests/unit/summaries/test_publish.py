import json
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow as pa

from clio_assets.judging.lineage import StageLineage, StageVerdict
from clio_assets.summaries.identifiers import cluster_id
from clio_assets.summaries.publish import publish, rounded_rows
from clio_assets.summaries.schema import ACCOUNTS, BREAKDOWNS, CLUSTERS, PUBLISHED, WINDOWS

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
        input_tokens=131_500,
        output_tokens=94,
        microdollars=12_345,
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
            "coherence": 0.6,
            "x": 0.5,
            "y": 0.5,
        }
        for name in ids
    ]
    return {
        "windows": WINDOWS.empty_table(),
        "clusters": pa.Table.from_pylist(rows, schema=CLUSTERS),
        "breakdowns": BREAKDOWNS.empty_table(),
        "accounts": ACCOUNTS.empty_table(),
        "set_aside": pa.table({"secret": ["never published"]}),
    }


def test_publish_gives_exactly_the_published_tables() -> None:
    tables = publish("all", summaries("a", "b"), LINEAGE, VERDICTS, 5)
    assert {name: table.schema for name, table in tables.items()} == PUBLISHED
    assert tables["clusters"]["id"].to_pylist() == ["a", "b"]


def test_publish_tells_roughly_what_answers_took() -> None:
    row = publish("all", summaries("a"), LINEAGE, VERDICTS, 5)["lineage"].to_pylist()[0]
    assert (row["input_tokens"], row["output_tokens"], row["usd"]) == (130_000, 94, 0.012)


def test_publish_gives_every_cluster_a_row_of_lineage_per_stage() -> None:
    rows = publish("all", summaries("a", "b"), LINEAGE, VERDICTS, 5)["lineage"].to_pylist()
    assert [(row["cluster"], row["stage"]) for row in rows] == [
        ("a", "facets"),
        ("a", "clusters"),
        ("b", "facets"),
        ("b", "clusters"),
    ]
    assert json.loads(rows[0]["runs"]) == ["run1", "run2"]
    assert rows[0]["prompts"] == '{"a": "1", "b": "2"}'
    assert json.loads(rows[0]["models"]) == {"name": "m", "embedding": "e"}


def stage(name: str, kept: int, set_aside: int) -> StageLineage:
    return replace(
        LINEAGE[0], stage=name, rows_in=kept + set_aside, rows_kept=kept, rows_set_aside=set_aside
    )


def test_rounded_rows_repeat_the_numbers_of_the_accounts() -> None:
    """A second rounding of the same conversations could say together with the first how many."""
    counts = [
        ("conversations", None, None, 440),
        ("conversations", None, "not_sampled", 25),
        ("conversations", None, "other", 5),
        ("facets", None, None, 440),
        *(("embeddings", facet, None, 430) for facet in ("request", "task")),
        *(("clusters", facet, None, 415) for facet in ("request", "task")),
        ("clusters", "task", "other", 15),
    ]
    names = ("stage", "facet", "reason", "conversations")
    rows = [{"window": "all", **dict(zip(names, row, strict=True))} for row in counts]
    found = rounded_rows(
        pa.Table.from_pylist(rows, schema=ACCOUNTS),
        [
            stage("conversations", 452, 31),
            stage("facets", 445, 7),
            stage("embeddings", 874, 16),
            stage("clusters", 840, 34),
            stage("hierarchy", 14, 0),
        ],
        5,
    )
    assert found == {
        "conversations": (440, 30),
        "facets": (440, 0),
        "embeddings": (860, 0),
        "clusters": (830, 15),
        "hierarchy": (10, 0),
    }


def test_publish_keeps_verdicts_when_no_cluster_is_published() -> None:
    tables = publish("2026-09-28", summaries(), LINEAGE, VERDICTS, 5)
    assert tables["lineage"].num_rows == 0
    assert tables["verdicts"].to_pylist() == [
        {
            "window": "2026-09-28",
            "stage": "facets",
            "check": "schema",
            "passed": True,
            "policy_digest": "p1",
            "sealed_at": datetime(2026, 9, 28, tzinfo=UTC),
        }
    ]


def test_cluster_id_names_window_facet_level_and_number() -> None:
    assert cluster_id("2026-09-28", "request", 0, 12) == "2026-09-28:request:0:12"
