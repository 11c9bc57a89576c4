"""The shapes of source records, one module each, and how they are told apart."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, cast

from clio_assets.errors import SourceError
from clio_assets.home.settings import Format
from clio_assets.sources.formats import (
    arena,
    chat_completions,
    chatgpt,
    claude,
    claude_code,
    claude_compliance,
    deepseek,
    fields,
    inspect_logs,
    langfuse,
    langsmith,
    librechat,
    litellm,
    llm,
    lmsys,
    messages_api,
    microsoft_graph,
    mlflow,
    open_webui,
    openai_compliance,
    openai_compliance_logs,
    otel,
    phoenix,
    plain,
    responses,
    sharegpt,
    side_calls,
    wildchat,
)
from clio_assets.sources.formats.known_names import field_names
from clio_assets.sources.formats.otel import otlp
from clio_assets.sources.formats.protocol import (
    Aside,
    Database,
    Keys,
    Malformed,
    ParsedConversation,
    Parted,
    Piece,
    PieceFormat,
    Record,
    SourceFormat,
)

_SHAPES: Final[Sequence[SourceFormat]] = (
    plain,
    wildchat,
    lmsys,
    arena,
    sharegpt,
    chatgpt,
    claude,
    deepseek,
    open_webui,
    librechat,
    inspect_logs,
    messages_api,
    chat_completions,
    responses,
    claude_compliance,
    openai_compliance,
    openai_compliance_logs,
    microsoft_graph,
    claude_code,
    langfuse,
    langsmith,
    litellm,
    mlflow,
    llm,
    otel,
    phoenix,
)
FORMATS: Final[Mapping[Format, SourceFormat]] = {shape.name: shape for shape in _SHAPES}

#: Where an export's array stands when something put it inside an object.
_ARRAYS: Final = (
    "conversations",
    "chats",
    "data",
    "items",
    "messages",
    "records",
    "results",
    "value",
)

#: Shapes that read each other's records: a gateway logs calls of several APIs, and a request
#: without an answer may be of either.
_ALIKE: Final = frozenset({messages_api.name, chat_completions.name, responses.name})

#: Which long records of a shape are read in parts, beside those that hold records of their own.
_PARTED: Final[Mapping[Format, Callable[[Record, tuple[str, ...]], bool]]] = {
    otel.name: otlp.is_parted,
    inspect_logs.name: lambda _, path: path == ("samples",),
}

#: Shapes that hold what applications ask models, which is not only what users ask them.
_REQUESTS: Final = _ALIKE | {
    shape.name for shape in (plain, langfuse, langsmith, litellm, mlflow, otel, phoenix)
}

#: Databases that are read, with the shape of their rows; the first whose tables are there counts.
DATABASES: Final[Sequence[tuple[Format, Database]]] = (
    (open_webui.name, open_webui.DATABASE),
    *((mlflow.name, database) for database in mlflow.DATABASES),
    *((llm.name, database) for database in llm.DATABASES),
)


def entries(record: Record) -> Sequence[Record]:
    """The records of an export whose array stands inside an object; else the record itself.

    {"conversations": [{"mapping": ...}, ...]}
    """
    if _shapes_of(record):
        return (record,)
    key = next((key for key in _ARRAYS if _holds_records(record.get(key))), None)
    return (record,) if key is None else cast("list[Record]", record[key])


def _holds_records(value: object) -> bool:
    first = value[0] if isinstance(value, list) and value else None
    return isinstance(first, Mapping) and bool(_shapes_of(first))


def parted(record: Record, path: tuple[str, ...]) -> Parted | None:
    """How the array under these keys is read where its record is too long to be read whole; None
    where it is no list of things that are understood one by one (the turns of a conversation).

    The record is a sketch: it holds what comes before the array, and the first element.
    """
    shapes = _shapes_of(record)
    if not shapes:
        is_export = len(path) == 1 and path[0] in _ARRAYS and _holds_records(record.get(path[0]))
        return "alone" if is_export else None
    is_parted = any(_PARTED[name](record, path) for name in shapes if name in _PARTED)
    return "within" if is_parted else None


def _shapes_of(record: Record) -> list[Format]:
    return [name for name, shape in FORMATS.items() if shape.recognises(record)]


def detect(records: Sequence[Record]) -> SourceFormat:
    """The shape that most of the first records have and no other; SourceError where none is."""
    inner = [entry for record in records for entry in entries(record) if isinstance(entry, Mapping)]
    votes = Counter(name for record in inner for name in _shapes_of(record))
    best = [name for name, count in votes.items() if 2 * count > len(inner)]
    if len(best) == 1:
        return FORMATS[best[0]]
    seen = ", ".join(sorted(votes)) or f"none; fields: {field_names(inner)}"
    raise SourceError(
        f"the first {len(records)} records of the source have no known shape in common (seen: "
        f"{seen}): name the one to read with --format ({', '.join(FORMATS)}), and give sources "
        "of different shapes one by one"
    )


def read(
    shape: SourceFormat, record: Record, keys: Keys
) -> Iterable[ParsedConversation | Piece | Aside]:
    """What a record of that shape holds. Raises Malformed, with a reason of its own for records
    that another shape would know."""
    found = (record,) if shape.recognises(record) else entries(record)
    if len(found) == 1:
        return _read(shape, found[0], keys)
    return [part for entry in found for part in _read_or_aside(shape, entry, keys)]


def _read_or_aside(
    shape: SourceFormat, entry: object, keys: Keys
) -> Iterable[ParsedConversation | Piece | Aside]:
    """One of several that lie in a record: a malformed one leaves the others as they are."""
    try:
        if not isinstance(entry, Mapping):
            raise Malformed("not_an_object")
        return _read(shape, entry, keys)
    except Malformed as error:
        return [Aside(error.reason)]


def _read(
    shape: SourceFormat, record: Record, keys: Keys
) -> Iterable[ParsedConversation | Piece | Aside]:
    try:
        if not isinstance(shape, PieceFormat):
            found: Iterable[ParsedConversation | Piece | Aside]
            found = [_with_keys(shape.parse(record), record, keys)]
        elif _is_of_another(shape, record):  # it might find no piece, and nothing wrong
            raise Malformed("of_another_shape")
        else:
            found = list(shape.pieces(record, keys))
        return list(side_calls.without(found, record)) if shape.name in _REQUESTS else found
    except Malformed:
        if _is_of_another(shape, record):
            raise Malformed("of_another_shape") from None
        raise


def _is_of_another(shape: SourceFormat, record: Record) -> bool:
    alike = _ALIKE if shape.name in _ALIKE else {shape.name}
    others = (other for name, other in FORMATS.items() if name not in alike)
    return not shape.recognises(record) and any(other.recognises(record) for other in others)


def _with_keys(parsed: ParsedConversation, record: Record, keys: Keys) -> ParsedConversation:
    """The conversation with what the operator's own fields say."""
    if keys.vector:
        parsed = replace(parsed, vector=fields.at_path(record, keys.vector))
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
