"""The Dagster side of a gate: what is judged, sealed, refused, released and reported."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import dagster as dg
import pyarrow as pa
import pytest

from privacy_checks.expectations.expected import between
from privacy_checks.gates.check import GateError, build_gate, judge_partition
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.rules.judging import expecting
from privacy_checks.stored.protocol import StoredPartition, Verdict

DAYS = dg.DailyPartitionsDefinition("2026-09-28", end_date="2026-10-05")
CANARY = "canary-7f3a"


@dataclass(frozen=True)
class FakePartition:
    stage: str
    key: str
    analyst: str = ""
    tables: Sequence[str] = ()

    def table(self, name: str) -> pa.Table:
        raise KeyError(name)

    def inputs(self, stage: str) -> Sequence[StoredPartition]:
        return ()


@dataclass
class FakeGatekeeper:
    """Seals by the verdicts and remembers what it was told."""

    policy: PrivacyPolicy = field(default_factory=PrivacyPolicy)
    sealed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)

    def stored(self, stage: str, key: str) -> FakePartition:
        return FakePartition(stage, key)

    def decide(self, partition: StoredPartition, verdicts: Iterable[Verdict], run_id: str) -> bool:
        passed = all(verdict.passed for verdict in verdicts)
        (self.sealed if passed else self.refused).append(partition.key)
        return passed

    def release(self, partition: StoredPartition) -> None:
        self.released.append(partition.key)


def bad_wednesday(partition: StoredPartition, policy: PrivacyPolicy) -> Sequence[Verdict]:
    return (
        Verdict("columns", True),
        Verdict("accounting", partition.key != "2026-09-30", {"missing": 3}),
    )


def run_gate(
    gatekeeper: FakeGatekeeper, *, releases: bool = False
) -> tuple[dg.ExecuteInProcessResult, list[str]]:
    """Materialize three days and a downstream asset in one run; the downstream runs, if it did."""
    ran: list[str] = []

    @dg.asset(name="facets", partitions_def=DAYS, backfill_policy=dg.BackfillPolicy.single_run())
    def facets() -> None: ...

    @dg.asset(partitions_def=DAYS, deps=[facets], backfill_policy=dg.BackfillPolicy.single_run())
    def downstream() -> None:
        ran.append("downstream")

    gate = build_gate("facets", bad_wednesday, DAYS, releases=releases)
    definitions = dg.Definitions(
        assets=[facets, downstream],
        asset_checks=[gate],
        jobs=[dg.define_asset_job("days")],
        resources={"gatekeeper": gatekeeper},
    )
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("days").execute_in_process(
            instance=instance,
            tags={
                "dagster/asset_partition_range_start": "2026-09-28",
                "dagster/asset_partition_range_end": "2026-09-30",
            },
            raise_on_error=False,
        )
    return result, ran


def test_gate_seals_the_good_days_and_stops_the_run_when_one_day_is_bad() -> None:
    gatekeeper = FakeGatekeeper()
    result, ran = run_gate(gatekeeper)
    assert not result.success
    assert ran == []
    assert gatekeeper.sealed == ["2026-09-28", "2026-09-29"]
    assert gatekeeper.refused == ["2026-09-30"]


def test_gate_reports_counts_and_the_policy_when_it_has_judged() -> None:
    gatekeeper = FakeGatekeeper()
    result, _ = run_gate(gatekeeper)
    (evaluation,) = result.get_asset_check_evaluations()
    assert evaluation.metadata["refused"].value == {"2026-09-30": ["accounting"]}
    assert evaluation.metadata["policy_digest"].value == gatekeeper.policy.digest
    numbers = evaluation.metadata["numbers"].value
    assert numbers["2026-09-30"]["accounting"] == {"passed": 0, "missing": 3}  # type: ignore[index]


def test_gate_releases_what_it_sealed_and_nothing_else_when_it_is_the_last() -> None:
    gatekeeper = FakeGatekeeper()
    run_gate(gatekeeper, releases=True)
    assert gatekeeper.released == ["2026-09-28", "2026-09-29"]


def test_gate_seals_nothing_and_quotes_nothing_when_its_judge_breaks() -> None:
    def broken(partition: StoredPartition, policy: PrivacyPolicy) -> Sequence[Verdict]:
        raise ValueError(f"could not parse {CANARY}")

    gatekeeper = FakeGatekeeper()
    with pytest.raises(GateError, match="facets 2026-09-28 could not run") as caught:
        judge_partition(gatekeeper, broken, "facets", "2026-09-28", "run")
    assert CANARY not in str(caught.value)
    assert caught.value.__suppress_context__
    assert gatekeeper.sealed == []


def test_gate_names_the_expectation_and_quotes_nothing_when_it_cannot_be_worked_out() -> None:
    def broken(partition: StoredPartition, policy: PrivacyPolicy) -> Sequence[Verdict]:
        rule = expecting(lambda _: {"text": pa.array([CANARY])}, between("text", at_least=1))
        rule(partition, policy)
        return ()

    gatekeeper = FakeGatekeeper()
    with pytest.raises(GateError, match="expect_column_values_to_be_between") as caught:
        judge_partition(gatekeeper, broken, "facets", "2026-09-28", "run")
    assert CANARY not in str(caught.value)
    assert gatekeeper.sealed == []
