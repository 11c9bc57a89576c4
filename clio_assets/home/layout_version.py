"""The version of how a home's files lie, and the way from an older one to the present one.

`home.json` says it. Homes of before it was said are of version 1. Whoever changes where or in which
form anything of a home lies raises LAYOUT and adds the step that leads there.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from clio_assets.errors import HomeError

LAYOUT: Final = 2
FIRST_LAYOUT: Final = 1
HOME_RECORD: Final = "home.json"

Step = Callable[[Path], None]


def _says_its_version(_: Path) -> None:
    """To version 2: nothing lies elsewhere, `home.json` says its version from now on."""


#: From each version to the next. A step may be cut short and is then done again as a whole, so
#: doing it twice is the same as doing it once.
STEPS: Final[Mapping[int, Step]] = {1: _says_its_version}


def layout_of(home: Path) -> int:
    """The version that a home says it is of; the present one where there is no home yet.

    HomeError where that is newer than this version of clio-assets knows. One small file is read;
    a damaged one is no reason to stop here, but wherever what it says is needed.
    """
    try:
        record = json.loads((home / HOME_RECORD).read_bytes())
    except FileNotFoundError:
        return LAYOUT
    except ValueError:
        return FIRST_LAYOUT
    layout = record.get("layout", FIRST_LAYOUT) if isinstance(record, dict) else FIRST_LAYOUT
    if type(layout) is not int:
        return FIRST_LAYOUT
    if layout > LAYOUT:
        raise HomeError(
            f"this home was made by a newer version of clio-assets (layout {layout}, this one "
            f"knows up to {LAYOUT}); upgrade clio-assets"
        )
    return layout


def migrate(home: Path, said: Callable[[int], None], steps: Mapping[int, Step] = STEPS) -> None:
    """Bring a home to the present version step by step; `said` keeps each version once reached."""
    for version in range(layout_of(home), LAYOUT):
        steps[version](home)
        said(version + 1)


def damaged_record() -> HomeError:
    """That `home.json` cannot be read, and what to do about it."""
    return HomeError("home.json is damaged; restore it from a backup")
