"""What loggers lose, in words for people, and what makes them keep it."""

from collections.abc import Mapping
from typing import Final

from clio_assets.sources.formats.protocol import Loss

_WORDS: Final[Mapping[Loss, str]] = {
    "answer_missing": "a request was logged without its answer",
    "answer_not_text": "a streamed answer was stored as a program's object, not as its text",
    "content_not_logged": "messages were not logged: the logger's setting for content is off",
    "content_redacted": "messages were redacted by the logger",
    "content_truncated": "messages were cut off by the logger, at its limit of length",
    "message_left_empty": "messages of several parts, as with a picture, were logged without them",
    "oldest_turns_dropped": "the oldest turns were dropped, at the logger's limit of fields",
}


def in_words(loss: str) -> str:
    """What a loss means; one that is not known as it is."""
    words: Mapping[str, str] = _WORDS  # type: ignore[assignment]  # any text may be asked for
    return words.get(loss, loss.replace("_", " "))
