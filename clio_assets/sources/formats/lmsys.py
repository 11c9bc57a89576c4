"""Records as in the public LMSYS-Chat-1M release: no users, no times.

    {"conversation_id": ..., "conversation": [{"role": ..., "content": ...}],
     "openai_moderation": [{"flagged": false, ...}, ...]}

The release it stems from has a `tstamp`, which is read where it is there.
"""

from collections.abc import Mapping
from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields, wildchat
from clio_assets.sources.formats.content import read_message, role_of
from clio_assets.sources.formats.labels import known, label
from clio_assets.sources.formats.protocol import ParsedConversation, Record

name: Final[Format] = "lmsys"
users_are_accounts: Final = False


def recognises(record: Record) -> bool:
    """Turns under `conversation` and an id, without what WildChat has."""
    return (
        "conversation" in record
        and "conversation_id" in record
        and not any(key in record for key in wildchat.MARKS)
    )


def parse(record: Record) -> ParsedConversation:
    """The conversation of a record. Raises Malformed."""
    messages = fields.message_list(record, "conversation")
    started_at, latest_at = fields.span([record.get("tstamp")], ())
    return ParsedConversation(
        fields.conversation_id(record.get("conversation_id")),
        None,
        started_at,
        latest_at,
        tuple(
            turn
            for message in messages
            for turn in read_message(role_of(message.get("role")), message.get("content"))
        ),
        flagged_of(record.get("openai_moderation")),
        attributes=known(**{attributes.MODEL: label(record.get("model"))}),
    )


def flagged_of(verdicts: object) -> bool | None:
    """Whether the moderation flagged any turn, where it judged any."""
    if isinstance(verdicts, Mapping):
        verdicts = [verdicts]
    if not isinstance(verdicts, list):
        return None
    found = [fields.flagged(v.get("flagged")) for v in verdicts if isinstance(v, Mapping)]
    judged = [verdict for verdict in found if verdict is not None]
    return any(judged) if judged else None
