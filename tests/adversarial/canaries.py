"""Strings that nobody could guess, planted wherever a source can hold one."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from clio_assets.sample.settings import SampleSettings
from clio_assets.sample.stream import conversations

Record = dict[str, Any]

#: Every planted string begins with the stem of its kind, so that a piece of one is found as well.
#: Some look like words, so that no detector masks them; some like keys; two need escaping.
STEMS = {
    "message": "brolvindaquist",
    "message_key": "q7zk4xw9vb2t",
    "message_accented": "žulčánděřbrüx",
    "message_of_four_users": "drindlevorkash",
    "answer": "plonquavestrix",
    "system": "mervaltoqinsk",
    "tool_name": "krundavexitol",
    "tool_input": "wexholmbratiq",
    "tool_result": "sploquendrivat",
    "user": "vantrobelquisk",
    "conversation": "zmk3p8qfx6hw",
    "metadata_name": "trulbenqaviks",
    "metadata_value": "floxtremandiq",
    "model": "garnivoltequx",
    "language": "haxelbrunvoqi",
    "title": "jundrevalqosti",
    "folder": "quibrandolvex",
    "file": "yostrelmavinq",
    "reject": "nabrulqexitond",
    "reject_name": "oltrivenquabsk",
    "reject_bytes": "ubvoxtranqelim",
}
_LETTERS = "bcdfghjklmnprstvwz"


@dataclass
class Planter:
    """Draws canaries: a stem and letters of its own. `planted` are all of them."""

    random: Random
    planted: list[str] = field(default_factory=list)

    def draw(self, kind: str) -> str:
        canary = STEMS[kind] + "".join(self.random.choices(_LETTERS, k=6))
        self.planted.append(canary)
        return canary


@dataclass(frozen=True)
class PlantedSources:
    """Four sources of different shapes: what to give to `clio run` one by one."""

    sources: tuple[tuple[str, ...], ...]
    planted: tuple[str, ...]


def plant(folder: Path, count: int = 300) -> PlantedSources:
    """Write the sources: real topics in two weeks, most conversations with canaries."""
    planter = Planter(Random(20260928))
    records = [sample.record for sample in conversations(SampleSettings(count, weeks=2))]
    users = {user: planter.draw("user") for user in sorted({r["user_id"] for r in records})}
    shared = planter.draw("message_of_four_users")
    for number, record in enumerate(records):
        del record["messages"][_TURNS:]
        record["started_at"] = _moved(record["started_at"])
        record["user_id"] = users[record["user_id"]]
        record["conversation_id"] = planter.draw("conversation")
        _speak(record, planter, shared if number % 100 == 7 else None)
    shapes: tuple[tuple[str, Callable[[Record, Planter], Record]], ...] = (
        ("plain", _plain),
        ("wildchat", _wildchat),
        ("messages-api", _messages_api),
        ("chatgpt", _chatgpt),
    )
    sources = []
    for place, (shape, build) in enumerate(shapes):
        home = folder / planter.draw("folder") / shape
        home.mkdir(parents=True)
        chosen = [r for n, r in enumerate(records) if _SHARE[n % len(_SHARE)] == place]
        lines = [
            json.dumps(build(record, planter), ensure_ascii=n % 2 == 0).encode()
            for n, record in enumerate(chosen)
        ]
        name = planter.draw("file")
        if shape == "chatgpt":
            (home / f"{name}.json").write_bytes(b"[" + b",\n".join(lines) + b"]")
            sources.append((str(home), "--each-conversation-is-a-user"))
            continue
        rejects = (
            list(_rejects(planter))
            if shape == "plain"
            else [b'{"broken": "' + planter.draw("reject").encode()]
        )
        for reject in rejects:
            lines.insert(planter.random.randint(min(20, len(lines)), len(lines)), reject)
        (home / f"{name}.jsonl").write_bytes(b"\n".join(lines) + b"\n")
        sources.append((str(home),))
    return PlantedSources(tuple(sources), tuple(planter.planted))


#: Turns of a conversation: longer ones take longer and hold nothing else.
_TURNS = 3

#: The last days of one week and the first of another: fewer partitions take less time.
_DAYS = (("2026-10-03", "2026-10-04"), ("2026-10-05", "2026-10-06"))

#: Six of ten conversations are plain; the others are of the shapes that come next.
_SHARE = (0, 1, 0, 2, 0, 0, 3, 0, 1, 0)


def _moved(moment: str) -> str:
    """The same time of one of the four days, in the same order of weeks."""
    day, _, time = moment.partition("T")
    return f"{_DAYS[day >= '2026-10-05'][int(day[-1]) % 2]}T{time}"


def _speak(record: Record, planter: Planter, shared: str | None) -> None:
    """Canaries in the sentences themselves, where the facets quote them."""
    for position, message in enumerate(record["messages"]):
        if message["role"] == "user" and planter.random.random() < 0.7:
            kind = planter.random.choice(["message", "message", "message_key", "message_accented"])
            word = shared if shared and position == 0 else planter.draw(kind)
            message["content"] = re.sub(
                r"([.?!]|$)", rf" for {word}\1", message["content"], count=1
            )
        elif message["role"] == "assistant" and planter.random.random() < 0.3:
            message["content"] += f" {planter.draw('answer')}"


def _plain(record: Record, planter: Planter) -> Record:
    metadata = {planter.draw("metadata_name"): planter.draw("metadata_value")}
    metadata |= {"model": planter.draw("model"), "language": planter.draw("language")}
    call = {
        "function": {"name": planter.draw("tool_name"), "arguments": planter.draw("tool_input")}
    }
    messages = [{"role": "system", "content": planter.draw("system")}, *record["messages"]]
    messages[-1:] = [
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": planter.draw("tool_result")},
        messages[-1],
    ]
    return record | {"metadata": metadata, "messages": messages}


def _wildchat(record: Record, planter: Planter) -> Record:
    return {
        "conversation_hash": record["conversation_id"],
        "model": planter.draw("model"),
        "timestamp": record["started_at"],
        "conversation": [
            message
            | {"language": planter.draw("language"), "country": planter.draw("metadata_value")}
            for message in record["messages"]
        ],
        "language": planter.draw("language"),
        "hashed_ip": record["user_id"],
        "toxic": False,
    }


def _messages_api(record: Record, planter: Planter) -> Record:
    name = planter.draw("tool_name")
    use = {"type": "tool_use", "id": "1", "name": name, "input": {"q": planter.draw("tool_input")}}
    answer = {"type": "tool_result", "tool_use_id": "1", "content": planter.draw("tool_result")}
    return {
        "timestamp": record["started_at"],
        "conversation_id": record["conversation_id"],
        "request": {
            "model": planter.draw("model"),
            "system": planter.draw("system"),
            "tools": [{"name": name, "description": planter.draw("system")}],
            "messages": [
                *record["messages"],
                {"role": "assistant", "content": [use]},
                {"role": "user", "content": [answer]},
            ],
            "metadata": {"user_id": record["user_id"]},
        },
        "response": {
            "model": planter.draw("model"),
            "content": [{"type": "text", "text": planter.draw("answer")}],
        },
    }


def _chatgpt(record: Record, planter: Planter) -> Record:
    mapping: Record = {}
    parent: str | None = None
    for position, message in enumerate(record["messages"]):
        node = f"n{position}"
        mapping[node] = {
            "id": node,
            "parent": parent,
            "message": {
                "author": {"role": message["role"], "name": planter.draw("metadata_value")},
                "content": {"content_type": "text", "parts": [message["content"]]},
                "metadata": {"model_slug": planter.draw("model")},
            },
        }
        parent = node
    return {
        "title": planter.draw("title"),
        "create_time": record["started_at"],
        "conversation_id": record["conversation_id"],
        "current_node": parent,
        "mapping": mapping,
    }


def _rejects(planter: Planter) -> Iterator[bytes]:
    """Records that nothing can be made of, each malformed in a way of its own."""
    good = {
        "conversation_id": planter.draw("reject"),
        "user_id": planter.draw("reject"),
        "started_at": "2026-09-29T10:00:00Z",
        "messages": [{"role": "user", "content": planter.draw("reject")}],
    }
    changes: Sequence[Record] = (
        {"conversation_id": None},
        {"conversation_id": {planter.draw("reject_name"): 1}},
        {"user_id": None},
        {"user_id": [planter.draw("reject")]},
        {"started_at": planter.draw("reject")},
        {"started_at": None},
        {"messages": planter.draw("reject")},
        {"messages": None},
        {"messages": [planter.draw("reject")]},
        {"messages": [{"role": planter.draw("reject"), "content": "hello"}]},
        {"messages": [{"role": "user", "content": {planter.draw("reject_name"): 1}}]},
        {"metadata": planter.draw("reject")},
        {"flagged": planter.draw("reject")},
    )
    for change in changes:
        yield json.dumps(good | change).encode()
    yield f'{{"conversation_id": "{planter.draw("reject")}", '.encode()
    yield json.dumps([planter.draw("reject")]).encode()
    yield json.dumps(planter.draw("reject")).encode()
    yield b'{"messages": "' + planter.draw("reject_bytes").encode() + b'\xff\xfe"}'
