"""Thresholds of clio.toml hold a real home's release back, and let it go when they are reached."""

import json
import shutil
from pathlib import Path

import pytest

from clio_assets.definitions import build_workbench
from clio_assets.evaluate.measures import MEASURES
from clio_assets.evaluate.release import CHECK, judges_of
from clio_assets.home.evaluate_settings import EvaluateSettings
from clio_assets.home.home import Home
from clio_assets.stages import RELEASED
from privacy_checks.stored.protocol import Verdict
from tests.end_to_end.conftest import published
from tests.forked.clio import ENVIRONMENT, ForkedClio

WINDOW = "2026-10-05"
#: Thresholds that nothing falls short of, and that everything does.
EASY = {"min": 0.0, "max": 1.0}
HARD = {"min": 1.0, "max": 0.0}
#: 1 for any map: the sample's published texts identify nobody.
PERFECT = {"identifying_share"}


@pytest.fixture
def home(weekly_home: Path, sample: Path, tmp_path: Path) -> Path:
    """A copy of the weekly home, with its labels in it."""
    copy = tmp_path / "home"
    shutil.copytree(weekly_home, copy)
    shutil.copy(sample.with_name("truth.jsonl.gz"), copy / "truth.jsonl.gz")
    return copy


def hold(home: Path, *lines: str) -> None:
    """Set thresholds."""
    (home / "clio.toml").write_text("\n".join(['window = "week"', "[evaluate]", *lines, ""]))


def judged(home: Path, *lines: str) -> list[Verdict]:
    """What the release gate of the home says of its last window under these thresholds."""
    hold(home, *lines)
    bench = build_workbench(Home(home))
    judge = judges_of(bench)[RELEASED]
    return list(judge(bench.lake.stored(RELEASED, WINDOW), bench.policy))


def test_every_threshold_is_measured_when_a_release_is_judged() -> None:
    settings = {name.partition("_")[2] for name in EvaluateSettings.model_fields}
    assert {figure for figures in MEASURES for figure in figures} == settings - {""}


@pytest.mark.parametrize("figures", MEASURES, ids=lambda figures: figures[0])
def test_quality_follows_the_thresholds_when_a_stored_map_is_measured(
    figures: tuple[str, ...], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    bound = {
        name.partition("_")[2]: name.partition("_")[0] for name in EvaluateSettings.model_fields
    }
    known = ('labels = "truth.jsonl.gz#topic"', 'parents = "truth.jsonl.gz#domain"')
    easy = [f"{bound[name]}_{name} = {EASY[bound[name]]}" for name in figures]
    *others, passed = judged(home, *easy, *known)
    assert all(verdict.passed for verdict in others)
    assert (passed.check, passed.passed) == (CHECK, True)
    assert all(0 <= passed.numbers[name] <= 1 for name in figures)
    hard = [f"{bound[name]}_{name} = {HARD[bound[name]]}" for name in figures]
    *_, refused = judged(home, *hard, *known)
    assert refused.passed == (set(figures) <= PERFECT)
    assert {name: refused.numbers[name] for name in figures} == {
        name: passed.numbers[name] for name in figures
    }


def test_release_is_refused_when_a_figure_cannot_be_measured(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    *_, without = judged(home, "min_purity = 0.0")
    (home / "others.csv").write_text("id,label\nnobody,cards\n")
    *_, of_others = judged(home, "min_purity = 0.0", 'labels = "others.csv"')
    assert (without.passed, of_others.passed) == (False, False)
    assert without.numbers["not_measured"] == of_others.numbers["not_measured"] == 1


def test_window_is_held_back_and_what_was_published_stays_when_a_run_falls_short(
    clio: ForkedClio, home: Path
) -> None:
    before = published(home)
    hold(home, "min_hit_at_1 = 1.0")
    done = clio("run", home=home)
    assert done.code == 3, done.err
    assert "published_insights" in done.err
    assert CHECK in done.err
    assert published(home) == before
    assert clio("regate", home=home).code == 3
    measured = clio("evaluate", "names", home=home)  # what is held back can be looked at
    assert (measured.code, "below min_hit_at_1 = 1" in measured.err) == (3, True)

    hold(home, "min_hit_at_1 = 0.01", "min_coherent_share = 0.01")
    again = clio("run", home=home)
    assert again.code == 0, again.err
    assert published(home) == before
    (stage,) = [
        one
        for one in json.loads(clio("verdicts", "--json", home=home).out)["stages"]
        if one["stage"] == RELEASED
    ]
    assert CHECK in {check["check"] for check in stage["checks"]}
