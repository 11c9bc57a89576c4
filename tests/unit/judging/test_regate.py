"""Stored bytes judged again: what is sealed, refused, left waiting or broken, in which order."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from clio_assets.errors import UsageError
from clio_assets.home.erasures import move_horizon
from clio_assets.home.home import Home
from clio_assets.judging.regate import (
    Regated,
    Selection,
    regate,
    releases_not_sealed,
)
from clio_assets.lake.folders import ReleaseFolders
from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Provenance
from clio_assets.lake.release import release
from clio_assets.lake.storage import LocalStorage
from clio_assets.lake.writer import Accounts, Making
from clio_assets.run.declared import declared_by
from clio_assets.stages import STAGES
from clio_assets.summaries.schema import PUBLISHED
from privacy_checks.gates.judge import Judge
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.declared import DEFAULT_FACETS, Declared, DeclaredFacet
from privacy_checks.stored.protocol import StoredPartition, Verdict
from tests.fakes.home import WEEK, made_home, write
from tests.fakes.lake import folder_of, root_of

DAYS = ("2026-09-28", "2026-09-29")
STRICTER = PrivacyPolicy(version=2, min_users=20)
CANARY = "canary-77aa"


def passing(partition: StoredPartition, policy: PrivacyPolicy) -> Sequence[Verdict]:
    """Reads the bytes, as every gate does, and lets them pass."""
    rows = sum(partition.table(name).num_rows for name in partition.tables)
    return (Verdict("columns", True, {"rows": rows}),)


def refusing(partition: StoredPartition, policy: PrivacyPolicy) -> Sequence[Verdict]:
    return (Verdict("columns", True), Verdict("thresholds", False, {"min_users": policy.min_users}))


def breaking(partition: StoredPartition, policy: PrivacyPolicy) -> Sequence[Verdict]:
    raise ValueError(CANARY)


def make(lake: Lake, stage: str, key: str, inputs: Sequence[str] = (), value: int = 1) -> None:
    named = {upstream: {key: lake.stored(upstream, key).manifest.content} for upstream in inputs}
    plan = Making(stage, key, "r", Provenance(code_version=STAGES[stage].code_version), named)
    lake.write(plan, {stage: pa.table({"n": [value]})}, Accounts(1, 1))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Two days of two stages, sealed under the default policy, seen under a stricter one."""
    made = Lake(LocalStorage(tmp_path), PrivacyPolicy(), Declared())
    for key in DAYS:
        for stage, inputs in (("conversations", ()), ("facets", ("conversations",))):
            make(made, stage, key, inputs)
            made.judge(made.stored(stage, key), [Verdict("columns", True)], "run-1")
    return Lake(made.storage, STRICTER, Declared())


def again(
    lake: Lake, selection: Selection | None = None, judges: dict[str, Judge] | None = None
) -> list[Regated]:
    everything = dict.fromkeys(STAGES, passing) | (judges or {})
    folders = ReleaseFolders(root_of(lake).parent / "public", root_of(lake).parent)
    return list(regate(lake, folders, selection or Selection(), "run-2", everything))


def outcomes(done: list[Regated]) -> list[tuple[str, str]]:
    return [(one.stage, one.outcome) for one in done]


def test_partitions_hold_again_inputs_first_when_their_gates_pass(lake: Lake) -> None:
    done = again(lake)
    assert outcomes(done) == [("conversations", "sealed")] * 2 + [("facets", "sealed")] * 2
    assert done[0].before.endswith("changed in min_users")
    seal = lake.seal("facets", DAYS[0])
    assert seal is not None
    assert (seal.policy, seal.run_id) == (STRICTER, "run-2")


def test_nothing_is_judged_when_every_seal_holds(lake: Lake) -> None:
    again(lake)
    assert again(lake, judges=dict.fromkeys(STAGES, breaking)) == []
    assert len(again(lake, Selection(everything=True))) == 4


def test_bytes_stay_as_they_are_when_they_are_judged_again(lake: Lake) -> None:
    before = {path: path.read_bytes() for path in root_of(lake).rglob("*.parquet")}
    again(lake)
    assert {path: path.read_bytes() for path in root_of(lake).rglob("*.parquet")} == before


def test_partition_is_refused_with_its_numbers_when_its_gate_does_not_pass(lake: Lake) -> None:
    done = again(lake, judges={"facets": refusing})
    assert outcomes(done)[2:] == [("facets", "refused")] * 2
    assert done[2].why == "thresholds"
    assert [(c.check, dict(c.numbers)) for c in done[2].failed] == [
        ("thresholds", {"min_users": 20})
    ]
    assert lake.standing("facets", DAYS[0]).state == "refused"


def test_partition_waits_when_another_version_of_the_code_made_it(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    again(lake)
    monkeypatch.setitem(
        STAGES, "conversations", replace(STAGES["conversations"], code_version="next")
    )  # type: ignore[arg-type]
    done = again(lake)
    assert outcomes(done)[:2] == [("conversations", "waiting")] * 2
    assert done[0].why == "the stage's code has changed; `clio run` makes it again"


def test_partition_waits_when_its_input_is_refused(lake: Lake) -> None:
    done = again(lake, judges={"conversations": refusing})
    assert outcomes(done) == [("conversations", "refused")] * 2 + [("facets", "waiting")] * 2
    assert done[2].why == f"conversations {DAYS[0]} is not sealed"
    assert lake.seal("facets", DAYS[0]) is None


def test_partition_waits_when_its_input_was_made_again_since(lake: Lake) -> None:
    make(lake, "conversations", DAYS[0], value=2)
    done = again(lake)
    assert [one.outcome for one in done] == ["sealed", "sealed", "waiting", "sealed"]
    assert "made from an older conversations" in done[2].why


def test_partition_is_broken_and_stays_unsealed_when_a_byte_changed(lake: Lake) -> None:
    (path,) = folder_of(lake, "facets", DAYS[1]).glob("*.parquet")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    done = again(lake)
    assert [one.outcome for one in done] == ["sealed", "sealed", "sealed", "broken"]
    assert "the bytes changed" in done[3].why
    assert lake.seal("facets", DAYS[1]) is None


def test_nothing_is_quoted_or_sealed_when_a_gate_cannot_run(lake: Lake) -> None:
    done = again(lake, judges={"conversations": breaking})
    assert outcomes(done)[:2] == [("conversations", "broken")] * 2
    assert CANARY not in repr(done)
    assert lake.seal("conversations", DAYS[0]) is None


def test_only_what_is_named_is_judged_when_stage_or_partition_are_given(lake: Lake) -> None:
    done = again(lake, Selection(stage="conversations", key=DAYS[1]))
    assert [(one.stage, one.key) for one in done] == [("conversations", DAYS[1])]


@pytest.mark.parametrize(
    "selection", [Selection(stage="landing"), Selection(key="1999-01-01")], ids=["stage", "key"]
)
def test_selection_is_refused_when_there_is_no_such_partition(
    lake: Lake, selection: Selection
) -> None:
    with pytest.raises(UsageError):
        again(lake, selection)


def test_nothing_is_outdated_when_nothing_is_published(lake: Lake, tmp_path: Path) -> None:
    assert releases_not_sealed(lake, ReleaseFolders(tmp_path / "public", tmp_path)) == {}


@pytest.fixture
def published(tmp_path: Path) -> Home:
    """A home whose one window is released."""
    home = made_home(tmp_path / "home")
    lake = Lake(LocalStorage(home.private), home.policy, declared_by(home))
    summaries = {WEEK: lake.stored("audited_summaries", WEEK).manifest.content}
    plan = Making(
        "published_insights",
        WEEK,
        "r",
        Provenance(code_version=STAGES["published_insights"].code_version),
        {"audited_summaries": summaries},
    )
    tables = {name: schema.empty_table() for name, schema in PUBLISHED.items()}
    lake.write(plan, tables, Accounts(0, 0))
    lake.judge(lake.stored("published_insights", WEEK), [Verdict("columns", True)], "run-1")
    release(lake, home.release_folders, "published_insights", WEEK)
    return home


def outdated(home: Home) -> dict[str, str]:
    return releases_not_sealed(
        Lake(LocalStorage(home.private), home.policy, declared_by(home)), home.release_folders
    )


def test_release_is_sealed_when_all_it_rests_on_is(published: Home) -> None:
    assert outdated(published) == {}


def test_release_is_listed_when_something_behind_it_was_refused(published: Home) -> None:
    lake = Lake(LocalStorage(published.private), published.policy, declared_by(published))
    lake.judge(lake.stored("facets", DAYS[1]), [Verdict("lengths", False)], "run-2")
    assert outdated(published) == {WEEK: "facets: its gate refused it (lengths)"}


def test_release_is_listed_when_its_partition_was_made_again(published: Home) -> None:
    write(
        Lake(LocalStorage(published.private), published.policy, declared_by(published)),
        "published_insights",
        WEEK,
    )
    assert "made again" in outdated(published)[WEEK]


def test_release_is_no_fault_when_what_was_behind_it_was_purged(published: Home) -> None:
    for stage in STAGES:
        shutil.rmtree(published.lake / stage, ignore_errors=True)
    assert list(outdated(published)) == [WEEK]
    move_horizon(published.private, date(2027, 1, 1))
    assert outdated(published) == {}


def test_only_stages_that_look_at_facets_are_judged_again_when_others_are_declared(
    lake: Lake,
) -> None:
    own = Declared((*DEFAULT_FACETS, DeclaredFacet("mood", "scale")))
    other = Lake(lake.storage, PrivacyPolicy(), own)
    done = again(other)
    assert outcomes(done) == [("facets", "sealed")] * 2
    assert {one.before for one in done} == {
        "the configured facets or categories have since changed"
    }
    assert again(other) == []
    assert (
        outcomes(again(Lake(lake.storage, PrivacyPolicy(), Declared())))
        == [("facets", "sealed")] * 2
    )
