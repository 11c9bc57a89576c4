"""The shapes of source records, one module each, and how they are told apart."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from clio_assets.errors import SourceError
from clio_assets.home.settings import Format
from clio_assets.sources.formats import (
    chatgpt,
    claude,
    fields,
    lmsys,
    messages_api,
    otel,
    phoenix,
    plain,
    sharegpt,
    wildchat,
)
from clio_assets.sources.formats.protocol import (
    Aside,
    Database,
    Keys,
    Malformed,
    ParsedConversation,
    Piece,
    PieceFormat,
    Record,
    SourceFormat,
)

_SHAPES: Final[Sequence[SourceFormat]] = (
    plain,
    wildchat,
    lmsys,
    sharegpt,
    chatgpt,
    claude,
    messages_api,
    otel,
    phoenix,
)
FORMATS: Final[Mapping[Format, SourceFormat]] = {shape.name: shape for shape in _SHAPES}

#: Databases that are read, with the shape of their rows; the first whose tables are there counts.
DATABASES: Final[Sequence[tuple[Format, Database]]] = ()


def detect(records: Sequence[Record]) -> SourceFormat:
    """The shape that most of the first records have and no other; SourceError where none is."""
    votes = Counter(
        name for record in records for name, shape in FORMATS.items() if shape.recognises(record)
    )
    best = [name for name, count in votes.items() if 2 * count > len(records)]
    if len(best) == 1:
        return FORMATS[best[0]]
    raise SourceError(
        f"the first {len(records)} records of the source have no known shape in common (seen: "
        f"{', '.join(sorted(votes)) or 'none'}): name the one to read with --format "
        f"({', '.join(FORMATS)}), and give sources of different shapes one by one"
    )


def read(
    shape: SourceFormat, record: Record, keys: Keys
) -> Iterable[ParsedConversation | Piece | Aside]:
    """What a record of that shape holds. Raises Malformed, with a reason of its own for records
    that another shape would know."""
    try:
        if isinstance(shape, PieceFormat):
            return list(shape.pieces(record, keys))
        return [_with_keys(shape.parse(record), record, keys)]
    except Malformed:
        others = (other for other in FORMATS.values() if other is not shape)
        if not shape.recognises(record) and any(other.recognises(record) for other in others):
            raise Malformed("of_another_shape") from None
        raise


def _with_keys(parsed: ParsedConversation, record: Record, keys: Keys) -> ParsedConversation:
    """The conversation with what the operator's own fields say."""
    user, conversation, tenant = (
        fields.first_at(record, paths) for paths in (keys.user, keys.conversation, keys.tenant)
    )
    if user is conversation is tenant is None:
        return parsed
    return replace(
        parsed,
        user_id=fields.user_id(user) or parsed.user_id,
        conversation_id=parsed.conversation_id
        if conversation is None
        else fields.conversation_id(conversation),
        tenant=fields.user_id(tenant),
    )
