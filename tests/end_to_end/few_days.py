"""A small source, what some users ask for on four days of two weeks, and a policy for its homes."""

import json
from collections.abc import Mapping
from pathlib import Path

#: Two days of each week, and the number of the first thing that is asked for on each.
DAYS = {"2026-10-03": 100, "2026-10-04": 200, "2026-10-05": 300, "2026-10-06": 400}
FIRST, SECOND = "2026-09-28", "2026-10-05"  # the weeks

#: An operator's detector finds a project's name; too much of it in a day fails the facets' gate.
POLICY = 'extra_detectors = ["own_detectors:ProjectName"]\n'
OWN_DETECTORS = {"PYTHONPATH": str(Path(__file__).parent)}

TOPICS = ("translate a letter into Spanish", "fix a bug in my Python script")


def write_rows(path: Path, first_part: Mapping[str, int], count: int, name: str = "") -> None:
    """Conversations of some days about a handful of things, no two alike, ids of the file's own.

    `first_part` numbers what the users of a day ask for.
    """
    rows = [
        {
            "conversation_id": f"{path.stem} {day} {number}",
            "user_id": f"user {number % 40}",
            "started_at": f"{day}T10:{number % 60:02}:00Z",
            "messages": [
                {
                    "role": "user",
                    "content": f"please {TOPICS[number % 2]}{name}, part {first + number}",
                }
            ],
        }
        for day, first in first_part.items()
        for number in range(count)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def new_home(home: Path) -> Path:
    """A home with the policy and nothing else; its commands need OWN_DETECTORS."""
    home.mkdir()
    (home / "privacy.toml").write_text(POLICY)
    return home
