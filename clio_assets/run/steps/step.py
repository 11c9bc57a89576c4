"""Dagster glue of all stages of a cadence: one step that tells of every partition by itself.

A step a stage could not: where one day of a range is refused, Dagster would stop the step of the
next stage for all of them, or, if nothing failed, show the refused day as made. Here a partition is
materialized once its gate has sealed it, and each check has one event a partition. Partitions that
are not sealed stay as planned, so that Dagster shows them, and them alone, as failed when the step
ends with their sentences; executed again from failure, it makes what is missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import dagster as dg
from dagster import AssetCheckEvaluation
from pydantic import Field

from clio_assets.home.dagster_settings import Counts
from clio_assets.run.outcomes import RELEASE, Outcome, Work, carry_out, stopped_by
from clio_assets.run.steps.amounts import told
from clio_assets.run.steps.landing import land, landed_version, landing_materialized
from clio_assets.run.steps.told import of_asset, of_partition, of_release
from clio_assets.run.steps.versions import Versions, own_version
from clio_assets.stages import LANDING, RELEASED, STAGES
from clio_assets.workbench.assets import Bench, Days, MapWindows
from clio_assets.workbench.stage_asset import StageAsset
from clio_assets.workbench.workbench import Workbench
from privacy_checks.gates.check import (
    EXIT_CODE,
    Judged,
    evaluations,
    failures_with_exit_codes,
    gate_checks,
)
from privacy_checks.gates.judge import Judge
from privacy_checks.gates.meanings import OF_THE_OPERATOR

StepEvent = dg.AssetMaterialization | AssetCheckEvaluation


class StepConfig(dg.Config):
    """What an operator may ask of a run in Dagster's launchpad."""

    make_again: bool = Field(
        default=False, description="Make also what is current. Without it, that is skipped."
    )


@dataclass(frozen=True)
class Step:
    """What a step is built of: the partitions, their stages in order, and the stages' gates."""

    bench: Workbench
    over: Days | MapWindows
    stages: Sequence[StageAsset]
    gates: Mapping[str, Judge]

    @property
    def releases(self) -> bool:
        """Whether the last of its stages is released."""
        return self.stages[-1].stage == RELEASED


#: Pools of Dagster's that an operator sets limits for (docs/operations.md): steps that mostly wait
#: for a model's answers, and steps that fill the memory.
MODEL_CALLS: Final = "model_calls"
MEMORY: Final = "memory"


def _pool(step: Step) -> str:
    """A day's questions go to the analyst; everything else is the work of this machine."""
    asks = step.bench.settings.analyst != "local" and not step.releases
    return MODEL_CALLS if asks else MEMORY


def build_step(step: Step) -> dg.AssetsDefinition:
    """The step of a cadence; its assets, and their checks, can be selected one by one."""

    @dg.multi_asset(
        name=f"make_{step.over.job}",
        specs=list(_specs(step)),
        check_specs=[check for stage in step.stages for check in _checks(step, stage)],
        partitions_def=step.over.partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        can_subset=True,
        pool=_pool(step),
        description="Makes what is not current of every partition, judges and tells of each.",
    )
    def make(
        context: dg.AssetExecutionContext, config: StepConfig, workbench: Bench
    ) -> Iterator[StepEvent]:
        with failures_with_exit_codes():
            yield from _StepRun(context, workbench, step, config.make_again).events()

    return make


def _specs(step: Step) -> Iterator[dg.AssetSpec]:
    settings, over = step.bench.settings.dagster, step.over
    for stage in step.stages:
        yield dg.AssetSpec(
            over.asset(stage.stage),
            deps=over.reads(stage.stage),
            description=stage.description,
            metadata=of_asset(step.bench, stage),
            group_name=over.group,
            code_version=STAGES[stage.stage].code_version,
            owners=list(settings.owners),
            tags={"zone": stage.zone, "cadence": STAGES[stage.stage].cadence},
            kinds=set(stage.kinds),
        )
    if step.releases:
        yield dg.AssetSpec(
            over.asset(RELEASE),
            deps=[over.asset(RELEASED)],
            description="What the public database holds of a window: swapped in whole once its "
            "gate has sealed it. Public.",
            group_name=over.group,
            owners=list(settings.owners),
            tags={"zone": "public", "cadence": "window"},
            kinds={"duckdb"},
        )


def _checks(step: Step, stage: StageAsset) -> list[dg.AssetCheckSpec]:
    """The checks of a stage; an operator's thresholds for releases are one more."""
    held = step.bench.settings.evaluate.bounds and stage.stage == RELEASED
    more = OF_THE_OPERATOR if held else None
    return gate_checks(stage.stage, step.over.asset(stage.stage), step.over.partitions, more)


class _StepRun:
    """One run of a step: outcomes in, Dagster's events out."""

    def __init__(
        self, context: dg.AssetExecutionContext, bench: Workbench, step: Step, again: bool
    ) -> None:
        self._context, self._bench, self._step, self._again = context, bench, step, again
        self._versions = Versions(context.instance)
        self._partitions = {step.over.key(one): one for one in context.partition_keys}

    def events(self) -> Iterator[StepEvent]:
        """Everything that Dagster is told, and at the end the failure of what is not sealed."""
        bench, work = self._bench, self._work()
        bench.finish_erasure()
        if any(
            LANDING in STAGES[s.stage].reads and s.stage not in work.judged for s in work.stages
        ):
            yield from self._landed()
        troubles: list[Outcome] = []
        tally: dict[str, int] = {}
        for outcome in carry_out(bench, self._step.gates, work, self._context.run.run_id):
            tally[outcome.kind] = tally.get(outcome.kind, 0) + 1
            if outcome.troubled:
                troubles.append(outcome)
            yield from self._told(outcome)
        self._context.log.info(
            "partitions of stages: %s", ", ".join(f"{n} {kind}" for kind, n in tally.items())
        )
        if stopped := stopped_by(troubles):
            words, code = stopped
            raise dg.Failure(words, {EXIT_CODE: code}, allow_retries=False)

    def _work(self) -> Work:
        """The stages that the run selected: of some perhaps their checks alone."""
        context, over, stages = self._context, self._step.over, self._step.stages
        made = {s.stage for s in stages if over.asset(s.stage) in context.selected_asset_keys}
        checked = {key.asset_key for key in context.selected_asset_check_keys}
        wanted = [s for s in stages if s.stage in made or over.asset(s.stage) in checked]
        return Work(
            stages=wanted,
            keys=list(self._partitions),
            by_stage=STAGES[stages[0].stage].cadence == "day",
            judged=frozenset(s.stage for s in wanted if s.stage not in made),
            releases=self._step.releases and over.asset(RELEASE) in context.selected_asset_keys,
            again=self._again,
        )

    def _landed(self) -> Iterator[StepEvent]:
        """Land whatever source changed, so that the days are made from what is there now."""
        land(self._bench)
        asset = self._step.over.asset(LANDING)
        if self._versions.newest(asset) != landed_version(self._bench):
            yield landing_materialized(self._bench, asset)

    def _told(self, outcome: Outcome) -> Iterator[StepEvent]:
        asset, partition = self._step.over.asset(outcome.stage), self._partitions[outcome.key]
        if outcome.kind == "empty":
            yield self._empty(asset, partition)
            return
        if outcome.troubled:
            self._context.log.error("%s", outcome.why)
        elif asset in self._context.selected_asset_keys:
            yield self._materialized(asset, partition, outcome)
        if outcome.stage != RELEASE:
            target = None if outcome.troubled else self._versions.latest(asset, partition)
            yield from evaluations(
                _judged(asset, partition, outcome, self._bench.settings.dagster.counts),
                self._bench.policy,
                target,
                self._context.selected_asset_check_keys,
            )

    def _empty(self, asset: dg.AssetKey, partition: str) -> dg.AssetMaterialization:
        """Nothing is stored and no gate has spoken, but a backfill over it has to end."""
        metadata = {"dagster/row_count": 0, "nothing_landed": True}
        return dg.AssetMaterialization(
            asset, partition=partition, metadata=metadata, tags=own_version("empty")
        )

    def _materialized(
        self, asset: dg.AssetKey, partition: str, outcome: Outcome
    ) -> dg.AssetMaterialization:
        manifest = outcome.manifest
        if manifest is None:
            raise AssertionError("what is sealed has a manifest")
        if outcome.stage == RELEASE:
            tags = self._versions.tags(manifest.digest, "", [self._step.over.asset(RELEASED)])
            metadata = of_release(self._bench, outcome)
        else:
            inputs = [dep.asset_key for dep in self._step.over.reads(outcome.stage)]
            tags = self._versions.tags(manifest.content, STAGES[outcome.stage].code_version, inputs)
            metadata = of_partition(self._bench, outcome)
        metadata = told(metadata, self._bench.settings.dagster.counts)
        return dg.AssetMaterialization(asset, partition=partition, metadata=metadata, tags=tags)


def _judged(asset: dg.AssetKey, partition: str, outcome: Outcome, counts: Counts) -> Judged:
    rules = {check.check: (check.passed, told(check.numbers, counts)) for check in outcome.checks}
    return Judged(asset, outcome.stage, partition, not outcome.troubled, rules, outcome.why)
