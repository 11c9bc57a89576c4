"""Topics as they are sent: of one map and facet, from published rows alone."""

import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from starlette.testclient import TestClient

from benchmarks.explorer_release import Shape, build_release
from clio_assets.explorer.trends import encode_trends, read_trends, trends_url
from clio_assets.lake.public import PublicDatabase
from tests.unit.explorer.decoding import decode_index
from tests.unit.explorer.test_app import start


def read(database: Path, window: str, facet: str = "request") -> dict[str, Any] | None:
    with PublicDatabase(database).reading() as reader:
        return read_trends(reader, window, facet)


def windows_of(database: Path, named: str = "") -> list[str]:
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute('SELECT DISTINCT "window" FROM windows ORDER BY 1').fetchall()
    return [window for (window,) in rows if window.rpartition("@")[0] == named]


def test_topics_hold_what_is_published_of_them_when_they_are_read(database: Path) -> None:
    first, last = windows_of(database)
    found = read(database, last)
    assert found is not None
    assert [row["window"] for row in found["windows"]] == [first, last]
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            'SELECT t.topic, t."window", c.id, c.size, c.share, c.name FROM trends t '
            "JOIN clusters c ON t.cluster = c.id WHERE c.facet = 'request'"
        ).fetchall()
    told = {
        (topic["topic"], found["windows"][at]["window"], cluster, size, share)
        for topic in found["topics"]
        for at, cluster, size, share in topic["points"]
    }
    assert told == {row[:5] for row in rows}
    newest = {row[0]: row[5] for row in sorted(rows, key=lambda row: row[1])}
    assert {topic["topic"]: topic["name"] for topic in found["topics"]} == newest
    events = {event for topic in found["topics"] for _, event, _ in topic["events"]}
    assert events == {"first", "continued", "new", "split", "gone", "merged"}


def test_related_topics_are_named_when_one_went_into_another(database: Path) -> None:
    found = read(database, windows_of(database)[-1])
    assert found is not None
    names = {topic["name"] for topic in found["topics"]}
    related = [e for topic in found["topics"] for e in topic["events"] if e[2] is not None]
    assert {event for _, event, _ in related} == {"split", "merged"}
    assert {name for _, _, name in related} <= names


def test_topics_are_of_one_map_when_there_are_several(tmp_path: Path) -> None:
    database = build_release(tmp_path / "i.duckdb", Shape(24, 2, 2, maps=("mobile",)))
    for named in ("", "mobile"):
        own = windows_of(database, named)
        found = read(database, own[0])
        assert found is not None
        assert [row["window"] for row in found["windows"]] == own
        ids = {point[1] for topic in found["topics"] for point in topic["points"]}
        assert {one.partition(":")[0] for one in ids} == set(own)


def test_there_are_no_topics_when_the_release_is_of_an_earlier_version(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("DROP TABLE trends")
        connection.execute("CREATE TABLE trends (cluster VARCHAR, period DATE, size INTEGER)")
    found = read(database, windows_of(database)[-1])
    assert found is not None
    assert found["topics"] == []
    assert len(found["windows"]) == 2


@pytest.mark.parametrize(("window", "facet"), [("2001-01-01", "request"), (None, "nothing")])
def test_nothing_is_found_when_the_map_is_not_published(
    database: Path, window: str | None, facet: str
) -> None:
    assert read(database, window or windows_of(database)[0], facet) is None


def test_topics_are_served_of_the_release_that_is_asked_for(database: Path) -> None:
    client: TestClient = start(database)
    index = decode_index(client.get("/data/index").content)
    row = index["windows"][0]
    assert row["trends"] == trends_url(row["window"], row["facet"])
    answer = client.get(f"/{row['trends']}?release={index['release']['digest']}")
    assert answer.status_code == 200
    expected = read(database, row["window"], row["facet"])
    assert expected is not None
    assert json.loads(answer.content) == json.loads(gzip.decompress(encode_trends(expected)))
    assert client.get(f"/{row['trends']}?release=other").status_code == 409
    assert client.get("/data/trends/2001-01-01/request?release=" + index["release"]["digest"]
                      ).status_code == 404  # fmt: skip
