"""Conversations of unusual shape that are valid all the same."""

from collections.abc import Callable, Mapping
from typing import Any

from clio_assets.sample.compose import (
    Message,
    assistant_messages,
    draw_turns,
    interleave,
    user_messages,
)
from clio_assets.sample.specials import Edge
from clio_assets.sample.tree import load_tree, read_toml
from clio_assets.sample.voice import Voice, pick, voice

_LONG = 32_000  # characters of a very long conversation, at least
_EMOJI = "🎉 🍕 🚀 😂 🥲 🐶 🌈 👩‍🔬 🏳️‍🌈 👍🏽 🇧🇷 ✨ 🧩 🤷‍♀️ 💸"


def right_to_left(index: int) -> tuple[list[Message], dict[str, str]]:
    """A conversation in Arabic or Hebrew, and its language, domain and topic."""
    tables: list[dict[str, Any]] = read_toml("special.toml")["right_to_left"]
    table = tables[index % len(tables)]
    messages = [_message("user", table["request"]), _message("assistant", table["reply"])]
    return messages, {key: table[key] for key in ("domain", "topic", "language")}


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}


def _usual(speaker: Voice, turns: int) -> list[Message]:
    return interleave(user_messages(speaker, turns), assistant_messages(speaker, turns))


def _single_user(speaker: Voice) -> list[Message]:
    return _usual(speaker, 1)[:1]


def _consecutive_user(speaker: Voice) -> list[Message]:
    return [_message("user", turn) for turn in user_messages(speaker, 3)] + _usual(speaker, 1)


def _empty_assistant(speaker: Voice) -> list[Message]:
    messages = _usual(speaker, 3)
    messages[3]["content"] = ""
    return messages


def _emoji(speaker: Voice) -> list[Message]:
    random = speaker.random
    emoji = _EMOJI.split()
    messages = _usual(speaker, draw_turns(random))
    for message in messages:
        cluster = "".join(random.choices(emoji, k=4))
        message["content"] = f"{random.choice(emoji)} {message['content']} {cluster}"
    return messages


def _very_long(speaker: Voice) -> list[Message]:
    """A request with a pasted protocol in which many people talk about many things."""
    random = speaker.random
    topics = list(load_tree().topics.values())
    lines: list[str] = []
    length = 0
    while length < _LONG:
        other = voice(random.choice(topics), speaker.language, random)
        line = f"Speaker {random.randint(1, 6)}: {_remark(other)}"
        lines.append(line)
        length += len(line) + 1
    messages = _usual(speaker, 2)
    request = f"{messages[0]['content']}\n\n" + "\n".join(lines)
    return [_message("user", request), *messages[1:]]


def _remark(speaker: Voice) -> str:
    sentences = (*speaker.wording.advice, *speaker.wording.details)
    return " ".join(speaker.values.fill(pick(sentences, speaker.random)) for _ in range(3))


#: How each shape is made out of a voice; texts from right to left are not composed.
SHAPES: Mapping[Edge, Callable[[Voice], list[Message]]] = {
    "very_long": _very_long,
    "emoji": _emoji,
    "empty_assistant": _empty_assistant,
    "consecutive_user": _consecutive_user,
    "single_user": _single_user,
}
