"""Logged requests of OpenAI's chat completions, and stored completions.

    {"timestamp": ..., "request": {"model": ..., "user": ..., "messages": [{"role": "system", ...},
     ...]}, "response": {"object": "chat.completion", "choices": [{"message": {...}}]}}

    {"object": "chat.completion", "created": ..., "messages": [...], "choices": [...],
     "metadata": {...}}

`user` or `safety_identifier` is what the application calls the person. Each request repeats the
whole conversation so far; that `system` comes first of the messages says nothing about it.
"""

from collections.abc import Iterable
from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sources.formats import api_pieces
from clio_assets.sources.formats.logged_calls import kind_of
from clio_assets.sources.formats.protocol import Aside, Keys, Piece, Record

name: Final[Format] = "chat-completions"
users_are_accounts: Final = False


def recognises(record: Record) -> bool:
    """A body with messages, and an answer, a role or a field that only chat completions have."""
    return kind_of(record) == name


def pieces(record: Record, keys: Keys) -> Iterable[Piece | Aside]:
    """The request and its answer. Raises Malformed."""
    return api_pieces.pieces(record, keys, name)
