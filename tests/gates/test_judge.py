"""One partition judged: what is sealed, and what an error may say."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa
import pytest

from privacy_checks.expectations.expected import between
from privacy_checks.gates.judge import GateError, judge_partition
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.rules.judging import expecting
from privacy_checks.stored.protocol import StoredPartition, Verdict
from tests.fakes.gatekeeper import FakeGatekeeper

CANARY = "canary-7f3a"


def test_verdicts_are_kept_and_told_when_a_partition_is_judged() -> None:
    gatekeeper = FakeGatekeeper()
    good, bad = (Verdict("columns", True),), (Verdict("columns", False),)
    day = ("facets", "2026-09-28", "run")
    assert judge_partition(gatekeeper, lambda *_: good, *day) == (True, good)
    assert judge_partition(gatekeeper, lambda *_: bad, *day) == (False, bad)
    assert (gatekeeper.sealed, gatekeeper.refused) == (["2026-09-28"], ["2026-09-28"])


def test_error_is_said_as_the_caller_says_it_when_it_contains_errors_itself() -> None:
    @contextmanager
    def own(stage: str, key: str) -> Iterator[None]:
        try:
            yield
        except ValueError:
            raise LookupError(f"{stage} {key} broke") from None

    def broken(partition: StoredPartition, policy: PrivacyPolicy) -> Sequence[Verdict]:
        raise ValueError(CANARY)

    gatekeeper = FakeGatekeeper()
    with pytest.raises(LookupError, match="facets 2026-09-28 broke"):
        judge_partition(gatekeeper, broken, "facets", "2026-09-28", "run", own)
    assert (gatekeeper.sealed, gatekeeper.refused) == ([], [])


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
