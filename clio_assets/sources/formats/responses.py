"""Logged requests of OpenAI's Responses, and stored responses with their input.

    {"timestamp": ..., "request": {"model": ..., "instructions": ..., "input": "hi",
     "previous_response_id": "resp_1"}, "response": {"id": "resp_2", "object": "response",
     "output": [{"type": "message", "role": "assistant", "content": [...]}]}}

With `previous_response_id` or `conversation` the input is what was new; an input with answers in
it repeats the conversation so far.
"""

from collections.abc import Iterable
from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sources.formats import api_pieces
from clio_assets.sources.formats.logged_calls import kind_of
from clio_assets.sources.formats.protocol import Aside, Keys, Piece, Record

name: Final[Format] = "responses"
users_are_accounts: Final = False


def recognises(record: Record) -> bool:
    """A body with an input, and a field or an answer that only Responses have."""
    return kind_of(record) == name


def pieces(record: Record, keys: Keys) -> Iterable[Piece | Aside]:
    """The request and its answer. Raises Malformed."""
    return api_pieces.pieces(record, keys, name)
