"""The stream of conversations, in time order and one at a time.

Ordinary conversations are drawn hour by hour; planned ones are merged in at their moments. Nothing
is kept but the plan, so that any number of conversations takes the same memory.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple

from clio_assets.sample.compose import (
    Message,
    assistant_messages,
    draw_turns,
    interleave,
    user_messages,
)
from clio_assets.sample.edges import SHAPES, right_to_left
from clio_assets.sample.personal_data.plant import Planted, Planter
from clio_assets.sample.rhythm import Cell, cells, timetable
from clio_assets.sample.settings import SampleSettings
from clio_assets.sample.specials import Special, plan
from clio_assets.sample.tree import ENGLISH, Language, Topic, load_tree
from clio_assets.sample.users import Users, user_id
from clio_assets.sample.voice import voice

_CLIENTS = ("web", "web", "web", "ios", "android", "desktop", "api")
_ECHOED = 0.15  # share of personal data that the assistant repeats
_UNANSWERED = 0.02  # share of conversations that end with the user's turn


class Sample(NamedTuple):
    """A conversation as the source holds it, what is true of it, and its user's number."""

    record: dict[str, Any]
    truth: dict[str, Any]
    user: int


def conversations(settings: SampleSettings) -> Iterator[Sample]:
    """All conversations of a sample, ordered by `started_at`; the same for the same settings."""
    stream = _Stream(settings)
    planned = plan(settings)
    position = 0
    for second, cell, random in _moments(stream, settings.conversations - len(planned)):
        while position < len(planned) and planned[position].second <= second:
            yield stream.special(planned[position])
            position += 1
        yield stream.ordinary(second, cell, random)
    for special in planned[position:]:
        yield stream.special(special)


def _moments(stream: "_Stream", count: int) -> Iterator[tuple[int, Cell, Random]]:
    """When an ordinary conversation begins and what it is about."""
    settings = stream.settings
    for hour in timetable(stream.cells, settings, count):
        if not hour.conversations:
            continue
        random = Random(f"{settings.seed}:hour:{hour.number}")
        drawn = random.choices(
            stream.cells, cum_weights=hour.cumulative_weights, k=hour.conversations
        )
        offsets = sorted(int(random.random() * 3_600) for _ in drawn)
        for offset, cell in zip(offsets, drawn, strict=True):
            yield hour.number * 3_600 + offset, cell, random


class _Stream:
    """What making conversations one after the other has to remember."""

    def __init__(self, settings: SampleSettings) -> None:
        self.settings = settings
        self.tree = load_tree()
        self.cells = cells(self.tree)
        self.users = Users(self.cells, settings.conversations)
        self.planter = Planter(settings.seed)
        self._midnight = datetime.combine(settings.first_day, time())  # UTC

    def ordinary(self, second: int, cell: Cell, random: Random) -> Sample:
        """A conversation of the cell, with personal data in some."""
        topic, language = cell.topic, cell.language
        user = self.users.draw(cell, random)
        speaker = voice(topic, language, random)
        count = draw_turns(random)
        turns = user_messages(speaker, count)
        replies = assistant_messages(speaker, count)
        pieces: list[Planted] = []
        if random.random() < self.settings.personal_data_share:
            pieces = self.planter.plant(language.carriers, language.code, count, random)
            _insert(pieces, turns, replies, language, random)
        messages = interleave(turns, replies)
        if random.random() < _UNANSWERED:
            messages.pop()
        record = self._record(second, user, topic, messages, random)
        truth = _truth(record["conversation_id"], topic, language.name)
        if pieces:
            truth["personal_data"] = [_found(piece, messages) for piece in pieces]
        return Sample(record, truth, user)

    def special(self, special: Special) -> Sample:
        """A planned conversation; everything about it follows from its label."""
        random = Random(f"{self.settings.seed}:{special.label}")
        language = self.tree.languages[ENGLISH]
        speaker = voice(special.topic, language, random)
        overrides: dict[str, Any] = {}
        if special.edge == "right_to_left":
            messages, overrides = right_to_left(int(special.label.rpartition(":")[2]))
        elif special.edge:
            messages = SHAPES[special.edge](speaker)
        else:
            count = draw_turns(random)
            messages = interleave(user_messages(speaker, count), assistant_messages(speaker, count))
        user = self.users.special(special.account)
        record = self._record(special.second, user, special.topic, messages, random)
        original = record["conversation_id"]
        if special.copy == "resent":
            record["conversation_id"] = _conversation_id(random)
        truth = _truth(record["conversation_id"], special.topic, language.name)
        truth |= overrides | {
            "rare": special.rare,
            "coordinated": special.coordinated,
            "edge": special.edge,
            "duplicate_of": original if special.copy else None,
        }
        return Sample(record, truth, user)

    def _record(
        self, second: int, user: int, topic: Topic, messages: list[Message], random: Random
    ) -> dict[str, Any]:
        """The record in the plain shape; classifier verdict and metadata are not always there."""
        started_at = self._midnight + timedelta(seconds=second)
        record: dict[str, Any] = {
            "conversation_id": _conversation_id(random),
            "user_id": user_id(user, self.settings.seed),
            "started_at": f"{started_at.isoformat()}Z",
            "messages": messages,
        }
        if random.random() < 0.7:
            version = f"{3 + int(random.random() * 2)}.{int(random.random() * 9)}"
            client = _CLIENTS[int(random.random() * len(_CLIENTS))]
            record["metadata"] = {"client": client, "version": version}
        known = random.random()
        if known >= 0.08:
            record["flagged"] = random.random() < topic.flag_rate if known >= 0.15 else None
        return record


def _conversation_id(random: Random) -> str:
    return f"conv-{random.getrandbits(80):020x}"


def _insert(
    pieces: list[Planted], turns: list[str], replies: list[str], language: Language, random: Random
) -> None:
    """Add the carrying sentences to the user's turns, and a few values to the replies."""
    for piece in pieces:
        turn = turns[piece.turn]
        space = "\n" if "\n" in turn else " "
        turns[piece.turn] = f"{turn}{space}{piece.sentence}"
        if random.random() < _ECHOED:
            echo = random.choice(language.echoes).replace("{value}", piece.value)
            replies[piece.turn] = f"{replies[piece.turn]} {echo}"


def _found(piece: Planted, messages: list[Message]) -> dict[str, Any]:
    """The truth about a piece of personal data, with the positions of messages that hold it."""
    found: dict[str, Any] = {
        "kind": piece.kind,
        "value": piece.value,
        "obfuscated": piece.value != piece.plain,
        "messages": [i for i, message in enumerate(messages) if piece.value in message["content"]],
    }
    if found["obfuscated"]:
        found["plain"] = piece.plain
    return found


def _truth(conversation_id: str, topic: Topic, language: str) -> dict[str, Any]:
    return {
        "conversation_id": conversation_id,
        "domain": topic.domain,
        "topic": topic.name,
        "language": language,
        "trend": topic.trend,
        "concern": topic.concern,
        "rare": False,
        "coordinated": False,
        "edge": None,
        "duplicate_of": None,
        "personal_data": [],
    }
