"""The one form of a conversation: its turns, and the XML-like transcript of them (paper, G.2).

    <user>How do I boil an egg?</user>
    <assistant>Put it in &lt;boiling> water.</assistant>

`&` and `<` of a turn are escaped, so no text can end its own turn or forge another. Where a long
conversation was shortened, `<omitted characters="1234"/>` stands for what was left out.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from clio_assets.domain.placeholders import without_placeholders

Role = Literal["system", "user", "assistant", "tool"]

_OMITTED: Final = '<omitted characters="{}"/>'
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # made once: faster
_ROOM_FOR_OMITTED: Final = len(_OMITTED.format(10**12)) + 2
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_MARKER = re.compile(r'<omitted characters="\d+"/>')
_ELEMENT = re.compile(
    r"<(?P<role>system|user|assistant|tool)>"
    r'(?P<text>[^<]*(?:<omitted characters="\d+"/>[^<]*)?)'
    r"</(?P=role)>"
)


class Message(NamedTuple):
    """One turn; placeholders are already in its content."""

    role: Role
    content: str


def storable(text: str) -> str:
    """The text without NUL and unpaired surrogates, which neither UTF-8 nor databases take."""
    return text if text.isascii() and "\0" not in text else _UNSTORABLE.sub("", text)


def clean_text(text: str) -> str:
    """The text in Unicode's normal form C, without what cannot be stored; otherwise as it is."""
    return unicodedata.normalize("NFC", storable(text))


def encode_messages(messages: Iterable[Message]) -> str:
    """Messages as the JSON text of `landed.messages`."""
    turns_ = [{"role": message.role, "content": message.content} for message in messages]
    return _ENCODER.encode(turns_)


def decode_messages(text: str) -> tuple[Message, ...]:
    """Messages from the JSON text of `landed.messages`."""
    return tuple(Message(turn["role"], turn["content"]) for turn in json.loads(text))


def user_turn_count(messages: Iterable[Message]) -> int:
    """How many times the user wrote or sent something."""
    return sum(message.role == "user" for message in messages)


def has_user_text(messages: Iterable[Message]) -> bool:
    """Whether the user wrote anything beside what placeholders stand for."""
    return any(m.role == "user" and without_placeholders(m.content) for m in messages)


def render_transcript(messages: Sequence[Message], budget: int | None = None) -> str:
    """The transcript, at most `budget` characters long; a longer one keeps its head and tail."""
    escaped = [Message(m.role, _escape(m.content)) for m in messages]
    whole = "\n".join(_element(*message) for message in escaped)
    return whole if budget is None or len(whole) <= budget else _shortened(escaped, budget)


def turns(transcript: str) -> list[tuple[Role, str]]:
    """Role and text of each turn, in order; a blank line stands where one was shortened.

    Raises ValueError for anything that `render_transcript` did not write.
    """
    found: list[tuple[Role, str]] = []
    position = 0
    while position < len(transcript):
        match = _ELEMENT.match(transcript, position)
        if match:
            role: Role = match["role"]  # type: ignore[assignment]  # the pattern has no others
            found.append((role, _unescape(_MARKER.sub("\n\n", match["text"]))))
        else:
            match = _MARKER.match(transcript, position)
        if match is None or transcript[match.end() : match.end() + 1] not in {"", "\n"}:
            raise ValueError("not a transcript")
        position = match.end() + 1
    return found


def user_turns(transcript: str) -> list[str]:
    """What the user wrote, turn by turn, without placeholders; turns of nothing else are left out.

    A turn in the middle of a shortened transcript is not among them.
    """
    written = (without_placeholders(text) for role, text in turns(transcript) if role == "user")
    return [text for text in written if text]


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&amp;", "&")


def _element(role: Role, text: str) -> str:
    return f"<{role}>{text}</{role}>"


def _shortened(escaped: Sequence[Message], budget: int) -> str:
    room = (budget - _ROOM_FOR_OMITTED) // 2
    first, characters = _fitting(escaped, room)
    head = [*escaped[:first], _beginning(escaped[first], characters)]
    from_end = list(reversed(escaped))
    last, characters = _fitting(from_end, room)
    tail = [_ending(from_end[last], characters), *reversed(from_end[:last])]
    omitted = _OMITTED.format(_length(escaped) - _length(head) - _length(tail))
    if first + last + 1 == len(escaped):  # head and tail end in one and the same turn
        split = Message(head[-1].role, f"{head[-1].content}{omitted}{tail[0].content}")
        middle = [_element(*split)]
    else:
        ends = [_element(*end) if end.content else "" for end in (head[-1], tail[0])]
        middle = [part for part in (ends[0], omitted, ends[1]) if part]
    kept_whole = [_element(*m) for m in head[:-1]], [_element(*m) for m in tail[1:]]
    return "\n".join([*kept_whole[0], *middle, *kept_whole[1]])


def _fitting(escaped: Iterable[Message], room: int) -> tuple[int, int]:
    """How many whole turns fit in the room, and how many characters of the turn after them."""
    for whole, (role, text) in enumerate(escaped):
        size = len(_element(role, text)) + 1
        if size > room:
            return whole, max(0, room - (size - len(text)))
        room -= size
    raise ValueError("everything fits")


def _beginning(message: Message, characters: int) -> Message:
    """The turn's first characters, without half an entity at the end."""
    text = message.content[:characters]
    entity = text.rfind("&", max(0, len(text) - 4))
    whole = entity < 0 or ";" in text[entity:]
    return Message(message.role, text if whole else text[:entity])


def _ending(message: Message, characters: int) -> Message:
    """The turn's last characters, without half an entity at the start."""
    start = len(message.content) - characters
    entity = message.content.rfind("&", max(0, start - 4), start)
    end = message.content.find(";", entity) if entity >= 0 else -1
    return Message(message.role, message.content[max(start, end + 1) :])


def _length(escaped: Iterable[Message]) -> int:
    return sum(len(_unescape(message.content)) for message in escaped)
