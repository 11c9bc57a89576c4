"""What is stale, what is refused for good, of a home with days made of a number each."""

from datetime import timedelta
from pathlib import Path

import pytest

from clio_assets.definitions import build_workbench
from clio_assets.home.home import Home
from clio_assets.run.schedules.facts import Facts, facts_of_days, facts_of_windows
from clio_assets.workbench.workbench import Workbench
from privacy_checks.gates.versions import GATE_VERSIONS
from tests.fakes.days import MONDAY, days, home_of_days, land, make_day, make_window

WEEK = MONDAY.isoformat()
LATER = MONDAY + timedelta(days=20)


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """Three days of a week, sealed, and nothing made of the week."""
    bench = home_of_days(tmp_path / "home", days(3))
    for day in days(3):
        make_day(bench, day)
    return bench


def again(bench: Workbench) -> Workbench:
    """The home as the next tick finds it."""
    return build_workbench(Home(bench.home.path))


def of_days(bench: Workbench) -> Facts:
    return facts_of_days(again(bench), LATER)


def test_days_are_current_and_the_week_stale_when_only_the_days_are_made(bench: Workbench) -> None:
    found = facts_of_windows(again(bench), LATER)
    assert (found.days, found.stale_days) == (tuple(days(3)), frozenset())
    assert found.stale_windows == {WEEK}
    assert found.released == frozenset()


def test_week_is_current_when_it_is_released_and_stale_once_late_data_is_landed(
    bench: Workbench,
) -> None:
    make_window(bench, WEEK)
    found = facts_of_windows(again(bench), LATER)
    assert (found.stale_windows, found.released) == (frozenset(), {WEEK})
    land(bench, days(4))
    found = facts_of_windows(again(bench), LATER)
    assert (found.stale_days, found.stale_windows) == ({days(4)[3]}, {WEEK})


def test_day_counts_as_refused_when_nothing_has_changed_since(bench: Workbench) -> None:
    land(bench, days(4))
    make_day(bench, days(4)[3], refuse="facets")
    found = of_days(bench)
    assert found.refused == {days(4)[3].isoformat()} == {d.isoformat() for d in found.stale_days}


@pytest.mark.parametrize("changed", ["source", "settings", "policy", "gate"])
def test_day_is_asked_for_again_when_something_has_changed_since_its_refusal(
    bench: Workbench, changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(bench, days(4))
    make_day(bench, days(4)[3], refuse="facets")
    match changed:
        case "source":
            land(bench, days(4), number=2)
        case "settings":
            (bench.home.path / "clio.toml").write_text("seed = 7\n")
        case "policy":
            (bench.home.path / "privacy.toml").write_text("max_quarantine_share = 0.5\n")
        case "gate":
            monkeypatch.setitem(GATE_VERSIONS, "facets", 999)  # type: ignore[arg-type]
    assert of_days(bench).refused == frozenset()


def test_day_is_no_refused_one_when_it_was_never_made(bench: Workbench) -> None:
    land(bench, days(4))
    found = of_days(bench)
    assert (found.stale_days, found.refused) == ({days(4)[3]}, frozenset())


def test_week_counts_as_refused_when_its_gate_refused_what_would_come_out_again(
    bench: Workbench,
) -> None:
    make_window(bench, WEEK, refuse="hierarchy")
    found = facts_of_windows(again(bench), LATER)
    assert found.refused == {WEEK}


def test_looking_writes_nothing_and_loads_no_model_when_a_tick_asks(bench: Workbench) -> None:
    import subprocess
    import sys

    before = {path: path.stat().st_mtime_ns for path in bench.home.path.rglob("*")}
    script = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from clio_assets.definitions import build_workbench\n"
        "from clio_assets.home.home import Home\n"
        "from clio_assets.run.schedules.facts import facts_of_windows\n"
        "facts_of_windows(build_workbench(Home(Path(sys.argv[1]))), date(2026, 10, 20))\n"
        "heavy = {'torch', 'sentence_transformers', 'great_expectations', 'sklearn', 'umap'}\n"
        "raise SystemExit(f'loads {heavy & set(sys.modules)}' if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(bench.home.path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-300:]
    assert {path: path.stat().st_mtime_ns for path in bench.home.path.rglob("*")} == before
