"""Records of shapes that make pieces, to what grouping makes of them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from clio_assets.sources.formats import read
from clio_assets.sources.formats.protocol import Aside, Keys, Piece, SourceFormat
from clio_assets.sources.grouping.grouper import Grouper

#: Files that real loggers wrote; they lie beside the repository, not in it.
WRITTEN = Path(__file__).parents[2].parent / "shared" / "cases" / "sources"


class Talk(NamedTuple):
    """What the tests compare of a conversation."""

    conversation: str | None
    user: str | None
    turns: tuple[tuple[str, str], ...]
    losses: tuple[str, ...] = ()
    pieces: int = 1


def pieces_of(
    shape: SourceFormat, record: Mapping[str, Any], keys: Keys | None = None
) -> list[Piece | Aside]:
    """What a record holds."""
    found = list(read(shape, record, keys or Keys()))
    assert all(isinstance(piece, Piece | Aside) for piece in found)
    return found  # type: ignore[return-value]


def talks(
    shape: SourceFormat, records: Iterable[Mapping[str, Any]], keys: Keys | None = None
) -> list[Talk]:
    """The conversations of the records, by their first turns."""
    grouper = Grouper()
    for record in records:
        for piece in pieces_of(shape, record, keys):
            if isinstance(piece, Piece):
                grouper.add(piece)
    found = [
        Talk(
            one.conversation_id,
            one.user_id,
            tuple((turn["role"], turn["content"]) for turn in json.loads(one.messages)),
            one.losses,
            one.pieces,
        )
        for one in grouper.conversations()
    ]
    return sorted(found, key=lambda talk: (talk.turns, str(talk.conversation)))


def written(name: str) -> Path:
    """A file that a real logger wrote; skips where it is not there."""
    path = WRITTEN / name
    if not path.exists():
        pytest.skip(f"{name} lies beside the repository where the project is built, not in it")
    return path


#: What the samples of real loggers hold of the first of their conversations.
TRAINS = (
    ("system", "[system prompt]"),
    ("user", "Which trains go to the coast on Friday?"),
    ("assistant", "Let me look at the timetable.\n[tool call: timetable]"),
    ("tool", "[tool result]"),
    ("assistant", "Three trains go, at eight, noon and six."),
    ("user", "May I take my bicycle?\n[image]"),
    ("assistant", "Yes, bicycles travel free after nine."),
)
