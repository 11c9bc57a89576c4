"""Making and judging partitions one by one: what became of each, without Dagster.

A partition that is refused, waits for another or breaks stops nothing but what is made of it. What
is current is not made again, so that a run that was killed goes on where it stopped and a run that
is repeated does nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from clio_assets.errors import ClioError, PrivacyGateError, contained
from clio_assets.judging.gatekeeper import LakeGatekeeper
from clio_assets.lake.records import Check, Manifest
from clio_assets.lake.release import released
from clio_assets.lake.standing import Standing, State
from clio_assets.stages import LANDING, RELEASED, STAGES
from clio_assets.workbench.recipes import Currency, keys_read, making
from clio_assets.workbench.stage_asset import StageAsset
from clio_assets.workbench.workbench import Workbench
from privacy_checks.gates.judge import GateError, Judge, judge_partition

#: Where a window's release is told of, after the stages.
RELEASE: Final = "release"

Kind = Literal[
    "made",  # and sealed; of `release`: swapped into the public database
    "unchanged",  # sealed before, and would come out the same
    "empty",  # nothing was landed for it, so there is nothing to make
    "refused",  # its gate did not seal it
    "waiting",  # something that it is made from is not sealed
    "broken",  # an error stopped it
]
#: Kinds after which nothing is made of the partition.
TROUBLE: Final[frozenset[Kind]] = frozenset({"refused", "waiting", "broken"})

#: How a partition stands whose bytes a gate once passed, under other rules or an earlier version.
_TO_JUDGE: Final[frozenset[State]] = frozenset(
    {"unsigned", "policy_changed", "declared_changed", "gate_changed"}
)

#: After so many errors one after the other the rest would most likely meet the same.
GIVE_UP_AFTER: Final = 3


@dataclass(frozen=True)
class Outcome:
    """What became of one partition. `why` is a sentence where there is trouble, without content.

    `checks` are the gate's verdicts where it has spoken; `exit_code` is what a command ends with.
    """

    stage: str
    key: str
    kind: Kind
    manifest: Manifest | None = None
    checks: tuple[Check, ...] = ()
    why: str = ""
    exit_code: int = 0

    @property
    def troubled(self) -> bool:
        """Whether nothing may be made of it."""
        return self.kind in TROUBLE


@dataclass(frozen=True)
class Work:
    """What to make, in which order.

    `stages` are made, `judged` only judged as they are stored. `by_stage` makes a stage of all
    keys before the next one, so that questions of several days can be asked at once; else a key
    goes through all stages before the next. `again` makes also what is current.
    """

    stages: Sequence[StageAsset]
    keys: Sequence[str]
    by_stage: bool
    judged: frozenset[str] = frozenset()
    releases: bool = False
    again: bool = False

    def __iter__(self) -> Iterator[tuple[StageAsset, str]]:
        if self.by_stage:
            return ((stage, key) for stage in self.stages for key in self.keys)
        return ((stage, key) for key in self.keys for stage in self.stages)


def carry_out(
    bench: Workbench, gates: Mapping[str, Judge], work: Work, run_id: str
) -> Iterator[Outcome]:
    """Make and judge every partition, and release what is to be; one outcome each, as it is done.

    Raises nothing of its own for a partition in trouble: `stopped_by` says what to end with.
    """
    tools = _Tools(bench, gates, run_id, work.again)
    halted: dict[str, Outcome] = {}
    prepared: set[str] = set()
    broken_in_a_row = 0
    for stage, key in work:
        if broken_in_a_row >= GIVE_UP_AFTER:
            return
        if stage.stage in work.judged:
            outcome = tools.judged(stage.stage, key)
        else:
            if work.by_stage and stage.prepare is not None and stage.stage not in prepared:
                prepared.add(stage.stage)
                stage.prepare(bench, tools.to_make(stage.stage, work.keys))
            outcome = tools.made(stage, key, halted.get(key))
        yield outcome
        broken_in_a_row = broken_in_a_row + 1 if outcome.kind == "broken" else 0
        if outcome.troubled:
            halted.setdefault(key, outcome)
        elif stage.stage == RELEASED and work.releases and outcome.kind != "empty":
            yield (released_now := tools.released(key))
            if released_now.troubled:
                halted.setdefault(key, released_now)
    if work.releases and RELEASED not in {stage.stage for stage in work.stages}:
        yield from (tools.released(key) for key in work.keys)


@dataclass(frozen=True)
class _Tools:
    bench: Workbench
    gates: Mapping[str, Judge]
    run_id: str
    again: bool

    @cached_property
    def landed(self) -> frozenset[str]:
        """Days that hold conversations."""
        return frozenset(day.isoformat() for day in self.bench.landed_days())

    @property
    def _gatekeeper(self) -> LakeGatekeeper:
        return LakeGatekeeper(self.bench.lake, self.bench.home.release_folders)

    def to_make(self, stage: str, keys: Iterable[str]) -> list[str]:
        """The keys of which the stage would be made."""
        return [
            key for key in keys if self.again or not Currency(self.bench).made_as_now(stage, key)
        ]

    def made(self, stage: StageAsset, key: str, halted: Outcome | None) -> Outcome:
        """Make a partition and judge it, unless it is current, empty or has to wait."""
        name = stage.stage
        if halted is not None:
            said = "" if halted.kind == "waiting" else f"{name} {key} waits for {halted.stage}: "
            return Outcome(name, key, "waiting", why=said + halted.why, exit_code=3)
        try:
            if self._is_empty(name, key):
                return Outcome(name, key, "empty")
            with self.bench.home.only_maker(name, key):
                if not self.again and (current := self._current(name, key)):
                    return current
                if waits := waiting_for(self.bench, name, key):
                    return Outcome(name, key, "waiting", why=_words(name, key, waits), exit_code=3)
                if self.again or not self._only_to_judge(name, key):
                    stage.make(self.bench, key)
        except ClioError as error:
            return Outcome(name, key, "broken", why=str(error), exit_code=error.exit_code)
        return self.judged(name, key)

    def judged(self, stage: str, key: str) -> Outcome:
        """Judge a partition as it is stored."""
        try:
            sealed, verdicts = judge_partition(
                self._gatekeeper, self.gates[stage], stage, key, self.run_id
            )
            manifest = self.bench.lake.stored(stage, key).manifest
        except (ClioError, GateError) as error:
            return Outcome(stage, key, "broken", why=str(error), exit_code=error.exit_code)
        checks = tuple(
            Check(check=v.check, passed=v.passed, numbers=dict(v.numbers)) for v in verdicts
        )
        if sealed:
            return Outcome(stage, key, "made", manifest, checks)
        standing = self.bench.lake.standing(stage, key)
        why = f"{stage} {key}: {standing.why}; {standing.advice}"
        code = PrivacyGateError.exit_code
        return Outcome(stage, key, "refused", manifest, checks, why, code)

    def released(self, key: str) -> Outcome:
        """Swap a sealed window into the public database, unless it is there already."""
        lake, folders = self.bench.lake, self.bench.home.release_folders
        try:
            if root := _root(self.bench, RELEASED, key):
                why = _words("the release of", key, [root])
                return Outcome(RELEASE, key, "waiting", why=why, exit_code=3)
            with contained("the release of", key):
                stored = lake.stored(RELEASED, key)
                same = released(folders).get(key) == stored.manifest.digest
                if not same or self.again:
                    self._gatekeeper.release(stored)
        except ClioError as error:
            return Outcome(RELEASE, key, "broken", why=str(error), exit_code=error.exit_code)
        kind: Kind = "unchanged" if same and not self.again else "made"
        return Outcome(RELEASE, key, kind, stored.manifest)

    def _only_to_judge(self, stage: str, key: str) -> bool:
        """Whether the stored bytes are those that it would make, under a seal that holds no more:
        then its gate has the word."""
        standing = self.bench.lake.standing(stage, key)
        if standing.manifest is None or standing.state not in _TO_JUDGE:
            return False
        return standing.manifest.recipe == making(self.bench, stage, key).recipe

    def _is_empty(self, stage: str, key: str) -> bool:
        """Whether nothing was landed for it and nothing is stored of it from before."""
        if self.bench.lake.manifest(stage, key) is not None:
            return False
        if STAGES[stage].cadence == "day":
            return key not in self.landed
        return not self.bench.days_of(key)

    def _current(self, stage: str, key: str) -> Outcome | None:
        """The partition as it is, where it need not be made again."""
        same = Currency(self.bench).made_as_now(stage, key)  # whether it is out is another matter
        seal = self.bench.lake.seal(stage, key) if same else None
        if seal is None:
            return None
        return Outcome(stage, key, "unchanged", self.bench.lake.manifest(stage, key), seal.checks)


def waiting_for(bench: Workbench, stage: str, key: str) -> list[Standing]:
    """What has to be sealed before the partition can be made, each at its root: where a day's
    embeddings are absent because its conversations were refused, the conversations."""
    found: dict[tuple[str, str], Standing] = {}
    for upstream in STAGES[stage].reads_for(key):
        if upstream == LANDING:
            continue
        for upstream_key in keys_read(bench, STAGES[stage], key, upstream):
            root = _root(bench, upstream, upstream_key)
            if root is not None:
                found.setdefault((root.stage, root.key), root)
    order = list(STAGES)
    return sorted(found.values(), key=lambda one: (order.index(one.stage), one.key))


def _root(bench: Workbench, stage: str, key: str) -> Standing | None:
    """The first partition on the way to this one whose seal does not hold; None if all do."""
    for upstream in STAGES[stage].reads_for(key):
        if upstream != LANDING:
            for upstream_key in keys_read(bench, STAGES[stage], key, upstream):
                if (found := _root(bench, upstream, upstream_key)) is not None:
                    return found
    standing = bench.lake.standing(stage, key)
    return None if standing.sealed else standing


def _words(stage: str, key: str, waits: Sequence[Standing]) -> str:
    """The sentence of a partition that has to wait."""
    first, more = waits[0], len(waits) - 1
    rest = f", and for {more} more" if more else ""
    return f"{stage} {key} waits for {first.stage} {first.key}{rest}: {first.why}; {first.advice}"


def stopped_by(troubles: Sequence[Outcome]) -> tuple[str, int] | None:
    """What a run ends with: one line for each partition that made trouble itself, and the exit
    code of the gravest; None where there was none.

    Partitions that wait for one of the same run go without saying.
    """
    if not troubles:
        return None
    own: dict[str, Outcome] = {}
    for outcome in troubles:
        own.setdefault(outcome.key, outcome)
    lines = dict.fromkeys(outcome.why for outcome in own.values())
    refused = [outcome for outcome in troubles if outcome.kind == "refused"]
    return "\n".join(lines), (refused or troubles)[0].exit_code
