"""Options that several commands share."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, cast, get_args

import typer

from clio_assets.errors import UsageError
from clio_assets.ground.windows import map_of, window_in
from clio_assets.home.home import DEFAULT_HOME, Home
from clio_assets.home.settings import Format, SourceSettings

SourceArgument = Annotated[
    list[str] | None,
    typer.Argument(
        help="Files, folders, globs or fsspec URLs: .jsonl, .json, .csv (.gz, .zst), .parquet, "
        ".arrow, .db, .zip; docs/sources.md.",
        show_default=False,
    ),
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format", help=f"Shape of the records: {', '.join(get_args(Format))}. Default: guessed."
    ),
]
DayOption = Annotated[
    datetime | None,
    typer.Option(
        "--day", formats=["%Y-%m-%d"], help="Day (UTC) of records that carry no timestamp."
    ),
]
OwnUserOption = Annotated[
    bool,
    typer.Option(
        "--each-conversation-is-a-user",
        help="For sources without user ids: count each conversation as its own user. The "
        "thresholds then count conversations only.",
    ),
]
MapOption = Annotated[
    str | None,
    typer.Option("--map", help="A named map of clio.toml. Default: the map of all conversations."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the documented JSON form.")]


def source_settings(
    base: SourceSettings,
    paths: list[str] | None,
    shape: str | None,
    day: datetime | None,
    own_user: bool,
) -> SourceSettings:
    """The source that the options describe, on top of the [source] section of clio.toml."""
    shape = known_format(shape)
    changes: dict[str, object] = {}
    if paths:
        changes["paths"] = tuple(_absolute(path) for path in paths)
    if shape is not None:
        changes["format"] = shape
    if day is not None:
        changes["day"] = date(day.year, day.month, day.day)
    if own_user:
        changes["each_conversation_is_a_user"] = True
    return SourceSettings.model_validate(base.model_dump() | changes)


@dataclass(frozen=True)
class Given:
    """What the command line says of a source."""

    source: SourceArgument = None
    shape: FormatOption = None
    day: DayOption = None
    own_user: OwnUserOption = False

    def over(self, base: SourceSettings) -> SourceSettings:
        """On top of the [source] section of clio.toml."""
        return source_settings(base, self.source, self.shape, self.day, self.own_user)


def map_and_window(named: str | None, window: str | None) -> tuple[str, str | None]:
    """The map ("": of all conversations) and the window of it, None for the newest, that --map and
    a window name, which may be a window of that map or its whole key.

    >>> map_and_window("mobile", "2026-01-05"), map_and_window(None, "mobile@2026-01-05")
    (('mobile', '2026-01-05'), ('mobile', '2026-01-05'))
    """
    of_window = map_of(window or "")
    if named is not None and of_window not in ("", named):
        raise UsageError("the window is of another map than the one that --map names")
    return named or of_window, window_in(window) if window else None


def known_format(shape: str | None) -> Format | None:
    """The shape of that name. UsageError where there is none."""
    if shape is not None and shape not in get_args(Format):
        raise UsageError(f"--format must be one of {', '.join(get_args(Format))}")
    return cast("Format | None", shape)


def as_typed(home: Home, command: str) -> str:
    """A command on this home, as one would type it here."""
    here, path = Path.cwd(), home.path
    if path == Path(DEFAULT_HOME).absolute():
        return f"clio {command}"
    return f"clio --home {path.relative_to(here) if path.is_relative_to(here) else path} {command}"


def _absolute(path: str) -> str:
    """Local paths are kept absolute, so that Dagster finds them from any working directory."""
    return path if "://" in path else str(Path(path).expanduser().absolute())
