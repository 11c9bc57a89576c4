"""How a gate works: check the columns, gather the evidence, apply one rule after the other.

A rule is a function of evidence and policy. Most are a `Check`: a frame that is projected from the
evidence, and the expectations that Great Expectations validates on it. The joins and recounts that
make a gate independent happen before, over columns; the frames are what is left to be judged.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import pyarrow as pa

from privacy_checks.expectations.expected import Expected, allowed_columns
from privacy_checks.expectations.frames import Frame, data_frame, empty_frame
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.columns import Column, Columns, Tables, differences
from privacy_checks.stored.protocol import StoredPartition, Verdict

Numbers = Mapping[str, int | float]


@dataclass(frozen=True)
class Found:
    """What a rule found: how often it is broken, and other counts worth keeping."""

    violations: int
    numbers: Numbers = field(default_factory=dict)


Evidence = TypeVar("Evidence")
Rule = Callable[[Evidence, PrivacyPolicy], Found]
Rules = Mapping[str, Callable[[Evidence, PrivacyPolicy], Found]]
#: An expectation, or one that takes its parameters from the policy.
Expecting = Expected | Callable[[PrivacyPolicy], Expected]


@dataclass(frozen=True)
class Part(Generic[Evidence]):
    """A frame of the evidence, what is expected of it, and the numbers it says about itself."""

    frame: Callable[[Evidence], Frame]
    expecting: tuple[Expecting, ...]
    numbers: Callable[[Frame], Numbers]

    def expectations(self, policy: PrivacyPolicy) -> tuple[Expected, ...]:
        """The expectations under a policy."""
        return tuple(
            each if isinstance(each, Expected) else each(policy) for each in self.expecting
        )

    def found(self, evidence: Evidence, policy: PrivacyPolicy) -> Found:
        """The counts of the expectations, and the frame's own numbers."""
        frame = self.frame(evidence)
        found = validated(frame, *self.expectations(policy))
        return Found(found.violations, {**found.numbers, **self.numbers(frame)})


@dataclass(frozen=True)
class Check(Generic[Evidence]):
    """A rule that is a suite of expectations, over one frame or several."""

    parts: tuple[Part[Evidence], ...]

    def __call__(self, evidence: Evidence, policy: PrivacyPolicy) -> Found:
        """Validate all parts."""
        found = [part.found(evidence, policy) for part in self.parts]
        numbers = {name: number for one in found for name, number in one.numbers.items()}
        numbers["expectations"] = len(self.expectations(policy))
        return Found(sum(one.violations for one in found), numbers)

    def expectations(self, policy: PrivacyPolicy) -> tuple[Expected, ...]:
        """The expectations of all parts under a policy."""
        return tuple(one for part in self.parts for one in part.expectations(policy))


def expecting(
    frame: Callable[[Evidence], Frame],
    *expectations: Expecting,
    numbers: Callable[[Frame], Numbers] = lambda _: {},
) -> Check[Evidence]:
    """A check of one frame. `numbers` are counts of the frame that are worth keeping."""
    return Check((Part(frame, expectations, numbers),))


def all_of(*checks: Check[Evidence]) -> Check[Evidence]:
    """One check of several frames."""
    return Check(tuple(part for check in checks for part in check.parts))


def validated(frame: Frame, *expectations: Expected) -> Found:
    """How often expectations are broken in a frame, and their own counts."""
    from privacy_checks.expectations.suite import validate

    outcomes = validate(data_frame(frame), expectations)
    numbers = {name: number for one in outcomes for name, number in one.numbers.items()}
    return Found(
        sum(one.violations for one in outcomes), {**numbers, "expectations": len(outcomes)}
    )


def suite_of(
    allowed: Tables, rules: Rules[Evidence], policy: PrivacyPolicy
) -> Mapping[str, tuple[Expected, ...]]:
    """What a gate expects, check by check; nothing for a rule that is code alone."""
    found = {"columns": tuple(_expected_columns(columns) for columns in allowed.values())}
    for check, rule in rules.items():
        found[check] = rule.expectations(policy) if isinstance(rule, Check) else ()
    return found


def judge_tables(
    partition: StoredPartition,
    policy: PrivacyPolicy,
    allowed: Tables,
    gather: Callable[[StoredPartition, Mapping[str, pa.Table]], Evidence],
    rules: Rules[Evidence],
) -> tuple[Verdict, ...]:
    """One verdict a rule, `columns` first.

    Tables that are not what they should be cannot be judged: `columns` is then the only verdict,
    and it has failed.
    """
    found, tables = read_tables(partition, allowed)
    verdicts = [_verdict("columns", found)]
    if found.violations == 0:
        evidence = gather(partition, tables)
        verdicts += [_verdict(check, rule(evidence, policy)) for check, rule in rules.items()]
    return tuple(verdicts)


def read_tables(
    partition: StoredPartition, allowed: Tables
) -> tuple[Found, Mapping[str, pa.Table]]:
    """The allowed tables, and how far tables and columns are from what is allowed."""
    from privacy_checks.expectations.suite import validate

    unexpected = len(set(partition.tables) - set(allowed))
    present = [name for name in allowed if name in set(partition.tables)]
    tables = {name: partition.table(name) for name in present}
    wrong = 0
    for name in present:
        (outcome,) = validate(empty_frame(tables[name].schema), [_expected_columns(allowed[name])])
        # a frame knows neither what may be null nor what is within a vector
        wrong += max(outcome.violations, differences(tables[name], allowed[name]))
    missing = len(allowed) - len(present)
    numbers = {
        "tables_unexpected": unexpected,
        "tables_missing": missing,
        "columns_wrong": wrong,
        "rows": sum(table.num_rows for table in tables.values()),
        "expectations": len(present),
    }
    return Found(unexpected + missing + wrong, numbers), tables


def _expected_columns(columns: Columns) -> Expected:
    return allowed_columns({column.name: (_type_pattern(column),) for column in columns})


def _type_pattern(column: Column) -> str:
    """The name that pandas gives the column's Arrow type, as a regular expression."""
    import re

    if column.type is None:
        return r"fixed_size_list<[^<>]*: float(?: not null)?>\[[1-9]\d*\]\[pyarrow\]"
    return re.escape(f"{column.type}[pyarrow]")


def _verdict(check: str, found: Found) -> Verdict:
    numbers = {"violations": found.violations, **found.numbers}
    return Verdict(check, found.violations == 0, numbers)
