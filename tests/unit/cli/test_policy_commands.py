"""What the commands around the policy print, write and end with."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clio_assets.cli.app import app
from clio_assets.errors import ClioError, HomeError, UsageError
from clio_assets.home.home import Home
from clio_assets.home.keys import KEY_VARIABLE
from tests.fakes.home import CANARY, DAYS, WEEK, made_home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    return made_home(tmp_path / "home")


def clio(home: Home, *arguments: str) -> tuple[int, str]:
    """Exit code and standard output of `clio --home HOME ARGUMENTS`."""
    done = CliRunner().invoke(app, ["--home", str(home.path), *arguments])
    if isinstance(done.exception, ClioError):
        raise done.exception
    assert CANARY not in done.output
    return done.exit_code, done.stdout


def document(home: Home, *arguments: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(clio(home, *arguments, "--json")[1])
    return found


def test_policy_is_explained_when_there_is_no_file(home: Home) -> None:
    code, out = clio(home, "policy")
    assert code == 0
    assert "at least 10 users" in out
    assert "there is no privacy.toml" in out.lower()
    assert "10 partitions are sealed and hold" in out


def test_policy_says_where_a_value_comes_from_and_what_is_void_when_asked_for_json(
    home: Home,
) -> None:
    home.policy_file.write_text("min_users = 11")
    found = document(home, "policy")
    sources = {one["field"]: one["from"] for one in found["fields"]}  # type: ignore[attr-defined]
    assert (sources["min_users"], sources["min_conversations"]) == ("privacy.toml", "default")
    assert found["partitions"][0] == {  # type: ignore[index]
        "stage": "conversations",
        "hold": 0,
        "do_not_hold": {"the privacy policy has since changed in min_users": 2},
    }


def test_policy_file_is_written_once_when_asked_for(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    assert clio(home, "policy", "--init")[0] == 0
    assert Home(home.path).policy.digest == home.policy.digest
    home.policy_file.write_text("min_users = 11")
    with pytest.raises(UsageError, match="not overwritten"):
        clio(home, "policy", "--init")
    assert home.policy_file.read_text() == "min_users = 11"


def test_regate_ends_with_three_and_names_the_numbers_when_a_gate_refuses(home: Home) -> None:
    home.policy_file.write_text("min_users = 11")  # the fake tables pass no real gate
    code, out = clio(home, "regate", "--stage", "conversations")
    assert code == 3
    assert f"conversations {DAYS[0]} refused" in out
    assert "columns: violations" in out


def test_regate_says_in_json_what_waits_when_its_inputs_are_not_sealed(home: Home) -> None:
    home.policy_file.write_text("min_users = 11")
    found = document(home, "regate", "--stage", "embeddings")
    assert [one["outcome"] for one in found["judged"]] == ["waiting"] * 2  # type: ignore[attr-defined]
    assert found["published_outdated"] == {}


def test_regate_has_nothing_to_do_when_every_seal_holds(home: Home) -> None:
    code, out = clio(home, "regate")
    assert code == 0
    assert "Every seal holds" in out


@pytest.mark.parametrize("command", ["regate", "rotate-key"])
def test_command_is_refused_when_a_run_is_at_work_or_others_may_look(
    home: Home, command: str
) -> None:
    with home.only_run(), pytest.raises(HomeError, match="at work"):
        clio(Home(home.path), command)
    home.lake.chmod(0o755)
    with pytest.raises(HomeError, match="open to other users"):
        clio(home, command)


@pytest.mark.parametrize("command", ["regate", "rotate-key", "doctor", "verdicts", "status"])
def test_command_is_refused_when_there_is_no_home(tmp_path: Path, command: str) -> None:
    with pytest.raises(HomeError, match="no home here yet"):
        clio(Home(tmp_path / "none"), command)
    assert not (tmp_path / "none").exists()


def test_rotation_says_what_happens_next_when_it_is_done(home: Home) -> None:
    key = home.pseudonym_key
    code, out = clio(home, "rotate-key")
    assert code == 0
    assert "Run `clio run` now" in out
    assert Home(home.path).pseudonym_key != key
    assert key.decode() not in out


def test_status_says_why_seals_do_not_hold_when_the_policy_was_tightened(home: Home) -> None:
    assert "clio regate" not in clio(home, "status")[1]
    home.policy_file.write_text("min_users = 11")
    code, out = clio(home, "status")
    assert code == 0
    assert f"facets {DAYS[0]} and 1 more: the privacy policy has since changed in min_users" in out
    assert "clio regate" in out


def test_doctor_ends_with_one_when_something_is_wrong(home: Home) -> None:
    assert document(home, "doctor")["well"] is True
    (home.lake / "facets").chmod(0o755)
    code, out = clio(home, "doctor")
    assert code == 1
    assert "private/lake/facets (mode 0755)" in out
    assert "chmod" in out


def test_verdicts_show_every_check_when_printed(home: Home) -> None:
    code, out = clio(home, "verdicts", WEEK)
    assert code == 0
    assert "facets 2 of 2 partitions sealed" in out
    assert "2/2" in out


def test_verdicts_page_is_for_the_owner_alone_when_written(home: Home, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert clio(home, "verdicts", "--html", str(page)) == (0, f"wrote {page}\n")
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert page.stat().st_mode & 0o777 == 0o600


def test_verdicts_page_is_refused_when_it_would_be_public(home: Home, tmp_path: Path) -> None:
    for path in (home.release_folders.public / "page.html", tmp_path / "none" / "page.html"):
        with pytest.raises(UsageError):
            clio(home, "verdicts", "--html", str(path))
        assert not path.exists()
