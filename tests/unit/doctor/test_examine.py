"""Each thing that can be wrong with a home is found, by the check whose business it is."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clio_assets.backup.made import LOG
from clio_assets.doctor import machine
from clio_assets.doctor.examine import CHECKS, Examined, examine
from clio_assets.doctor.finding import NAMED, Finding, findings_of
from clio_assets.embeddings import folder
from clio_assets.errors import LakeError, ModelError
from clio_assets.home.home import Home
from clio_assets.home.keys import KEY_VARIABLE
from clio_assets.lake.lake import Lake
from clio_assets.lake.storage import LocalStorage
from clio_assets.run.declared import declared_by
from tests.fakes.home import CANARY, DAYS, made_home, write


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Home:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(KEY_VARIABLE, raising=False)
        return made_home(tmp_path_factory.mktemp("doctor") / "home")


@pytest.fixture
def home(original: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.setattr(machine, "LOW_SPACE", 1)
    # reading 90 MB of weights each time is not what these tests are about
    monkeypatch.setattr(folder, "find_model", lambda name: name)
    shutil.copytree(original.path, tmp_path / "home")
    (tmp_path / "home" / "dagster" / "dagster.yaml").write_text("telemetry: {enabled: false}")
    return Home(tmp_path / "home")


def found(home: Home, *, notes: bool = False) -> dict[str, list[Finding]]:
    """Check -> findings, of those that found any."""
    return {
        one.check: list(one.findings)
        for one in examine(Home(home.path))
        if (one.findings if notes else not one.well)
    }


def spoil_mode(home: Home) -> None:
    (home.lake / "facets" / DAYS[0] / "manifest.json").chmod(0o644)


def spoil_public_mode(home: Home) -> None:
    home.release_folders.public.chmod(0o777)


def spoil_key(home: Home) -> None:
    home.key_file.write_bytes(b"short")


def spoil_key_place(home: Home) -> None:
    home.key_file.parent.rename(home.lake / "keys")
    home.key_file.parent.symlink_to(home.lake / "keys")


def spoil_record(home: Home) -> None:
    (home.path / "home.json").write_text("{}")


def spoil_settings(home: Home) -> None:
    (home.path / "clio.toml").write_text("seed = 'x'")


def spoil_temporary(home: Home) -> None:
    (home.lake / "facets" / DAYS[0] / ".tmp-00-facets.parquet").touch(0o600)


def spoil_orphan(home: Home) -> None:
    (home.lake / "facets" / DAYS[0] / "facets.0123.parquet").touch(0o600)


def spoil_byte(home: Home) -> None:
    (path,) = (home.lake / "facets" / DAYS[0]).glob("*.parquet")
    path.write_bytes(path.read_bytes()[:-1])


def spoil_manifest(home: Home) -> None:
    (home.lake / "published_insights" / "2026-09-28" / "manifest.json").write_bytes(b"{}")


def spoil_landing(home: Home) -> None:
    (home.lake / "landing" / "0123" / "manifest.json").write_bytes(b"{}")


def spoil_policy(home: Home) -> None:
    (home.path / "privacy.toml").write_text("min_users = 11")


def spoil_seal(home: Home) -> None:
    (home.lake / "published_insights" / "2026-09-28" / "seal.json").unlink()


def spoil_database(home: Home) -> None:
    home.release_folders.database.write_bytes(b"no database")


def spoil_telemetry(home: Home) -> None:
    (home.dagster / "dagster.yaml").write_text("telemetry: {enabled: true}")


def spoil_dagster(home: Home) -> None:
    (home.dagster / "dagster.yaml").write_text("telemetry: [")


SPOILERS: list[tuple[Callable[[Home], None], str]] = [
    (spoil_mode, "private_zone"),
    (spoil_public_mode, "public_zone"),
    (spoil_key, "pseudonym_key"),
    (spoil_key_place, "pseudonym_key"),
    (spoil_record, "home"),
    (spoil_settings, "configuration"),
    (spoil_temporary, "leftovers"),
    (spoil_orphan, "leftovers"),
    (spoil_byte, "tables"),
    (spoil_landing, "tables"),
    (spoil_policy, "seals"),
    (spoil_seal, "seals"),
    (spoil_database, "release"),
    (spoil_telemetry, "dagster"),
    (spoil_dagster, "dagster"),
]


def test_all_is_well_when_nothing_was_spoilt(home: Home) -> None:
    assert found(home, notes=True) == {}


@pytest.mark.parametrize(("spoil", "check"), SPOILERS, ids=[s.__name__ for s, _ in SPOILERS])
def test_fault_is_found_by_its_check_when_it_was_made(
    home: Home, spoil: Callable[[Home], None], check: str
) -> None:
    spoil(home)
    findings = found(home)
    assert check in findings
    assert all(finding.what and finding.to_do for finding in findings[check])
    assert CANARY not in repr(findings)
    others = set(findings) - {check}
    # what a seal has to hold for is in the settings
    assert others <= ({"model", "seals", "release"} if check == "configuration" else set())


def test_damaged_manifest_is_named_when_it_cannot_be_read(home: Home) -> None:
    spoil_manifest(home)
    (finding,) = found(home)["tables"]
    assert finding.what == "the manifest cannot be read: published_insights 2026-09-28"


def test_policy_that_cannot_be_read_stops_no_other_check_when_it_is_broken(home: Home) -> None:
    (home.path / "privacy.toml").write_text("min_users = 'x'")
    spoil_mode(home)
    findings = found(home)
    assert {"configuration", "private_zone"} <= set(findings)
    assert "min_users" in findings["configuration"][0].what


def test_seals_are_grouped_when_many_do_not_hold_for_one_reason(home: Home) -> None:
    spoil_policy(home)
    findings = found(home)["seals"]
    assert len(findings) == 7  # one a stage
    assert "`clio regate`" in findings[0].to_do


def test_made_again_input_is_found_when_what_rests_on_it_was_not(home: Home) -> None:
    lake = Lake(LocalStorage(home.private), home.policy, declared_by(home))
    write(lake, "facets", DAYS[0], "other")
    said = " ".join(finding.what for finding in found(home)["seals"])
    assert "facets not sealed" in said
    assert f"embeddings not sealed, made from an older facets {DAYS[0]}" in said


def test_low_space_is_found_when_the_disk_is_nearly_full(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "LOW_SPACE", shutil.disk_usage("/").total * 1_000)
    assert list(found(home)) == ["disk"]


def test_files_of_another_user_are_found_when_there_are_some(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: uid + 1)
    (finding,) = found(home)["private_zone"]
    assert finding.severity == "warning"


def test_model_that_is_not_the_expected_one_is_found_when_its_weights_changed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str) -> None:
        raise ModelError(f"the weights of {name} are not those of the official release")

    monkeypatch.setattr(folder, "find_model", refuse)
    assert list(found(home)) == ["model"]


def test_run_at_work_is_a_note_when_one_holds_the_home(home: Home) -> None:
    with home.only_run():
        findings = found(home, notes=True)
    assert [finding.severity for finding in findings["other_runs"]] == ["note"]
    assert found(home) == {}


def test_key_file_that_is_not_used_is_a_note_when_the_environment_has_the_key(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "k" * 32)
    assert [f.severity for f in found(home, notes=True)["pseudonym_key"]] == ["note"]
    monkeypatch.setenv(KEY_VARIABLE, "short")
    assert [f.severity for f in found(home)["pseudonym_key"]] == ["error"]


def test_check_that_breaks_is_an_error_without_its_words_when_it_is_foreign(home: Home) -> None:
    def foreign(_: Home) -> Iterator[Finding]:
        raise ValueError(CANARY)

    def own(_: Home) -> Iterator[Finding]:
        raise LakeError("facets 2026-09-28 is damaged")

    examined: list[Examined] = list(examine(home, {"foreign": foreign, "own": own}))
    assert [one.well for one in examined] == [False, False]
    assert CANARY not in repr(examined)
    assert examined[1].findings[0].what == "facets 2026-09-28 is damaged"


def test_every_check_says_what_should_be_so_when_it_is_listed() -> None:
    assert all(check.__doc__ for check in CHECKS.values())


def test_few_paths_are_named_when_there_are_many() -> None:
    (finding,) = findings_of("error", (str(n) for n in range(NAMED + 3)), "open", "close")
    assert finding.what == "open: 0, 1, 2, 3, 4 and 3 more"
    assert list(findings_of("error", [], "open", "close")) == []


def test_old_layout_and_backup_are_notes_when_they_are_known(home: Home) -> None:
    record = json.loads((home.path / "home.json").read_text())
    del record["layout"]
    (home.path / "home.json").write_text(json.dumps(record))
    (home.private / LOG).write_text('{"made_at": "2026-01-01T00:00:00+00:00"}\n')
    checks = {name: CHECKS[name] for name in ("layout", "backup")}
    found = {one.check: one for one in examine(home, checks)}
    assert all(one.well for one in found.values())
    assert "layout 1" in found["layout"].findings[0].what
    assert "days old" in found["backup"].findings[0].what
