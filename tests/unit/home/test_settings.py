"""Settings: file, environment, and errors that quote no value."""

from pathlib import Path

import pytest

from clio_assets.errors import UsageError
from clio_assets.home.settings import load_settings


def test_settings_are_the_defaults_when_there_is_no_file(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "clio.toml")
    assert (settings.window, settings.analyst, settings.source.paths) == ("week", "local", ())


def test_environment_wins_when_the_file_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clio.toml").write_text("seed = 1\n[clusters]\nconversations_per_cluster = 50\n")
    monkeypatch.setenv("CLIO_SEED", "7")
    settings = load_settings(tmp_path / "clio.toml")
    assert (settings.seed, settings.clusters.conversations_per_cluster) == (7, 50)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seed = ", "not valid TOML"),
        ("[source]\nmax_reject_share = 7.125\n", "source.max_reject_share"),
        ("[surce]\npaths = []\n", "surce"),
    ],
)
def test_bad_file_is_a_usage_error_that_names_the_field_when_read(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "clio.toml").write_text(text)
    with pytest.raises(UsageError, match=message) as caught:
        load_settings(tmp_path / "clio.toml")
    assert "7.125" not in str(caught.value)
