"""Logged requests of the Messages API.

    {"timestamp": ..., "request": {"model": ..., "system": ..., "messages": [...],
     "metadata": {"user_id": ...}}, "response": {"content": [...]}}

or the request body itself with a `timestamp` beside its fields. Each request repeats the whole
conversation so far. The log (`conversation_id`, `session_id`) or a user id with a session in it
name the conversation; where neither does, requests that continue each other are found.
"""

from collections.abc import Iterable
from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sources.formats import api_pieces
from clio_assets.sources.formats.logged_calls import kind_of
from clio_assets.sources.formats.protocol import Aside, Keys, Piece, Record

name: Final[Format] = "messages-api"
users_are_accounts: Final = False


def recognises(record: Record) -> bool:
    """A body with messages, and nothing that only another API has."""
    return kind_of(record) == name


def pieces(record: Record, keys: Keys) -> Iterable[Piece | Aside]:
    """The request and its answer. Raises Malformed."""
    return api_pieces.pieces(record, keys, name)
