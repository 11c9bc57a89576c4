"""Everything behind a release is worked out anew: each kind of tampering is named exactly."""

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from clio_assets.audit import verify as verify_module
from clio_assets.audit.verify import Verified, verify
from clio_assets.home.home import Home
from clio_assets.lake import envelope
from clio_assets.lake.lake import Lake
from clio_assets.lake.release import released
from clio_assets.lake.storage import LocalStorage
from clio_assets.run.declared import declared_by, lake_of
from clio_assets.stages import RELEASED
from privacy_checks.policy.model import PrivacyPolicy
from tests.fakes.home import CANARY, DAYS, PASSED, WEEK, write
from tests.fakes.lake import folder_of, predicate_of
from tests.unit.audit.published import publish

#: What a test changes: the home and its lake.
Tamper = Callable[[Home, Lake], None]


def verified(home: Home) -> Verified:
    lake = Lake(LocalStorage(home.private), PrivacyPolicy(), declared_by(home))
    return verify(lake, home.release_folders, sorted(released(home.release_folders)))


def table_of(lake: Lake, stage: str, key: str) -> Path:
    (path,) = folder_of(lake, stage, key).glob("*.parquet")
    return path


def flip(home: Home, lake: Lake) -> None:
    path = table_of(lake, "facets", DAYS[0])
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def swap(home: Home, lake: Lake) -> None:
    (other,) = folder_of(lake, RELEASED, WEEK).glob("clusters.*.parquet")
    table_of(lake, "facets", DAYS[0]).write_bytes(other.read_bytes())


def lose_file(home: Home, lake: Lake) -> None:
    table_of(lake, "facets", DAYS[0]).unlink()


def lose_seal(home: Home, lake: Lake) -> None:
    (folder_of(lake, "facets", DAYS[0]) / "seal.json").unlink()


def forge(home: Home, lake: Lake) -> None:
    path = folder_of(lake, "facets", DAYS[0]) / "seal.json"
    document = json.loads(path.read_bytes())
    document["signatures"][0]["sig"] = "A" * 86 + "=="
    path.write_text(json.dumps(document))


def unsign(home: Home, lake: Lake) -> None:
    path = folder_of(lake, "facets", DAYS[0]) / "seal.json"
    path.write_text(json.dumps(predicate_of(path)))


def edit_manifest(home: Home, lake: Lake) -> None:
    path = folder_of(lake, "facets", DAYS[0]) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "rows_in": 7}))


def lose_partition(home: Home, lake: Lake) -> None:
    (folder_of(lake, "facets", DAYS[0]) / "manifest.json").unlink()


def make_input_again(home: Home, lake: Lake) -> None:
    write(lake, "clusters", WEEK, text="other")
    lake.judge(lake.stored("clusters", WEEK), PASSED, "run-2")


def edit_release(home: Home, lake: Lake) -> None:
    with duckdb.connect(str(home.release_folders.database)) as connection:
        connection.execute("UPDATE clusters SET users = 9000")


def make_release_again(home: Home, lake: Lake) -> None:
    publish(lake, users=15)


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (flip, {("bytes_changed", "facets", DAYS[0])}),
        (swap, {("file_swapped", "facets", DAYS[0])}),
        (lose_file, {("file_missing", "facets", DAYS[0])}),
        (lose_seal, {("seal_missing", "facets", DAYS[0])}),
        (forge, {("seal_forged", "facets", DAYS[0])}),
        (unsign, {("seal_unsigned", "facets", DAYS[0])}),
        (edit_manifest, {("manifest_changed", "facets", DAYS[0])}),
        (lose_partition, {("partition_missing", "facets", DAYS[0])}),
        (
            make_input_again,
            {("stale", "hierarchy", WEEK), ("stale", "audited_summaries", WEEK)},
        ),
        (edit_release, {("release_edited", "release", WEEK)}),
        (make_release_again, {("release_stale", "release", WEEK)}),
    ],
)
def test_tampering_is_named_exactly_when_a_release_is_verified(
    home: Home, tamper: Tamper, expected: set[tuple[str, str, str]]
) -> None:
    assert verified(home).findings == ()
    tamper(home, lake_of(home))
    found = verified(home)
    assert {(one.kind, one.stage, one.key) for one in found.findings} == expected
    assert not found.holds
    assert CANARY not in str(found)


def test_all_partitions_are_looked_at_when_a_release_is_verified(home: Home) -> None:
    found = verified(home)
    assert found.holds
    # a landing, two days of three stages, a window of four
    assert (found.windows, found.partitions) == ((WEEK,), 1 + 2 * 3 + 4)


def test_changed_policy_is_named_when_it_is_stricter_than_the_seals(home: Home) -> None:
    lake = Lake(LocalStorage(home.private), PrivacyPolicy(min_users=99), declared_by(home))
    found = verify(lake, home.release_folders, [WEEK])
    assert {one.kind for one in found.findings} == {"policy_changed"}
    assert all("min_users" in one.says for one in found.findings)


def test_deletion_by_the_rules_is_told_and_not_wrong_when_its_seal_was_kept(home: Home) -> None:
    lake_of(home).delete("facets", DAYS[0])
    found = verified(home)
    assert [(one.kind, one.stage) for one in found.findings] == [("deleted", "facets")]
    assert found.holds


def test_deletion_is_wrong_when_the_seal_that_was_kept_is_forged(home: Home) -> None:
    lake_of(home).delete("facets", DAYS[0])
    (kept,) = (home.private / "purged" / "facets").glob("*.json")
    document = json.loads(kept.read_bytes())
    document["seal"]["signatures"] = []
    kept.write_text(json.dumps(document))
    assert [one.kind for one in verified(home).findings] == ["seal_forged"]


@pytest.mark.parametrize(
    ("tamper", "protection", "off"),
    [
        (flip, "_Walk._files", lambda *_: iter(())),
        (lose_seal, "_Walk._seal", lambda *_: iter(())),
        (edit_release, "edited_tables", lambda *_: []),
    ],
)
def test_tampering_goes_unnoticed_when_its_check_is_switched_off(
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    tamper: Tamper,
    protection: str,
    off: Callable[..., object],
) -> None:
    owner, _, name = protection.rpartition(".")
    monkeypatch.setattr(getattr(verify_module, owner) if owner else verify_module, name, off)
    tamper(home, lake_of(home))
    assert verified(home).holds


def test_forged_seal_goes_unnoticed_when_signatures_are_not_checked(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    forge(home, lake_of(home))
    monkeypatch.setattr(envelope, "_is_signed", lambda *_: True)
    assert verified(home).holds
