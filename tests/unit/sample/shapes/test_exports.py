"""The sample in the shapes of exports and public data sets is read as what it was."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from clio_assets.home.settings import Format
from clio_assets.sample.settings import SampleSettings
from clio_assets.sample.shapes import SHAPES
from clio_assets.sample.stream import conversations
from clio_assets.sources.formats import FORMATS, detect, plain, read
from clio_assets.sources.formats.protocol import Keys, ParsedConversation, Piece

EXPORTS: tuple[Format, ...] = (
    "wildchat",
    "lmsys",
    "arena",
    "sharegpt",
    "chatgpt",
    "claude",
    "deepseek",
    "open-webui",
    "librechat",
    "inspect",
)


class Told(NamedTuple):
    """What is compared of a conversation."""

    user: str | None
    day: str | None
    flagged: bool | None
    messages: tuple[tuple[str, str], ...]


@pytest.fixture(scope="module")
def sample() -> list[Mapping[str, Any]]:
    settings = SampleSettings(conversations=600)
    found = {made.record["conversation_id"]: made.record for made in conversations(settings)}
    return list(found.values())


def told(identifier: str | None, started: datetime | None, *rest: Any) -> tuple[str, Told]:
    assert identifier is not None
    day = started.astimezone(UTC).date().isoformat() if started else None
    user, flagged, messages = rest
    return identifier, Told(user, day, flagged, tuple(messages))


def read_back(name: Format, records: list[Mapping[str, Any]]) -> Iterator[tuple[str, Told]]:
    pieces: dict[str | None, list[Piece]] = defaultdict(list)
    for record in records:
        for part in read(FORMATS[name], record, Keys()):
            if isinstance(part, ParsedConversation):
                rest = (part.user_id, part.flagged, part.messages)
                yield told(part.conversation_id, part.started_at, *rest)
            else:
                assert isinstance(part, Piece)
                pieces[part.conversation_id].append(part)
    for identifier, found in pieces.items():  # in the order of the sample, one branch each
        first, messages = found[0], [turn for piece in found for turn in piece.messages]
        yield told(identifier, first.at, first.user_id, first.flagged, messages)


@pytest.mark.parametrize("name", EXPORTS)
def test_records_are_read_as_the_sample_when_they_are_in_the_shape_of_an_export(
    name: Format, sample: list[Mapping[str, Any]]
) -> None:
    shape = SHAPES[name]
    records = list(shape.records(sample))
    assert detect(records[:100]).name == name
    expected = {
        conversation["conversation_id"]: Told(
            None if "users" in shape.lacks else parsed.user_id,
            None if "times" in shape.lacks else str(conversation["started_at"])[:10],
            None if "flags" in shape.lacks else parsed.flagged,
            parsed.messages,
        )
        for conversation in sample
        for parsed in [plain.parse(conversation)]
    }
    assert dict(read_back(name, records)) == expected
