"""The Dagster side of a gate: what is judged, sealed, refused, released and reported."""

from collections.abc import Sequence

import dagster as dg

from privacy_checks.gates.check import build_gate
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.protocol import StoredPartition, Verdict
from tests.fakes.gatekeeper import FakeGatekeeper

DAYS = dg.DailyPartitionsDefinition("2026-09-28", end_date="2026-10-05")


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
