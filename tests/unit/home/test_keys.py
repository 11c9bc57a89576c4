"""Keys that stay, a new key in the old one's place, and a log that gives neither away."""

import json
from pathlib import Path

import pytest

from clio_assets.errors import HomeError, UsageError
from clio_assets.home.home import Home
from clio_assets.home.keys import KEY_VARIABLE, LOG, fingerprint, rotate_key


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    made = Home(tmp_path / "home")
    made.prepare()
    return made


def test_key_is_a_private_file_and_stays_when_none_is_given(home: Home) -> None:
    key = home.pseudonym_key
    assert len(key) == 64
    assert Home(home.path).pseudonym_key == key
    assert (home.private / "keys" / "pseudonym.key").stat().st_mode & 0o777 == 0o600


def test_key_of_the_environment_wins_when_it_is_set(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "k" * 32)
    assert home.pseudonym_key == b"k" * 32
    assert not (home.private / "keys" / "pseudonym.key").exists()


def test_short_key_is_refused_when_given(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "short")
    with pytest.raises(HomeError, match="shorter than 32 bytes"):
        home.pseudonym_key  # noqa: B018 - reading it is the point


def test_key_is_another_one_and_private_when_it_was_rotated(home: Home) -> None:
    old = home.pseudonym_key
    before, after = rotate_key(home.private)
    new = Home(home.path).pseudonym_key
    assert new != old
    assert len(new) == len(old)
    assert (before, after) == (fingerprint(old), fingerprint(new))
    assert home.key_file.stat().st_mode & 0o777 == 0o600


def test_no_file_holds_the_old_key_when_it_was_rotated(home: Home) -> None:
    old = home.pseudonym_key
    home.key_file.with_name(".tmp-00-pseudonym.key").write_bytes(old)
    rotate_key(home.private)
    files = [path for path in home.path.rglob("*") if path.is_file()]
    assert [path.name for path in files if old in path.read_bytes()] == []


def test_log_names_every_rotation_and_no_key_when_it_is_read(home: Home) -> None:
    keys = [home.pseudonym_key]
    for _ in range(2):
        rotate_key(home.private)
        keys.append(Home(home.path).pseudonym_key)
    log = home.private / LOG
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["old"], line["new"]) for line in lines] == [
        (fingerprint(keys[0]), fingerprint(keys[1])),
        (fingerprint(keys[1]), fingerprint(keys[2])),
    ]
    assert not any(key in log.read_bytes() for key in keys)
    assert log.stat().st_mode & 0o777 == 0o600


def test_rotation_is_refused_and_says_how_when_the_environment_has_the_key(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "k" * 32)
    with pytest.raises(UsageError, match=f"comes from {KEY_VARIABLE}.*`clio run`"):
        rotate_key(home.private)
    assert not home.key_file.exists()


def test_rotation_is_refused_when_there_is_no_key_yet(home: Home) -> None:
    with pytest.raises(HomeError, match="no pseudonym key yet"):
        rotate_key(home.private)
