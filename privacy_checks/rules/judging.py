"""How a gate works: check the columns, gather the evidence, apply one rule after the other.

A rule is a function of evidence and policy. Judgements of columns are frames that are projected
from the evidence, and the expectations that Great Expectations validates on them (`FrameRule`).
Where two columns must hold the same, the rows are counted in which they do not; where something
must not occur at all, the rule is the count of it (`CountRule`). The joins and
recounts that make a gate independent happen before, over columns.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import pyarrow as pa

from privacy_checks.expectations.expected import Expected, allowed_columns
from privacy_checks.expectations.frames import Frame, data_frame, empty_frame, rows_that_differ
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.columns import Column, Columns, Tables, differences
from privacy_checks.stored.protocol import StoredPartition, Verdict

Amounts = Mapping[str, int | float]


@dataclass(frozen=True)
class RuleResult:
    """What a rule found: how often it is broken, and other counts worth keeping.

    `expectations` is how many Great Expectations validated for it.
    """

    violations: int
    numbers: Amounts = field(default_factory=dict)
    expectations: int = 0


Evidence = TypeVar("Evidence")
Rule = Callable[[Evidence, PrivacyPolicy], RuleResult]
GateRules = Mapping[str, Rule[Evidence]]
#: An expectation, or one that takes its parameters from the policy.
Expecting = Expected | Callable[[PrivacyPolicy], Expected]


@dataclass(frozen=True)
class FrameRule(Generic[Evidence]):
    """A frame of the evidence, what is expected of it, and the numbers it says about itself.

    Each row in which the two columns of a pair in `same` differ breaks the rule once.
    """

    frame: Callable[[Evidence], Frame]
    expecting: tuple[Expecting, ...]
    same: tuple[tuple[str, str], ...]
    numbers: Callable[[Frame], Amounts]

    def expectations(self, policy: PrivacyPolicy) -> tuple[Expected, ...]:
        """The expectations under a policy."""
        return tuple(
            each if isinstance(each, Expected) else each(policy) for each in self.expecting
        )

    def __call__(self, evidence: Evidence, policy: PrivacyPolicy) -> RuleResult:
        """Validate the frame; the numbers are those of the expectations and the frame's own."""
        from privacy_checks.expectations.suite import validate

        frame = self.frame(evidence)
        judged = data_frame(frame)
        expectations = self.expectations(policy)
        outcomes = validate(judged, expectations) if expectations else ()
        differing = sum(rows_that_differ(judged, *pair) for pair in self.same)
        numbers = {name: number for one in outcomes for name, number in one.numbers.items()}
        return RuleResult(
            sum(one.violations for one in outcomes) + differing,
            {**numbers, **self.numbers(frame)},
            len(outcomes),
        )


@dataclass(frozen=True)
class CountRule(Generic[Evidence]):
    """Counts, of which some must be 0; each of those that is not breaks the rule once."""

    count: Callable[[Evidence], Mapping[str, int]]
    none_of: tuple[str, ...]

    def __call__(self, evidence: Evidence, policy: PrivacyPolicy) -> RuleResult:
        """Count; the numbers are all counts."""
        del policy
        numbers = dict(self.count(evidence))
        return RuleResult(sum(numbers[name] > 0 for name in self.none_of), numbers)


@dataclass(frozen=True)
class JointRule(Generic[Evidence]):
    """Several rules as one: it is broken as often as they are."""

    rules: tuple[Rule[Evidence], ...]

    def expectations(self, policy: PrivacyPolicy) -> tuple[Expected, ...]:
        """The expectations of all rules under a policy."""
        return tuple(one for rule in self.rules for one in _expectations_of(rule, policy))

    def __call__(self, evidence: Evidence, policy: PrivacyPolicy) -> RuleResult:
        """Apply all rules."""
        found = [rule(evidence, policy) for rule in self.rules]
        return RuleResult(
            sum(one.violations for one in found),
            {name: number for one in found for name, number in one.numbers.items()},
            sum(one.expectations for one in found),
        )


def expecting(
    frame: Callable[[Evidence], Frame],
    *expectations: Expecting,
    same: Sequence[tuple[str, str]] = (),
    numbers: Callable[[Frame], Amounts] = lambda _: {},
) -> FrameRule[Evidence]:
    """A rule of one frame: what is expected of its columns, and which two hold the same.

    `numbers` are counts of the frame that are worth keeping.
    """
    return FrameRule(frame, expectations, tuple(same), numbers)


def counting(count: Callable[[Evidence], Mapping[str, int]], *none_of: str) -> CountRule[Evidence]:
    """A rule of counts, of which the named ones must be 0; the others are worth keeping."""
    return CountRule(count, none_of)


def none_of(**counts: Callable[[Evidence], int]) -> CountRule[Evidence]:
    """A rule of counts of what must not be there at all."""
    return CountRule(
        lambda evidence: {name: count(evidence) for name, count in counts.items()}, tuple(counts)
    )


def all_of(*rules: Rule[Evidence]) -> JointRule[Evidence]:
    """One rule of several."""
    return JointRule(rules)


def joint(rules: GateRules[Evidence], further: GateRules[Evidence]) -> GateRules[Evidence]:
    """The rules, each with the further one of the same check, if there is one."""
    return {
        check: all_of(rule, further[check]) if check in further else rule
        for check, rule in rules.items()
    }


def suite_of(
    allowed: Tables, rules: GateRules[Evidence], policy: PrivacyPolicy
) -> Mapping[str, tuple[Expected, ...]]:
    """What a gate expects of columns, check by check; nothing for a rule that only counts."""
    found = {"columns": tuple(_expected_columns(columns) for columns in allowed.values())}
    for check, rule in rules.items():
        found[check] = _expectations_of(rule, policy)
    return found


def _expectations_of(rule: Rule[Evidence], policy: PrivacyPolicy) -> tuple[Expected, ...]:
    return rule.expectations(policy) if isinstance(rule, FrameRule | JointRule) else ()


def judge_tables(
    partition: StoredPartition,
    policy: PrivacyPolicy,
    allowed: Tables,
    gather: Callable[[StoredPartition, Mapping[str, pa.Table]], Evidence],
    rules: GateRules[Evidence],
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
) -> tuple[RuleResult, Mapping[str, pa.Table]]:
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
    }
    return RuleResult(unexpected + missing + wrong, numbers, len(present)), tables


def _expected_columns(columns: Columns) -> Expected:
    return allowed_columns({column.name: (_type_pattern(column),) for column in columns})


def _type_pattern(column: Column) -> str:
    """The name that pandas gives the column's Arrow type, as a regular expression."""
    import re

    if column.type is None:
        return r"fixed_size_list<[^<>]*: float(?: not null)?>\[[1-9]\d*\]\[pyarrow\]"
    return re.escape(f"{column.type}[pyarrow]")


def _verdict(check: str, found: RuleResult) -> Verdict:
    numbers = {
        "violations": found.violations,
        **found.numbers,
        "expectations": found.expectations,
    }
    return Verdict(check, found.violations == 0, numbers)
