"""The runbook says what to do about everything that can fail."""

import re
from pathlib import Path
from typing import get_args

import pytest

import clio_assets.errors
from clio_assets.errors import ClioError
from clio_assets.lake.standing import State
from clio_assets.landing.lacking import LackingError
from privacy_checks.gates.meanings import MEANINGS, OF_THE_OPERATOR
from privacy_checks.gates.table import GATES

PAGE = (Path(__file__).parents[2] / "docs" / "runbook.md").read_text("utf-8")


def rows_of(heading: str) -> list[str]:
    """Names in the first column of the table below a heading, those of one cell one by one."""
    section = PAGE.split(f"{heading}\n", 1)[1].split("\n#", 1)[0]
    cells = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]


@pytest.mark.parametrize("stage", GATES)
def test_every_check_has_its_row_when_a_gate_refuses(stage: str) -> None:
    added = OF_THE_OPERATOR if stage == "published_insights" else {}
    assert sorted(rows_of(f"### `{stage}`")) == sorted([*MEANINGS[stage], *added])


def test_every_state_has_its_row_when_a_partition_is_looked_at() -> None:
    assert rows_of("## How a partition stands") == list(get_args(State))


def test_every_error_has_its_row_with_its_exit_code_when_a_command_stops() -> None:
    raised = [
        one
        for one in (*vars(clio_assets.errors).values(), LackingError)
        if isinstance(one, type) and issubclass(one, ClioError) and one is not ClioError
    ]
    assert sorted(rows_of("## What stops a command or a run")) == sorted(
        one.__name__ for one in raised
    )
    for error in raised:
        if error.__name__ != "RunError":
            assert f"| `{error.__name__}` | {error.exit_code} |" in PAGE
