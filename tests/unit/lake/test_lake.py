"""Rule 1: nothing unsealed is read, and a seal holds for its bytes and its policy alone."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from clio_assets.errors import LakeError, UnsealedError
from clio_assets.lake import seals
from clio_assets.lake.lake import Lake
from clio_assets.lake.layout import SEAL
from clio_assets.lake.records import Provenance
from clio_assets.lake.storage import LocalStorage
from clio_assets.lake.writer import Accounts, Making
from clio_assets.stages import STAGES
from privacy_checks.gates.versions import GATE_VERSIONS
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.declared import DEFAULT_FACETS, Declared, DeclaredCategory, DeclaredFacet
from privacy_checks.stored.protocol import Verdict
from tests.fakes.lake import folder_of, predicate_of, root_of, signed_seal

PASSED = (Verdict("columns", True, {"columns": 1}),)
FAILED = (Verdict("columns", True), Verdict("accounting", False, {"missing": 2}))


def table(*values: int) -> pa.Table:
    return pa.table({"n": pa.array(values, pa.int64())})


def making(key: str = "2026-09-28", inputs: dict[str, dict[str, str]] | None = None) -> Making:
    return Making(
        "facets",
        key,
        "recipe",
        Provenance(code_version=STAGES["facets"].code_version),
        inputs or {},
    )


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(LocalStorage(tmp_path), PrivacyPolicy(), Declared())


def write(lake: Lake, *values: int, key: str = "2026-09-28") -> None:
    lake.write(making(key), {"facets": table(*values)}, Accounts(len(values), len(values)))


def seal(lake: Lake, key: str = "2026-09-28") -> None:
    lake.judge(lake.stored("facets", key), PASSED, "run-1")


def test_read_gives_the_rows_when_the_partition_is_sealed(lake: Lake) -> None:
    write(lake, 1, 2)
    seal(lake)
    assert lake.read("facets", "2026-09-28", "facets").column("n").to_pylist() == [1, 2]


def test_read_is_refused_when_nothing_was_materialized(lake: Lake) -> None:
    with pytest.raises(LakeError, match="facets 2026-09-28 has not been materialized"):
        lake.read("facets", "2026-09-28", "facets")


def test_read_is_refused_when_no_gate_has_judged(lake: Lake) -> None:
    write(lake, 1)
    with pytest.raises(UnsealedError, match="facets 2026-09-28 is not sealed: its gate has not"):
        lake.read("facets", "2026-09-28", "facets")


def test_read_is_refused_and_names_the_check_when_the_gate_refused(lake: Lake) -> None:
    write(lake, 1)
    lake.judge(lake.stored("facets", "2026-09-28"), FAILED, "run-1")
    with pytest.raises(UnsealedError, match=r"refused it \(accounting\)"):
        lake.read("facets", "2026-09-28", "facets")


def test_judgement_seals_nothing_when_no_check_ran(lake: Lake) -> None:
    write(lake, 1)
    judgement = lake.judge(lake.stored("facets", "2026-09-28"), (), "run-1")
    assert not judgement.sealed
    with pytest.raises(UnsealedError, match="no check ran"):
        lake.read("facets", "2026-09-28", "facets")


def test_read_is_refused_when_the_partition_was_written_again_after_its_seal(lake: Lake) -> None:
    write(lake, 1)
    seal(lake)
    write(lake, 2)
    with pytest.raises(UnsealedError, match=r"facets 2026-09-28 .*bytes, code or inputs changed"):
        lake.read("facets", "2026-09-28", "facets")


def test_seal_still_holds_when_the_same_bytes_are_written_again(lake: Lake) -> None:
    write(lake, 1)
    seal(lake)
    write(lake, 1)
    assert lake.read("facets", "2026-09-28", "facets").num_rows == 1


def test_read_is_refused_and_says_why_when_the_policy_was_tightened(lake: Lake) -> None:
    write(lake, 1)
    seal(lake)
    stricter = Lake(lake.storage, PrivacyPolicy(min_users=11, max_shared_words=5), Declared())
    with pytest.raises(
        UnsealedError, match=r"facets 2026-09-28 .*min_users, max_shared_words; `clio regate`"
    ):
        stricter.read("facets", "2026-09-28", "facets")


def test_seal_holds_when_the_policy_was_loosened(lake: Lake) -> None:
    write(lake, 1)
    seal(lake)
    looser = Lake(
        lake.storage, PrivacyPolicy(version=2, min_users=9, detectors_off=("phone",)), Declared()
    )
    assert looser.read("facets", "2026-09-28", "facets").num_rows == 1


MOOD = DeclaredFacet("mood", "scale")


@pytest.mark.parametrize(
    ("declared", "holds"),
    [
        (Declared(), True),
        (Declared(DEFAULT_FACETS[::-1]), True),
        (Declared((*DEFAULT_FACETS, MOOD)), False),
        (Declared(DEFAULT_FACETS[:-1]), False),
        (Declared(top_level=(DeclaredCategory("Bake", "About bread."),)), True),
    ],
    ids=["the same", "in another order", "one more", "one less", "categories of the top"],
)
def test_seal_of_facets_holds_for_the_facets_it_was_made_for(
    lake: Lake, declared: Declared, holds: bool
) -> None:
    write(lake, 1)
    seal(lake)
    standing = Lake(lake.storage, lake.policy, declared).standing("facets", "2026-09-28")
    assert standing.state == ("sealed" if holds else "declared_changed")
    assert holds or "`clio regate`" in standing.advice


def test_gate_is_told_what_is_declared_by_the_lake_and_not_by_the_partition(lake: Lake) -> None:
    write(lake, 1)
    other = Declared((*DEFAULT_FACETS, MOOD))
    stored = Lake(lake.storage, lake.policy, other).stored("facets", "2026-09-28")
    assert stored.declared == other


def test_seal_stands_for_the_default_facets_when_it_names_none(lake: Lake) -> None:
    write(lake, 1)
    seal(lake)
    path = folder_of(lake, "facets", "2026-09-28") / "seal.json"
    document = predicate_of(path)
    del document["declared"]
    path.write_bytes(signed_seal(lake, document))
    assert lake.standing("facets", "2026-09-28").sealed
    other = Lake(lake.storage, lake.policy, Declared((*DEFAULT_FACETS, MOOD)))
    assert other.standing("facets", "2026-09-28").state == "declared_changed"


def test_seal_is_void_when_its_gate_was_raised(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    write(lake, 1)
    seal(lake)
    raised = {**GATE_VERSIONS, "facets": GATE_VERSIONS["facets"] + 1}
    monkeypatch.setattr(seals, "GATE_VERSIONS", raised)
    with pytest.raises(UnsealedError, match=r"facets 2026-09-28 .*stricter; `clio regate`"):
        lake.read("facets", "2026-09-28", "facets")


@pytest.mark.parametrize(
    "change",
    [
        {"policy_digest": "0" * 64},
        {"policy_version": 9},
        {"policy": {"min_users": 500}},
        {"policy": {**PrivacyPolicy().model_dump(mode="json"), "of_a_later_version": 1}},
        {"policy": {**PrivacyPolicy().model_dump(mode="json"), "min_users": 500}},
        {"gate": None},
        {"checks": []},
    ],
    ids=["digest", "version", "field left out", "unknown field", "altered", "gate", "no check"],
)
def test_seal_is_not_believed_when_it_does_not_agree_with_itself(
    lake: Lake, change: dict[str, object]
) -> None:
    write(lake, 1)
    seal(lake)
    path = folder_of(lake, "facets", "2026-09-28") / SEAL
    path.write_bytes(signed_seal(lake, {**predicate_of(path), **change}))
    with pytest.raises(UnsealedError, match=r"written by (another|a newer) version"):
        lake.read("facets", "2026-09-28", "facets")


def test_seal_is_not_believed_when_it_was_taken_from_another_partition(lake: Lake) -> None:
    write(lake, 1)
    write(lake, 1, key="2026-09-29")
    seal(lake)
    source, target = (folder_of(lake, "facets", key) / SEAL for key in ("2026-09-28", "2026-09-29"))
    target.write_bytes(source.read_bytes())
    assert lake.seal("facets", "2026-09-29") is None


def test_nothing_is_sealed_when_a_stage_has_no_gate(lake: Lake) -> None:
    unknown = Making("unknown", "2026-09-28", "r", Provenance(code_version="1"))
    lake.write(unknown, {"facets": table(1)}, Accounts(1, 1))
    with pytest.raises(LakeError, match="unknown has no gate"):
        lake.judge(lake.stored("unknown", "2026-09-28"), PASSED, "run-1")


def test_refusal_says_that_it_is_outdated_when_the_policy_changed(lake: Lake) -> None:
    write(lake, 1)
    lake.judge(lake.stored("facets", "2026-09-28"), FAILED, "run-1")
    assert not lake.standing("facets", "2026-09-28").outdated
    looser = Lake(lake.storage, PrivacyPolicy(min_users=2), Declared())
    with pytest.raises(UnsealedError, match=r"accounting.*under another policy: `clio regate`"):
        looser.read("facets", "2026-09-28", "facets")


def test_read_is_refused_when_a_byte_on_disk_changed(lake: Lake) -> None:
    write(lake, 1, 2, 3)
    seal(lake)
    (path,) = folder_of(lake, "facets", "2026-09-28").glob("*.parquet")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(LakeError, match="the bytes changed"):
        lake.read("facets", "2026-09-28", "facets")


def test_read_is_refused_when_a_refusal_is_dressed_up_as_a_seal(lake: Lake) -> None:
    write(lake, 1)
    lake.judge(lake.stored("facets", "2026-09-28"), FAILED, "run-1")
    folder = folder_of(lake, "facets", "2026-09-28")
    (folder / "refusal.json").rename(folder / SEAL)
    with pytest.raises(UnsealedError):
        lake.read("facets", "2026-09-28", "facets")


@pytest.mark.parametrize("garbage", [b"", b"{}", b"not json", b'{"stage": "facets"}'])
def test_read_is_refused_when_the_seal_is_damaged(lake: Lake, garbage: bytes) -> None:
    write(lake, 1)
    seal(lake)
    (folder_of(lake, "facets", "2026-09-28") / SEAL).write_bytes(garbage)
    with pytest.raises(UnsealedError):
        lake.read("facets", "2026-09-28", "facets")


def test_refusal_takes_an_earlier_seal_away_when_the_same_bytes_fail(lake: Lake) -> None:
    write(lake, 1)
    seal(lake)
    lake.judge(lake.stored("facets", "2026-09-28"), FAILED, "run-2")
    assert lake.seal("facets", "2026-09-28") is None


def test_judgement_is_refused_when_the_partition_changed_meanwhile(lake: Lake) -> None:
    write(lake, 1)
    judged = lake.stored("facets", "2026-09-28")
    write(lake, 2)
    with pytest.raises(LakeError, match="changed while its gate judged it"):
        lake.judge(judged, PASSED, "run-1")
    assert lake.seal("facets", "2026-09-28") is None


def test_write_leaves_the_old_partition_when_it_breaks_midway(lake: Lake) -> None:
    write(lake, 1)
    seal(lake)

    def broken() -> None:
        with lake.writer(making()) as writer:
            writer.append("facets", table(2))
            raise RuntimeError("midway")

    with pytest.raises(RuntimeError):
        broken()
    assert lake.read("facets", "2026-09-28", "facets").column("n").to_pylist() == [1]
    assert not list(folder_of(lake, "facets", "2026-09-28").glob(".tmp-*"))


def test_write_sweeps_leftovers_when_an_earlier_one_was_killed(lake: Lake) -> None:
    folder = folder_of(lake, "facets", "2026-09-28")
    folder.mkdir(parents=True)
    (folder / ".tmp-0123-facets.parquet").write_bytes(b"half")
    write(lake, 1)
    write(lake, 2)
    names = sorted(path.suffix for path in folder.iterdir())
    assert names == [".json", ".lock", ".parquet"]


def test_write_is_the_same_bytes_when_done_twice(lake: Lake, tmp_path: Path) -> None:
    other = Lake(LocalStorage(tmp_path / "other"), PrivacyPolicy(), Declared())
    write(lake, 1, 2)
    write(other, 1, 2)
    first, second = (
        {p.name: p.read_bytes() for p in folder_of(x, "facets", "2026-09-28").iterdir()}
        for x in (lake, other)
    )
    assert first == second


def test_files_are_for_the_owner_alone_when_written(lake: Lake) -> None:
    write(lake, 1)
    seal(lake)
    folder = folder_of(lake, "facets", "2026-09-28")
    assert folder.stat().st_mode & 0o077 == 0
    assert [p.name for p in folder.iterdir() if p.stat().st_mode & 0o077] == []


def embed(lake: Lake) -> None:
    """Embeddings of the day, made from the facets that lie there."""
    content = lake.stored("facets", "2026-09-28").manifest.content
    plan = Making(
        "embeddings",
        "2026-09-28",
        "r",
        Provenance(code_version=STAGES["embeddings"].code_version),
        {"facets": {"2026-09-28": content}},
    )
    lake.write(plan, {"embeddings": table(1)}, Accounts(1, 1))


def test_inputs_are_refused_when_an_input_has_other_tables_now(lake: Lake) -> None:
    write(lake, 1)
    seal(lake)
    embed(lake)
    made = lake.stored("embeddings", "2026-09-28")
    assert [part.key for part in made.inputs("facets")] == ["2026-09-28"]
    write(lake, 2)
    seal(lake)
    with pytest.raises(LakeError, match="was made from an older facets 2026-09-28"):
        made.inputs("facets")


def test_inputs_are_refused_when_an_input_lost_its_seal(lake: Lake) -> None:
    write(lake, 1)
    embed(lake)
    with pytest.raises(UnsealedError):
        lake.stored("embeddings", "2026-09-28").inputs("facets")


def test_read_is_refused_when_an_input_was_made_again_with_other_rows(lake: Lake) -> None:
    write(lake, 1)
    seal(lake)
    embed(lake)
    lake.judge(lake.stored("embeddings", "2026-09-28"), PASSED, "run-1")
    write(lake, 1)
    assert lake.read("embeddings", "2026-09-28", "embeddings").num_rows == 1
    write(lake, 2)
    with pytest.raises(UnsealedError, match="made from an older facets 2026-09-28; materialize"):
        lake.read("embeddings", "2026-09-28", "embeddings")


def test_folders_above_are_for_the_owner_alone_when_they_are_made_on_the_way(lake: Lake) -> None:
    write(lake, 1)
    modes = {path.stat().st_mode & 0o777 for path in (root_of(lake), root_of(lake) / "facets")}
    assert modes == {0o700}


def test_read_is_refused_when_the_stages_code_has_a_newer_version(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(lake, 1)
    seal(lake)
    assert lake.standing("facets", "2026-09-28").sealed
    monkeypatch.setitem(STAGES, "facets", replace(STAGES["facets"], code_version="next"))  # type: ignore[arg-type]
    with pytest.raises(UnsealedError, match="another version of the stage's code"):
        lake.read("facets", "2026-09-28", "facets")
