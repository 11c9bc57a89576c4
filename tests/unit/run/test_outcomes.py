"""What becomes of partitions that are made one by one: each by itself, and what it says."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pytest

from clio_assets.errors import LakeError, StageError
from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Manifest
from clio_assets.lake.storage import LocalStorage
from clio_assets.lake.writer import Accounts
from clio_assets.run.outcomes import GIVE_UP_AFTER, Outcome, Work, carry_out, stopped_by
from clio_assets.workbench.recipes import making
from clio_assets.workbench.stage_asset import StageAsset
from clio_assets.workbench.workbench import Workbench
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.declared import Declared
from privacy_checks.stored.protocol import StoredPartition, Verdict
from tests.fakes.bench import FakeBench, FakeHome
from tests.fakes.lake import folder_of

DAYS = ("2026-09-28", "2026-09-29", "2026-09-30")
BAD = DAYS[1]
WINDOW = "2026-09-28"
DAY_STAGES = ("conversations", "facets", "embeddings")


class World:
    """Three days and their window: stages that write a number, gates that refuse what is told."""

    def __init__(self, folder: Path) -> None:
        self.bench = FakeBench(
            Lake(LocalStorage(folder), PrivacyPolicy(), Declared()),
            home=FakeHome(folder),
            days=DAYS,
        )
        self.made: list[tuple[str, str]] = []
        self.refused: set[tuple[str, str]] = set()
        self.errors: dict[tuple[str, str], Exception] = {}

    def stage(self, name: str, prepare: Any = None) -> StageAsset:
        def make(bench: Workbench, key: str) -> Manifest:
            self.made.append((name, key))
            if (name, key) in self.errors:
                raise self.errors[name, key]
            return bench.lake.write(
                making(bench, name, key), {name: pa.table({"n": [len(key)]})}, Accounts(1, 1)
            )

        return StageAsset(name, "", make, lambda bench: pa.schema([]), prepare=prepare)

    def run(
        self,
        stages: Sequence[str | StageAsset] = DAY_STAGES,
        keys: Sequence[str] = DAYS,
        **how: Any,
    ) -> list[Outcome]:
        return list(self.outcomes(stages, keys, **how))

    def outcomes(
        self, stages: Sequence[str | StageAsset], keys: Sequence[str], **how: Any
    ) -> Iterator[Outcome]:
        def judge(partition: StoredPartition, policy: PrivacyPolicy) -> Sequence[Verdict]:
            bad = (partition.stage, partition.key) in self.refused
            return (Verdict("columns", True), Verdict("accounting", not bad, {"lost": int(bad)}))

        chosen = [self.stage(one) if isinstance(one, str) else one for one in stages]
        work = Work(chosen, keys, **{"by_stage": True, **how})
        gates = dict.fromkeys((stage.stage for stage in chosen), judge)
        return carry_out(cast(Workbench, self.bench), gates, work, "run")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def kinds(outcomes: Sequence[Outcome], kind: str) -> set[tuple[str, str]]:
    return {(one.stage, one.key) for one in outcomes if one.kind == kind}


def test_every_partition_is_made_and_judged_when_nothing_stands_in_the_way(world: World) -> None:
    found = world.run()
    assert [(one.stage, one.key) for one in found] == [
        (stage, day) for stage in DAY_STAGES for day in DAYS
    ]
    assert {one.kind for one in found} == {"made"}
    assert all(world.bench.lake.standing(one.stage, one.key).sealed for one in found)
    assert stopped_by([one for one in found if one.troubled]) is None


def test_one_day_alone_is_stopped_when_its_gate_refuses_it(world: World) -> None:
    world.refused = {("facets", BAD)}
    found = world.run()
    assert kinds(found, "refused") == {("facets", BAD)}
    assert kinds(found, "waiting") == {("embeddings", BAD)}
    assert len(kinds(found, "made")) == 7
    words, code = cast(tuple[str, int], stopped_by([one for one in found if one.troubled]))
    assert words == (
        f"facets {BAD}: its gate refused it (accounting); materialize facets for {BAD} again; if "
        "it is refused again, mend the source or the configuration"
    )
    assert code == 3


def test_window_says_which_day_it_waits_for_when_that_was_refused(world: World) -> None:
    world.refused = {("conversations", BAD)}
    world.run()
    (found,) = world.run(["clusters"], [WINDOW], by_stage=False)
    assert found.kind == "waiting"
    assert found.why.startswith(
        f"clusters {WINDOW} waits for conversations {BAD}: its gate refused it (accounting); "
    )
    assert ("clusters", WINDOW) not in world.made


def test_other_windows_are_made_when_one_has_to_wait(world: World) -> None:
    world.run(keys=DAYS[:1])
    world.bench.days_of = lambda window: [window]  # type: ignore[method-assign]
    found = world.run(["clusters", "hierarchy"], DAYS[:2], by_stage=False)
    assert kinds(found, "made") == {("clusters", DAYS[0]), ("hierarchy", DAYS[0])}
    assert kinds(found, "waiting") == {("clusters", DAYS[1]), ("hierarchy", DAYS[1])}


def test_nothing_is_made_again_when_the_same_run_is_repeated(world: World) -> None:
    world.run()
    world.made.clear()
    found = world.run()
    assert {one.kind for one in found} == {"unchanged"}
    assert world.made == []
    assert all([check.check for check in one.checks] == ["columns", "accounting"] for one in found)


def test_what_is_current_is_made_again_when_that_is_asked_for(world: World) -> None:
    world.run()
    world.made.clear()
    assert {one.kind for one in world.run(again=True)} == {"made"}
    assert len(world.made) == 9


def test_stored_bytes_are_judged_again_when_the_policy_alone_changed(
    world: World, tmp_path: Path
) -> None:
    world.run(["conversations"])
    world.made.clear()
    stricter = PrivacyPolicy(min_users=PrivacyPolicy().min_users + 5)
    world.bench.lake = Lake(LocalStorage(tmp_path), stricter, Declared())
    assert world.bench.lake.standing("conversations", BAD).state == "policy_changed"
    assert {one.kind for one in world.run(["conversations"])} == {"made"}
    assert world.bench.lake.standing("conversations", BAD).sealed
    assert world.made == []


def test_only_what_is_missing_is_made_when_a_run_was_killed(world: World) -> None:
    outcomes = world.outcomes(DAY_STAGES, DAYS)
    done = [next(outcomes) for _ in range(4)]
    del outcomes  # the process is gone
    world.made.clear()
    world.run()
    assert not {(one.stage, one.key) for one in done}.intersection(world.made)
    assert len(world.made) == 5


def test_later_days_are_made_when_one_breaks(world: World) -> None:
    world.errors = {("facets", BAD): StageError("facets broke")}
    found = world.run()
    assert kinds(found, "broken") == {("facets", BAD)}
    assert kinds(found, "waiting") == {("embeddings", BAD)}
    assert stopped_by([one for one in found if one.troubled]) == ("facets broke", 1)


def test_run_gives_up_when_one_day_after_the_other_breaks(world: World) -> None:
    days = tuple(f"2026-10-{number:02}" for number in range(1, 9))
    world.bench.days = days
    world.errors = dict.fromkeys([("conversations", day) for day in days], StageError("disk full"))
    found = world.run(keys=days)
    assert [one.kind for one in found] == ["broken"] * GIVE_UP_AFTER


def test_gate_that_cannot_run_seals_nothing_when_it_breaks(world: World) -> None:
    (folder_of(world.bench.lake, "conversations", BAD)).parent.mkdir(parents=True, exist_ok=True)

    def judge(partition: StoredPartition, policy: PrivacyPolicy) -> Sequence[Verdict]:
        raise ValueError("text of a conversation")

    work = Work([world.stage("conversations")], [BAD], by_stage=True)
    (found,) = carry_out(cast(Workbench, world.bench), {"conversations": judge}, work, "run")
    assert (found.kind, found.exit_code) == ("broken", 3)
    assert "text of a conversation" not in found.why
    assert not world.bench.lake.standing("conversations", BAD).sealed


def test_day_is_left_alone_when_nothing_was_landed_for_it(world: World) -> None:
    found = world.run(["conversations"], ["2026-12-24"])
    assert [one.kind for one in found] == ["empty"]
    assert world.made == []


def test_window_is_left_alone_when_it_has_no_days(world: World) -> None:
    world.bench.days = ()
    assert [one.kind for one in world.run(["clusters"], [WINDOW], by_stage=False)] == ["empty"]
    assert world.made == []


def test_purged_window_says_so_when_it_is_asked_for(world: World) -> None:
    def purged(window: str) -> list[str]:
        raise LakeError(f"window {window} is past retention")

    world.bench.days_of = purged  # type: ignore[method-assign]
    (found,) = world.run(["clusters"], [WINDOW], by_stage=False)
    assert (found.kind, found.why) == ("broken", f"window {WINDOW} is past retention")


def test_stored_bytes_are_judged_alone_when_only_the_check_is_asked_for(world: World) -> None:
    world.run(["conversations"])
    world.made.clear()
    world.refused = {("conversations", BAD)}
    found = world.run(["conversations"], judged=frozenset({"conversations"}))
    assert kinds(found, "refused") == {("conversations", BAD)}
    assert world.made == []


def test_days_that_need_asking_are_prepared_together_when_their_stage_begins(world: World) -> None:
    asked: list[Sequence[str]] = []
    world.run(keys=DAYS[:1])
    facets = world.stage("facets", prepare=lambda bench, keys: asked.append(keys))
    world.run(["conversations", facets])
    assert asked == [list(DAYS[1:])]


def test_release_waits_when_the_window_is_not_sealed(world: World) -> None:
    (found,) = world.run([], [WINDOW], by_stage=False, releases=True)
    assert (found.stage, found.kind) == ("release", "waiting")
    assert "waits for conversations" in found.why


@pytest.mark.parametrize(
    ("troubles", "code"),
    [
        ([("broken", 1), ("refused", 3)], 3),
        ([("broken", 2), ("broken", 1)], 2),
        ([("waiting", 3)], 3),
    ],
)
def test_run_ends_with_the_gravest_code_when_there_are_several_troubles(
    troubles: Sequence[tuple[Any, int]], code: int
) -> None:
    found = [
        Outcome("facets", DAYS[place], kind, why=f"{place}", exit_code=each)
        for place, (kind, each) in enumerate(troubles)
    ]
    assert stopped_by(found) == ("\n".join(map(str, range(len(troubles)))), code)
