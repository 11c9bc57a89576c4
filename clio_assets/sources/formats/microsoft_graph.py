"""Interactions with Microsoft 365 Copilot, as Microsoft Graph exports them (aiInteraction).

    {"id": ..., "sessionId": ..., "requestId": ..., "interactionType": "userPrompt",
     "appClass": "IPM.SkypeTeams.Message.Copilot.BizChat", "createdDateTime": ...,
     "from": {"user": {"id": ..., "tenantId": ...}, "application": null},
     "body": {"contentType": "html", "content": "<p>hi</p>"}, "attachments": [...]}

One a record, or under `value` of a page. Some answers stand in a card among the attachments, twice
(with links and without), and the body only points there.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from clio_assets.domain.transcript import Role
from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.content import attachments, read_message
from clio_assets.sources.formats.html_text import words_of
from clio_assets.sources.formats.observed import labels, who
from clio_assets.sources.formats.protocol import Aside, Keys, Malformed, Piece, Record

name: Final[Format] = "microsoft-graph"
users_are_accounts: Final = True

_ROLES: Final[Mapping[object, Role]] = {"userPrompt": "user", "aiResponse": "assistant"}
_POINTER = re.compile(r"<attachment\b[^>]*>(\s*</attachment>)?", re.IGNORECASE)
_CARD: Final = "application/vnd.microsoft.card.adaptive"
_PLAIN_TEXT: Final = "MessageTextField"  # of the block without links


def recognises(record: Record) -> bool:
    """What kind of interaction it was, in which session."""
    return "interactionType" in record and "sessionId" in record and "body" in record


def pieces(record: Record, keys: Keys) -> Iterator[Piece | Aside]:
    """The prompt or the answer. Raises Malformed."""
    if not fields.is_missing(record.get("deletedDateTime")):
        yield Aside("deleted_at_the_source")
        return
    kind = record.get("interactionType")
    role = _ROLES.get(kind) if isinstance(kind, str) else None
    if role is None:
        yield Aside("not_a_conversation")
        return
    known = who(record, keys, ("from.user.id",), ("sessionId",))
    fields.conversation_id(known.conversation)
    turns = read_message(role, _words(record), extras=_files(record, role))
    if not turns:
        yield Aside("no_messages_logged")
        return
    application = str(record.get("appClass") or "").rpartition(".")[2]
    yield Piece(
        "delta",
        tuple(turns),
        conversation_id=known.conversation,
        user_id=known.user,
        tenant=known.tenant,
        at=fields.instant(record.get("createdDateTime")),
        attributes=labels(
            {
                attributes.PRODUCT: application,
                attributes.TENANT: fields.at_path(record, "from.user.tenantId"),
            }
        ),
    )


def _words(record: Record) -> str:
    body = fields.unwrapped(record.get("body"))
    content = body.get("content") if isinstance(body, Mapping) else body
    if fields.is_missing(content):
        content = ""
    if not isinstance(content, str):
        raise Malformed("content_of_wrong_type")
    text = _POINTER.sub("", content)
    kind = str(body.get("contentType")).lower() if isinstance(body, Mapping) else ""
    text = words_of(text) if kind == "html" else text.strip()
    return text or "\n".join(_of_cards(record.get("attachments")))


def _of_cards(found: object) -> Iterator[str]:
    for file in found if isinstance(found, list) else []:
        if not isinstance(file, Mapping) or file.get("contentType") != _CARD:
            continue
        card = fields.unwrapped(file.get("content"))
        blocks = card.get("body") if isinstance(card, Mapping) else None
        told = (
            [block for block in blocks if isinstance(block, Mapping)]
            if isinstance(blocks, list)
            else []
        )
        plain = [block for block in told if block.get("id") == _PLAIN_TEXT]
        for block in plain or told:
            if isinstance(block.get("text"), str):
                yield block["text"]


def _files(record: Record, role: Role) -> list[str]:
    """Placeholders of what the user attached; an answer's are what it found."""
    found = record.get("attachments")
    return attachments(found) if role == "user" else []
