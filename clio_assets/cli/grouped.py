"""Options that travel together: a dataclass whose fields are options stands for all of them.

    @dataclass(frozen=True)
    class Shown:
        html: HtmlOption = None
        as_json: JsonOption = False

    @grouped
    def names(context: typer.Context, shown: Shown) -> None: ...

On the command line `names` then has the options --html and --json, where `shown` stands.
"""

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_type_hints


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """The command with a parameter for each option, as Typer reads them."""
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: kind for name, kind in hints.items() if is_dataclass(kind)}
    parameters: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        if name in groups:
            parameters.extend(_options(groups[name]))
        else:
            named = parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[name])
            parameters.append(named)

    @functools.wraps(command)
    def whole(**given: Any) -> None:
        for name, group in groups.items():
            own = [one.name for one in fields(group) if one.name in given]
            given[name] = group(**{option: given.pop(option) for option in own})
        command(**given)

    whole.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    whole.__annotations__ = {one.name: one.annotation for one in parameters}
    return whole


def _options(group: Any) -> Iterator[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    for one in fields(group):
        default = inspect.Parameter.empty if one.default is MISSING else one.default
        yield inspect.Parameter(
            one.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hints[one.name]
        )
