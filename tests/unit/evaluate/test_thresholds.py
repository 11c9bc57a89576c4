"""Thresholds of clio.toml against figures."""

from pathlib import Path

import pytest

from clio_assets.errors import ShortfallError, UsageError
from clio_assets.evaluate.thresholds import require, shortfalls
from clio_assets.home.evaluate_settings import EvaluateSettings
from clio_assets.home.settings import load_settings


def test_nothing_falls_short_when_no_threshold_is_set() -> None:
    assert shortfalls(EvaluateSettings(), {"purity": 0.0}) == []
    require(EvaluateSettings(), {"purity": 0.0})


def test_sentence_names_measure_value_and_threshold_when_a_figure_falls_short() -> None:
    settings = EvaluateSettings(min_purity=0.7, max_name_similarity=0.4, min_coverage=0.9)
    figures = {"purity": 0.6123, "name_similarity": 0.5, "coverage": 0.9}
    assert shortfalls(settings, figures) == [
        "purity is 0.612, below min_purity = 0.7",
        "name_similarity is 0.500, above max_name_similarity = 0.4",
    ]
    with pytest.raises(ShortfallError, match="below min_purity") as caught:
        require(settings, figures)
    assert caught.value.exit_code == 3


def test_threshold_of_another_measure_is_left_alone_when_it_is_not_measured() -> None:
    assert shortfalls(EvaluateSettings(min_hit_at_1=0.9), {"purity": 0.1}) == []


def test_thresholds_come_from_clio_toml_when_it_sets_them(tmp_path: Path) -> None:
    path = tmp_path / "clio.toml"
    path.write_text("[evaluate]\nmin_purity = 0.8\n")
    assert load_settings(path).evaluate.min_purity == 0.8
    path.write_text("[evaluate]\nmin_purity = 8\n")
    with pytest.raises(UsageError, match=r"evaluate\.min_purity"):
        load_settings(path)
