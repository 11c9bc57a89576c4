"""How a gate works: check the columns, gather the evidence, apply one rule after the other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import pyarrow as pa

from privacy_checks.gates.columns import Tables, differences
from privacy_checks.gates.protocol import StoredPartition, Verdict
from privacy_checks.policy import PrivacyPolicy


@dataclass(frozen=True)
class Found:
    """What a rule found: how often it is broken, and other counts worth keeping."""

    violations: int
    numbers: Mapping[str, int | float] = field(default_factory=dict)


Evidence = TypeVar("Evidence")
Rule = Callable[[Evidence, PrivacyPolicy], Found]
Rules = Mapping[str, Callable[[Evidence, PrivacyPolicy], Found]]


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
    unexpected = len(set(partition.tables) - set(allowed))
    present = [name for name in allowed if name in set(partition.tables)]
    tables = {name: partition.table(name) for name in present}
    wrong = sum(differences(tables[name], allowed[name]) for name in present)
    missing = len(allowed) - len(present)
    numbers = {
        "tables_unexpected": unexpected,
        "tables_missing": missing,
        "columns_wrong": wrong,
        "rows": sum(table.num_rows for table in tables.values()),
    }
    return Found(unexpected + missing + wrong, numbers), tables


def _verdict(check: str, found: Found) -> Verdict:
    numbers = {"violations": found.violations, **found.numbers}
    return Verdict(check, found.violations == 0, numbers)
