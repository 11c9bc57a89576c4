"""Options that travel together."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from clio_assets.cli.grouped import grouped


@dataclass(frozen=True)
class Bread:
    """Two options, one of which must be given."""

    flour: Annotated[str, typer.Option(help="Which flour.")]
    loaves: Annotated[int, typer.Option("--count", min=1, help="How many.")] = 2


@dataclass(frozen=True)
class Shop:
    """An argument and an option that is off."""

    place: Annotated[Path | None, typer.Argument()] = None
    open_late: Annotated[bool, typer.Option("--late")] = False


def told(*line: str) -> tuple[int, list[object]]:
    """The exit code and what a command with both groups is called with."""
    app, found = typer.Typer(), []

    @app.command()
    @grouped
    def bake(context: typer.Context, bread: Bread, *, salt: bool = True, shop: Shop) -> None:
        found.extend([context.command.name, bread, salt, shop])

    return CliRunner().invoke(app, line).exit_code, found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (("--flour", "rye"), [Bread("rye"), True, Shop()]),
        (
            ("--late", "--no-salt", "--count", "5", "--flour", "oat", "corner"),
            [Bread("oat", 5), False, Shop(Path("corner"), True)],
        ),
    ],
)
def test_command_gets_its_groups_when_their_options_are_given(
    line: tuple[str, ...], expected: list[object]
) -> None:
    assert told(*line) == (0, ["bake", *expected])


@pytest.mark.parametrize("line", [(), ("--flour", "rye", "--count", "0")])
def test_command_is_not_called_when_an_option_of_a_group_is_wrong(line: tuple[str, ...]) -> None:
    assert told(*line) == (2, [])


def test_help_lists_options_in_the_order_of_the_groups_when_asked() -> None:
    app = typer.Typer(rich_markup_mode=None)

    @app.command()
    @grouped
    def bake(bread: Bread, shop: Shop, *, salt: bool = True) -> None:
        """Bake."""

    page = CliRunner().invoke(app, ["--help"]).stdout
    places = [page.index(name) for name in ("--flour", "--count", "--late", "--salt")]
    assert places == sorted(places)
