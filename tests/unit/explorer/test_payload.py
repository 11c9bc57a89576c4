"""Payloads say what the database says of every cluster and cell, and nothing that it suppresses."""

import gzip
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.explorer_release import Shape, build_release, make_tables, write_release
from clio_assets.errors import LakeError
from clio_assets.explorer.payload import encode_index, encode_map, varints
from clio_assets.explorer.reading import natural, read_index, read_map
from clio_assets.lake.public import PublicDatabase
from clio_assets.summaries.schema import OF_ATTRIBUTES
from tests.unit.explorer.decoding import Decoded, decode_index, decode_map


def payload_of(database: Path, window: str, facet: str) -> bytes:
    with PublicDatabase(database).reading() as reader:
        found = read_map(reader, window, facet)
    assert found is not None
    return encode_map(found)


def rows(database: Path, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql, list(parameters)).fetchall()


def compare(database: Path, window: str, facet: str) -> Decoded:
    """Every number and text of the map equals a direct query; returns what was decoded."""
    decoded = decode_map(payload_of(database, window, facet))
    clusters = rows(
        database,
        "SELECT id, level, parent, name, description, size, users, audit, x, y, share, coherence "
        'FROM clusters WHERE "window" = ? AND facet = ?',
        window,
        facet,
    )
    assert {row[0] for row in clusters} == set(decoded.clusters)
    everyone = decoded.header["window"]["conversations"]
    for row in clusters:
        identifier, level, parent, name, description, size, users, audit, x, y, share, held = row
        got = decoded.clusters[identifier]
        assert (got["level"], got["parent"], got["audit"]) == (level, parent, audit)
        assert (got["name"], got["description"]) == (name, description)
        assert (got["size"], got["users"], got["coherence"]) == (size, users, held)
        assert (np.float32(got["x"]), np.float32(got["y"])) == (np.float32(x), np.float32(y))
        assert got["size"] / everyone == pytest.approx(share, rel=1e-12)
    compare_cells(database, window, facet, decoded)
    accounts = rows(
        database,
        'SELECT stage, reason, conversations FROM accounts WHERE "window" = ? '
        "AND (facet IS NULL OR facet = ?)",
        window,
        facet,
    )
    told = [(o["stage"], o["reason"], o["conversations"]) for o in decoded.header["accounts"]]
    assert sorted(told, key=str) == sorted(accounts, key=str)
    return decoded


def compare_cells(database: Path, window: str, facet: str, decoded: Decoded) -> None:
    """Cells, and the shares and lifts that the browser computes of them."""
    everyone = decoded.header["window"]["conversations"]
    base = {
        (one["name"], value): size
        for one in decoded.header["facets"]
        for value, size in zip(one["values"], one["base"], strict=True)
    }
    cells = rows(
        database,
        "SELECT cluster, facet, value, size, share, lift, suppressed FROM breakdowns "
        'WHERE "window" = ? AND clustered_facet = ?',
        window,
        facet,
    )
    seen = 0
    for cluster, by, value, size, share, lift, suppressed in cells:
        got = base[by, value] if cluster is None else decoded.clusters[cluster]["cells"][by, value]
        if suppressed:
            assert got in (None, -1)
            continue
        assert got == size
        total = everyone if cluster is None else decoded.clusters[cluster]["size"]
        assert got / total == pytest.approx(share, rel=1e-12)
        assert (got / total) / (base[by, value] / everyone) == pytest.approx(lift, rel=1e-12)
        seen += 1
    assert seen == sum(not row[-1] for row in cells)
    assert len(cells) == len(base) * (len(decoded.clusters) + 1)


@pytest.mark.parametrize("facet", ["request", "task"])
def test_payload_equals_direct_queries_when_a_release_is_read(released: Path, facet: str) -> None:
    for (window,) in rows(released, 'SELECT DISTINCT "window" FROM windows'):
        decoded = compare(released, window, facet)
        assert any(None in one["cells"].values() for one in decoded.clusters.values())
        assert decoded.header["unit"] == 5


@pytest.mark.parametrize("seed", range(3))
def test_payload_equals_direct_queries_when_sizes_are_exact(tmp_path: Path, seed: int) -> None:
    tables = make_tables(Shape(leaves=9, weeks=3), seed)
    ids = tables["clusters"]["id"].to_pylist()
    sizes = {ids[at]: 20 + at for at in range(len(ids))}
    tables["clusters"] = _with(tables["clusters"], "size", list(sizes.values()))
    tables["clusters"] = _with(
        tables["clusters"], "share", [s / _everyone(tables) for s in sizes.values()]
    )
    tables["clusters"] = _with(
        tables["clusters"], "x", np.random.default_rng(seed).random(len(ids))
    )
    cells = tables["breakdowns"].filter(pa.compute.is_null(tables["breakdowns"]["cluster"]))
    hidden = tables["breakdowns"].filter(pa.compute.is_valid(tables["breakdowns"]["cluster"]))
    nulls = [None] * len(hidden)
    for name in ("size", "share", "lift"):
        hidden = _with(hidden, name, nulls)
    hidden = _with(hidden, "suppressed", [True] * len(hidden))
    tables["breakdowns"] = pa.concat_tables([cells, hidden])
    path = tmp_path / "exact.duckdb"
    write_release(path, tables)
    decoded = decode_map(payload_of(path, "all", "request"))
    assert {i: c["size"] for i, c in decoded.clusters.items()} == sizes
    assert decoded.header["unit"] == 1
    assert all(v is None for c in decoded.clusters.values() for v in c["cells"].values())
    stored = dict(rows(path, "SELECT id, x FROM clusters"))
    assert all(abs(c["x"] - stored[i]) < 1e-5 for i, c in decoded.clusters.items())


def _everyone(tables: dict[str, pa.Table]) -> int:
    found: int = tables["windows"]["conversations"][0].as_py()
    return found


def _with(table: pa.Table, name: str, values: Any) -> pa.Table:
    at = table.schema.get_field_index(name)
    return table.set_column(
        at, table.schema.field(at), pa.array(values, table.schema.field(at).type)
    )


HOSTILE = [
    "<script>alert(1)</script>",
    "\"quotes\" 'and' `ticks` & &amp;",
    "\u202eright to left\u202c \u2066isolated\u2069",
    "x" * 10_000,
    "👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301",
    "سلام שלום",
    "line\nbreak\u2028separator\0".replace("\0", ""),
    "</script><!--",
    "",
]


def test_texts_arrive_as_they_are_when_they_are_hostile(tmp_path: Path) -> None:
    tables = make_tables(Shape(leaves=16, weeks=2), 0)
    count = tables["clusters"].num_rows
    texts = [HOSTILE[at % len(HOSTILE)] for at in range(count)]
    for name in ("name", "description"):
        tables["clusters"] = _with(tables["clusters"], name, texts)
    write_release(tmp_path / "hostile.duckdb", tables)
    decoded = compare(tmp_path / "hostile.duckdb", "all", "request")
    assert {one["name"] for one in decoded.clusters.values()} == set(HOSTILE)


def test_clusters_come_in_preorder_with_the_largest_first_when_they_are_encoded(
    released: Path,
) -> None:
    (window,) = rows(released, 'SELECT "window" FROM windows LIMIT 1')[0]
    clusters = decode_map(payload_of(released, window, "request")).clusters
    above: list[str] = []
    largest: dict[str | None, int] = {}
    for identifier, one in clusters.items():
        while above and above[-1] != one["parent"]:
            above.pop()
        assert (above[-1] if above else None) == one["parent"]
        assert one["size"] <= largest.get(one["parent"], one["size"])
        largest[one["parent"]] = one["size"]
        above.append(identifier)


def test_bytes_are_the_same_when_a_map_is_encoded_again(released: Path) -> None:
    (window,) = rows(released, 'SELECT "window" FROM windows LIMIT 1')[0]
    first = payload_of(released, window, "task")
    assert first == payload_of(released, window, "task")
    assert first[4:8] == b"\0\0\0\0"  # gzip's time


def test_lineage_and_verdicts_are_those_of_the_window_when_a_map_is_read(released: Path) -> None:
    (window,) = rows(released, 'SELECT "window" FROM windows LIMIT 1')[0]
    header = decode_map(payload_of(released, window, "request")).header
    expected = rows(
        released,
        "SELECT DISTINCT stage, data_digest, rows_in, rows_kept FROM lineage "
        "WHERE starts_with(cluster, ?)",
        f"{window}:request:",
    )
    found = {
        (r["stage"], r["data_digest"], r["rows_in"], r["rows_kept"]) for r in header["lineage"]
    }
    assert found == set(expected)
    assert [r["stage"] for r in header["lineage"]][:2] == ["conversations", "facets"]
    assert isinstance(header["lineage"][0]["models"], dict)
    judged = rows(
        released, 'SELECT stage, "check", passed FROM verdicts WHERE "window" = ?', window
    )
    assert sorted((v["stage"], v["check"], v["passed"]) for v in header["verdicts"]) == sorted(
        judged
    )
    assert header["verdicts"][0]["sealed_at"] == "2026-10-01T06:00:00Z"


def test_index_lists_every_map_with_the_newest_first_when_it_is_read(released: Path) -> None:
    with PublicDatabase(released).reading() as reader:
        index = decode_index(encode_index(read_index(reader)))
    keys = rows(released, 'SELECT "window", facet FROM windows ORDER BY "window" DESC, facet')
    assert [(row["window"], row["facet"]) for row in index["windows"]] == keys
    assert index["windows"][0]["url"] == f"data/map/{keys[0][0]}/request"
    assert index["release"]["released_at"] == "2026-10-01T06:00:00Z"
    assert index["policy"]["version"] == 1


def test_index_tells_which_windows_show_nothing_when_a_map_is_held_back(tmp_path: Path) -> None:
    shape = Shape(leaves=8, weeks=2, maps=("mobile",), hidden=("german",))
    with PublicDatabase(build_release(tmp_path / "insights.duckdb", shape)).reading() as reader:
        index = read_index(reader)
    assert [row["window"] for row in index["windows"]] == ["all", "mobile@all"]
    assert index["windows"][1]["url"] == "data/map/mobile%40all/request"
    assert index["empty"] == ["german@all"]


def test_map_is_absent_when_it_is_not_published(released: Path) -> None:
    with PublicDatabase(released).reading() as reader:
        assert read_map(reader, "2026-03-30", "topics") is None


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE clusters SET parent = 'all:request:9:9' WHERE level = 0",
        "UPDATE clusters SET parent = id WHERE level = 2",
        "UPDATE clusters SET id = 'somebody' WHERE id = 'all:request:0:3'",
        "UPDATE breakdowns SET cluster = 'all:request:0:999' WHERE cluster = 'all:request:0:3'",
    ],
)
def test_map_is_refused_when_its_rows_do_not_hang_together(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "damaged.duckdb"
    write_release(path, make_tables(Shape(leaves=9, weeks=2), 0))
    with duckdb.connect(str(path)) as connection:
        connection.execute(damage)
    with PublicDatabase(path).reading() as reader, pytest.raises(LakeError):
        read_map(reader, "all", "request")


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**31 - 1), max_size=50))
def test_varints_are_leb128_when_numbers_are_encoded(numbers: list[int]) -> None:
    expected = bytearray()
    for number in numbers:
        rest = number
        while rest > 127:
            expected.append(rest & 127 | 128)
            rest >>= 7
        expected.append(rest)
    assert varints(np.array(numbers, dtype=np.int64)) == bytes(expected)


def test_values_are_in_natural_order_when_they_hold_numbers() -> None:
    values = ["11+", "2", "1", "6-10", "3-5", "Other", "2026-10-05", "2026-09-28"]
    assert sorted(values, key=natural) == [
        "1", "2", "3-5", "6-10", "11+", "2026-09-28", "2026-10-05", "Other",
    ]  # fmt: skip


def test_payload_is_small_when_the_map_is_large(tmp_path: Path) -> None:
    path = tmp_path / "large.duckdb"
    write_release(path, make_tables(Shape(leaves=2_000, weeks=26), 0))
    data = payload_of(path, "all", "request")
    assert len(data) < 65 * 2_022  # bytes a cluster; the budget of 10,110 clusters is 600 kB
    assert gzip.decompress(data)[:4] == b"CLIO"


def test_map_without_clusters_is_sent_when_none_passed_the_thresholds(tmp_path: Path) -> None:
    path = tmp_path / "empty.duckdb"
    write_release(path, make_tables(Shape(leaves=9, weeks=2), 0))
    with duckdb.connect(str(path)) as connection:
        connection.execute("DELETE FROM clusters")
        connection.execute("DELETE FROM breakdowns WHERE cluster IS NOT NULL")
        connection.execute("DELETE FROM lineage")
    decoded = compare(path, "all", "request")
    assert (decoded.clusters, decoded.header["lineage"]) == ({}, [])
    assert decoded.header["facets"][0]["base"][0] > 0


def test_payload_has_kinds_order_and_means_when_attributes_are_declared(tmp_path: Path) -> None:
    tables = make_tables(Shape(leaves=9, weeks=3))
    clusters, cells = tables["clusters"]["id"].to_pylist(), tables["breakdowns"]
    of_turns = cells.filter(pa.compute.equal(cells["facet"], "turns")).to_pylist()
    renamed = {"1": "under 5", "2": "5 to under 30", "3-5": "30 or more", "6-10": "other"}
    tables["breakdowns"] = pa.concat_tables(
        [
            cells,
            pa.Table.from_pylist(
                [
                    {**row, "facet": name, "value": renamed[row["value"]]}
                    for row in of_turns
                    if row["value"] in renamed
                    for name in ("seconds", "model")
                ],
                schema=cells.schema,
            ),
        ]
    )
    places = {"5 to under 30": 1, "under 5": 0, "30 or more": 2, "other": 3}
    tables["attributes"] = pa.Table.from_pylist(
        [
            {"window": "all", "attribute": name, "kind": kind, "value": value, "place": place}
            for name, kind, order in (
                ("seconds", "number", places),
                ("model", "category", dict.fromkeys(places)),
            )
            for value, place in order.items()
        ],
        schema=OF_ATTRIBUTES["attributes"],
    )
    told = [(None, 7.5, 0.5), (clusters[0], 8.0, 2.0), (clusters[1], None, None)]
    tables["means"] = pa.Table.from_pylist(
        [
            {
                "window": "all",
                "clustered_facet": "request",
                "attribute": "seconds",
                "cluster": one,
                "mean": mean,
                "step": step,
                "suppressed": mean is None,
            }
            for one, mean, step in told
        ],
        schema=OF_ATTRIBUTES["means"],
    )
    path = tmp_path / "attributes.duckdb"
    write_release(path, tables)
    decoded = decode_map(payload_of(path, "all", "request"))
    facets = {one["name"]: one for one in decoded.header["facets"]}
    assert (facets["seconds"]["kind"], facets["model"]["kind"]) == ("number", "category")
    assert "kind" not in facets["turns"]
    assert facets["seconds"]["values"] == ["under 5", "5 to under 30", "30 or more", "other"]
    by_size = sorted(facets["turns"]["values"], key=lambda one: -_base(facets["turns"], one))
    known = [renamed[one] for one in by_size if one in renamed]
    assert facets["model"]["values"] == [*(one for one in known if one != "other"), "other"]
    assert decoded.header["means"] == [{"name": "seconds", "mean": 7.5, "step": 0.5}]
    found = {one: decoded.clusters[one]["means"]["seconds"] for one in clusters}
    assert found[clusters[0]] == (8.0, 2.0)
    assert {found[one] for one in clusters[1:]} == {(None, None)}


def _base(facet: dict[str, Any], value: str) -> int:
    size: int = facet["base"][facet["values"].index(value)]
    return size


def test_payload_says_nothing_of_attributes_when_none_is_declared(released: Path) -> None:
    header = decode_map(payload_of(released, "2026-03-30", "request")).header
    assert "means" not in header
    assert {tuple(one) for one in header["facets"]} == {("name", "values", "base")}
