"""The same map through Dagster, a real webserver and daemon; and a gate that holds across runs: no
way to launch a window publishes it while one of its days fails."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clio_assets.lake.lake import Lake
from clio_assets.lake.storage import LocalStorage
from clio_assets.phrases.book import bundled_book
from privacy_checks.policy.model import PrivacyPolicy, load_policy
from privacy_checks.stored.declared import Declared
from privacy_checks.stored.protocol import Verdict
from tests.end_to_end.conftest import published
from tests.end_to_end.dagster_server import DAILY, WINDOW, Dagster, Run, serving
from tests.end_to_end.few_days import DAYS, FIRST, OWN_DETECTORS, SECOND, new_home, write_rows
from tests.forked.clio import Finished, ForkedClio

pytestmark = pytest.mark.timeout(600)

EMPTY_DAY = "2026-10-02"
GOOD_DAY, BAD_DAY = "2026-10-03", "2026-10-04"
AFTER_FIRST = datetime(2026, 10, 6, 3, tzinfo=UTC).timestamp()  # when its days of grace are over


@pytest.fixture(scope="module")
def home(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new home that knows its source from clio.toml alone."""
    home = new_home(tmp_path_factory.mktemp("cross") / "home")
    source = f'[source]\npaths = ["{few}"]\nsettle_seconds = 0\n'
    (home / "clio.toml").write_text(f'window = "week"\n{source}')
    return home


@pytest.fixture(scope="module")
def dagster(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dagster]:
    log = tmp_path_factory.mktemp("log") / "dagster.txt"
    with serving(home, log, OWN_DETECTORS) as client:
        yield client


@pytest.fixture(scope="module")
def filled_home(dagster: Dagster, home: Path, few_home: Path) -> Path:
    """The home after a backfill of the days, then one of the windows that hold data."""
    with_data = {row[0] for row in published(few_home)["windows"]}  # type: ignore[index]
    assert with_data == {FIRST, SECOND}
    assert set(DAYS) <= set(dagster.partitions("conversations"))
    # a day without conversations is no reason for a backfill to hang, and is not made
    assert dagster.backfill(DAILY, sorted({*DAYS, EMPTY_DAY})).status == "COMPLETED_SUCCESS"
    assert {one["evaluation"]["partition"] for one in judged(dagster, "facets")} == set(DAYS)
    assert dagster.backfill(WINDOW, [FIRST, SECOND]).status == "COMPLETED_SUCCESS"
    return home


@dataclass(frozen=True)
class Broken:
    """A home with two published weeks, into one day of which too many project names came."""

    home: Path
    source: Path
    refused: Finished
    before: dict[str, list[object]]


@pytest.fixture(scope="module")
def broken(clio: ForkedClio, filled_home: Path) -> Broken:
    before = published(filled_home)
    source = filled_home.parent / "second.jsonl"
    write_rows(source, {BAD_DAY: 500}, 40, " of zephyrine")
    refused = clio("run", source, home=filled_home, environment=OWN_DETECTORS)
    return Broken(filled_home, source, refused, before)


def test_backfill_publishes_the_same_rows_as_clio_run_when_days_and_windows_are_filled(
    filled_home: Path, few_home: Path
) -> None:
    assert published(filled_home) == published(few_home)


def names_the_day(run: Run) -> bool:
    """Whether a run failed and said which partition stands in its way, and what to do."""
    words = run.words
    return run.status == "FAILURE" and all(
        part in words
        for part in (f"waits for facets {BAD_DAY}: ", "its gate refused it", "materialize ")
    )


def test_clio_run_publishes_nothing_when_the_gate_of_a_day_fails(broken: Broken) -> None:
    assert broken.refused.code == 3
    assert f"facets {BAD_DAY}: its gate refused it (quarantine)" in broken.refused.err
    assert f"Waiting for what was refused: {FIRST}" in broken.refused.err
    assert published(broken.home) == broken.before


def test_the_refused_day_is_red_alone_with_its_rule_when_the_others_are_made(
    broken: Broken, dagster: Dagster
) -> None:
    assert [dagster.failed(stage) for stage in DAILY] == [set(), {BAD_DAY}, {BAD_DAY}]
    gate = {one["evaluation"]["partition"]: one["evaluation"] for one in judged(dagster, "facets")}
    assert set(gate) == set(DAYS)
    assert {day for day, one in gate.items() if not one["success"]} == {BAD_DAY}
    assert f"facets {BAD_DAY}: its gate refused it (quarantine)" in gate[BAD_DAY]["description"]
    assert all(one["targetMaterialization"] for day, one in gate.items() if day != BAD_DAY)
    assert not dagster.check("facets", "quarantine")[0]["evaluation"]["success"]
    assert dagster.check("facets", "columns")[0]["evaluation"]["success"]


def judged(dagster: Dagster, stage: str) -> list[dict[str, Any]]:
    """What the gate of a stage said last of each partition that it judged."""
    found = dagster.check(stage, f"{stage}_gate")
    told = [one for one in found if one["evaluation"]]
    assert {one["status"] for one in told} <= {"SUCCEEDED", "FAILED"}
    assert {one["status"] for one in found if one not in told} <= {"SKIPPED"}  # the empty day
    newest: dict[str, dict[str, Any]] = {}
    for one in told:
        newest.setdefault(one["evaluation"]["partition"], one)
    return list(newest.values())


def test_runs_of_clio_stand_under_their_job_when_dagster_lists_them(
    broken: Broken, dagster: Dagster
) -> None:
    newest = dagster.runs_of("daily")[0]
    assert newest["status"] == "FAILURE"
    assert dagster.made_by("landing") == newest["runId"]  # although the command landed before it


def test_no_launch_publishes_the_window_when_the_gate_of_a_day_fails(
    broken: Broken, dagster: Dagster
) -> None:
    """Single assets with and without their checks, a range, a backfill; the schedule waits."""
    window = {"dagster/partition": FIRST}
    both = {
        "dagster/asset_partition_range_start": FIRST,
        "dagster/asset_partition_range_end": SECOND,
    }
    runs = {asset: dagster.launch([asset], window, checks=False) for asset in WINDOW}
    runs["all"] = dagster.launch(WINDOW, window)
    runs["range"] = dagster.launch(WINDOW, both)
    assert dagster.tick("window_schedule", AFTER_FIRST) == []
    backfill = dagster.backfill_ranges(
        dict.fromkeys(DAILY, (BAD_DAY, BAD_DAY)) | dict.fromkeys(WINDOW, (FIRST, FIRST))
    )
    assert backfill.status == "COMPLETED_FAILED"
    silent = [name for name, run in runs.items() if not names_the_day(dagster.ended(run))]
    assert silent == []
    assert published(broken.home) == broken.before


def test_the_window_is_published_when_the_day_is_mended(broken: Broken, dagster: Dagster) -> None:
    write_rows(broken.source, {BAD_DAY: 500}, 40)
    (refused, *_) = dagster.runs_of("daily")
    day = dagster.ended(dagster.execute_again(refused["runId"], "FROM_FAILURE"))
    assert day.status == "SUCCESS", day.words
    week = dagster.ended(dagster.launch(WINDOW, {"dagster/partition": FIRST}))
    assert week.status == "SUCCESS", week.words
    after = published(broken.home)
    sizes = {row[0]: row for row in after["windows"]}  # type: ignore[index]
    old = {row[0]: row for row in broken.before["windows"]}  # type: ignore[index]
    assert sizes[SECOND] == old[SECOND]
    assert sizes[FIRST] != old[FIRST]


def damage_a_seal(home: Path) -> None:
    (home / "private" / "lake" / "facets" / GOOD_DAY / "seal.json").unlink()


def damage_bytes(home: Path) -> None:
    (path,) = (home / "private" / "lake" / "facets" / SECOND).glob("facets.*.parquet")
    path.write_bytes(path.read_bytes() + b"\0")


def seal_under_a_looser_policy(home: Path) -> None:
    strict = load_policy(home / "privacy.toml")
    looser = PrivacyPolicy.model_validate(strict.model_dump() | {"min_users": 2})
    declared = Declared(headings=bundled_book().headings)
    lake = Lake(LocalStorage(home / "private"), looser, declared)
    stored = lake.stored("audited_summaries", SECOND)
    assert lake.judge(stored, [Verdict("everything", True)], "a run under another policy").sealed


def change_the_code(home: Path) -> None:
    path = home / "private" / "lake" / "clusters" / SECOND / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["provenance"]["code_version"] = "0"
    path.write_text(json.dumps(manifest))


#: What is done to a partition, the asset and window that read it, and what their run must say.
DAMAGES = {
    "seal missing": (
        damage_a_seal,
        ("clusters", FIRST),
        f"waits for facets {GOOD_DAY}: its gate has not judged it",
    ),
    "other bytes": (
        damage_bytes,
        ("clusters", SECOND),
        f"facets {SECOND}, table facets: the bytes changed",
    ),
    "looser policy": (
        seal_under_a_looser_policy,
        ("published_insights", SECOND),
        f"waits for audited_summaries {SECOND}: the privacy policy has since changed in min_users",
    ),
    "other code": (
        change_the_code,
        ("hierarchy", SECOND),
        f"waits for clusters {SECOND}: its bytes, code or inputs changed",
    ),
}


def test_a_run_is_refused_with_words_on_what_to_do_when_a_seal_does_not_hold(
    broken: Broken, dagster: Dagster
) -> None:
    before = published(broken.home)
    for name, (damage, (asset, window), words) in DAMAGES.items():
        damage(broken.home)
        tags = {"dagster/partition": window}  # bytes are looked at where they are read
        ended = dagster.ended(dagster.launch([asset], tags, again="make_window"))
        assert ended.status == "FAILURE", name
        assert words in ended.words, name
        assert "materialize " in ended.words, name
    assert published(broken.home) == before
