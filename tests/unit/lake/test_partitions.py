"""Partitions without their seals: leftovers, damage, search, revision and what deletion leaves."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clio_assets.errors import LakeError
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.records import Manifest, Provenance
from clio_assets.lake.storage import LocalStorage
from clio_assets.lake.writer import Accounts, Making
from tests.fakes.lake import folder_of, root_of

STAGE, DAY = "facets", "2026-09-28"
ROWS = pa.table({"user": ["a", "b", "b"], "conversation": ["1", "2", "3"], "text": ["x", "y", "z"]})


@pytest.fixture
def partitions(tmp_path: Path) -> Partitions:
    return Partitions(LocalStorage(tmp_path))


@pytest.fixture
def manifest(partitions: Partitions) -> Manifest:
    making = Making(STAGE, DAY, "recipe", Provenance(code_version="1"))
    tables = {"facets": ROWS, "numbers": pa.table({"n": [1]})}
    return partitions.write(making, tables, Accounts(3, 3))


def values(*found: str) -> pa.Array:
    return pa.array(found, pa.string())


def test_file_holds_the_rows_as_arrow_writes_them_when_a_table_is_stored(
    partitions: Partitions, manifest: Manifest, tmp_path: Path
) -> None:
    pq.write_table(ROWS, tmp_path / "plain.parquet", compression="zstd")
    stored = folder_of(partitions, STAGE, DAY) / manifest.tables["facets"].file
    assert stored.read_bytes() == (tmp_path / "plain.parquet").read_bytes()


def test_key_is_stored_but_no_partition_when_only_leftovers_lie_there(
    partitions: Partitions, manifest: Manifest
) -> None:
    killed = folder_of(partitions, STAGE, "2026-09-29")
    killed.mkdir()
    (killed / ".tmp-0123-facets.parquet").write_bytes(b"half")
    (folder_of(partitions, STAGE, "2026-09-30")).mkdir()
    assert partitions.keys(STAGE) == [DAY]
    assert partitions.stored_keys(STAGE) == [DAY, "2026-09-29"]
    partitions.sweep_leftovers()
    assert partitions.stored_keys(STAGE) == [DAY]


def test_strays_are_what_no_manifest_names_and_no_writer_left(
    partitions: Partitions, manifest: Manifest
) -> None:
    folder = folder_of(partitions, STAGE, DAY)
    for name in ("seal.json", "notes.txt", ".tmp-0123-facets.parquet"):
        (folder / name).write_bytes(b"")
    (folder / "folder").mkdir()
    assert partitions.strays(manifest) == [
        f"lake/{STAGE}/{DAY}/notes.txt",
        f"lake/{STAGE}/{DAY}/folder",
    ]


def test_tables_are_damaged_when_their_bytes_are_gone_or_others(
    partitions: Partitions, manifest: Manifest
) -> None:
    assert partitions.damaged(manifest) == []
    folder = folder_of(partitions, STAGE, DAY)
    (folder / manifest.tables["facets"].file).write_bytes(b"other")
    (folder / manifest.tables["numbers"].file).unlink()
    assert partitions.damaged(manifest) == ["facets", "numbers"]


def test_rows_are_found_by_any_of_the_columns_when_they_hold_what_is_wanted(
    partitions: Partitions, manifest: Manifest
) -> None:
    found = partitions.search(manifest, "facets", {"user": values("a"), "conversation": values()})
    assert found is not None
    assert found.select(["user", "conversation"]).to_pylist() == [
        {"user": "a", "conversation": "1"}
    ]
    both = {"user": values("a"), "conversation": values("3"), "absent": values("x")}
    assert partitions.search(manifest, "facets", both).num_rows == 2  # type: ignore[union-attr]
    assert partitions.search(manifest, "numbers", both) is None


def test_search_is_refused_when_the_table_cannot_be_read(
    partitions: Partitions, manifest: Manifest
) -> None:
    path = folder_of(partitions, STAGE, DAY) / manifest.tables["facets"].file
    for spoil in (lambda: path.write_bytes(b"no parquet"), path.unlink):
        spoil()
        with pytest.raises(LakeError, match=f"{STAGE} {DAY}, table facets, cannot be read"):
            partitions.search(manifest, "facets", {"user": values("a")})


def test_other_tables_keep_their_bytes_when_rows_are_taken_out(
    partitions: Partitions, manifest: Manifest
) -> None:
    with partitions.revision(STAGE, DAY) as revision:
        revision.replace("facets", ROWS.slice(0, 1))
        revision.set_aside({"forgotten": 2})
        assert partitions.manifest(STAGE, DAY) == manifest
        revision.finish()
    after = partitions.manifest(STAGE, DAY)
    assert after is not None
    assert partitions.load(after, "facets").to_pylist() == ROWS.slice(0, 1).to_pylist()
    assert after.tables["numbers"] == manifest.tables["numbers"]
    assert (after.rows_kept, dict(after.rows_set_aside)) == (1, {"forgotten": 2})
    assert partitions.storage.names(f"lake/{STAGE}/{DAY}") == sorted(
        ["manifest.json", *(table.file for table in after.tables.values())]
    )


def test_table_is_left_out_when_no_row_of_it_stays(
    partitions: Partitions, manifest: Manifest
) -> None:
    with partitions.revision(STAGE, DAY) as revision:
        revision.replace("facets", ROWS.slice(0, 0))
        revision.drop("numbers")
        revision.finish()
    after = partitions.manifest(STAGE, DAY)
    assert after is not None
    assert after.tables == {}


def test_revision_is_refused_when_the_manifest_is_damaged(
    partitions: Partitions, manifest: Manifest
) -> None:
    (folder_of(partitions, STAGE, DAY) / "manifest.json").write_bytes(b"{}")
    with (
        pytest.raises(LakeError, match=f"the manifest of {STAGE} {DAY} is damaged"),
        partitions.revision(STAGE, DAY),
    ):
        pass


def test_manifest_is_kept_in_the_archive_when_a_partition_is_deleted(
    partitions: Partitions, manifest: Manifest
) -> None:
    partitions.delete(STAGE, DAY)
    partitions.delete(STAGE, "1999-01-01")
    assert partitions.stored_keys(STAGE) == []
    assert partitions.archived(STAGE, DAY) == [{"manifest": manifest.model_dump(mode="json")}]
    assert partitions.archived_keys(STAGE) == {DAY}
    (path,) = (root_of(partitions).parent / "purged" / STAGE).iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


def test_rows_come_back_and_are_not_written_when_a_writer_gives_them_back(
    partitions: Partitions, manifest: Manifest
) -> None:
    making = Making(STAGE, DAY, "other", Provenance(code_version="1"))
    with partitions.writer(making) as writer:
        writer.append("facets", ROWS)
        writer.append("facets", ROWS)
        assert writer.tables == ["facets"]
        assert writer.take_back("facets") == pa.concat_tables([ROWS, ROWS])
        assert (writer.tables, writer.take_back("facets")) == ([], None)
        assert partitions.load(manifest, "facets") == ROWS  # what is there stays until the end
        assert partitions.strays(manifest) == []
        writer.carry("numbers", manifest.tables["numbers"])
        after = writer.finish(Accounts(1, 1))
    assert dict(after.tables) == {"numbers": manifest.tables["numbers"]}
    assert partitions.strays(after) == partitions.damaged(after) == []


def test_table_is_not_carried_over_when_its_file_is_gone(
    partitions: Partitions, manifest: Manifest
) -> None:
    stored = manifest.tables["numbers"]
    (folder_of(partitions, STAGE, DAY) / stored.file).unlink()
    making = Making(STAGE, DAY, "other", Provenance(code_version="1"))
    with partitions.writer(making) as writer, pytest.raises(LakeError, match="lacks the file"):
        writer.carry("numbers", stored)
