"""Whose a span is, which conversation it belongs to, and what else it says beside words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.otel.item import Item
from clio_assets.sources.formats.protocol import Keys, Record

_PROPERTIES: Final = "traceloop.association.properties"
_USERS: Final = (
    "user.id",
    "enduser.id",
    "enduser.pseudo.id",
    "gen_ai.user.id",
    *(f"{_PROPERTIES}.{name}" for name in ("user_id", "userId", "user")),
    "langfuse.user.id",
    "gen_ai.user",
    "llm.user",
    *(f"metadata.{name}" for name in ("user_id", "userId")),
)
_CONVERSATIONS: Final = (
    "gen_ai.conversation.id",
    "session.id",
    *(
        f"{_PROPERTIES}.{name}"
        for name in ("conversation_id", "chat_id", "session_id", "thread_id", "sessionId")
    ),
    "langfuse.session.id",
    *(f"metadata.{name}" for name in ("conversation_id", "session_id", "thread_id")),
)
_PARAMETERS: Final = "llm.invocation_parameters"
_LONGEST_LABEL: Final = 64

_LABELS: Final[Mapping[str, tuple[str, ...]]] = {
    attributes.PRODUCT: ("service.name",),
    **{
        name: (f"metadata.{name}", f"{_PROPERTIES}.{name}")
        for name in (attributes.PLAN, attributes.COHORT, attributes.REGION)
    },
}
_MODELS: Final = (
    "gen_ai.response.model",
    "llm.response.model_name",
    "gen_ai.request.model",
    "llm.model_name",
    "llm.request.model_name",
)
_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    attributes.INPUT_TOKENS: (
        "gen_ai.usage.input_tokens",
        "gen_ai.usage.prompt_tokens",
        "llm.token_count.prompt",
    ),
    attributes.OUTPUT_TOKENS: (
        "gen_ai.usage.output_tokens",
        "gen_ai.usage.completion_tokens",
        "llm.token_count.completion",
    ),
    attributes.COST: ("llm.cost.total", "gen_ai.usage.cost"),
}


@dataclass(frozen=True, slots=True)
class Whose:
    """The ids that an item names itself."""

    user: str | None = None
    conversation: str | None = None
    tenant: str | None = None

    def __bool__(self) -> bool:
        return not self.user is self.conversation is self.tenant is None


def whose(item: Item, keys: Keys) -> Whose:
    """The ids of an item; the operator's own attributes count first, and those of its resource.

    Raises Malformed.
    """
    found = item.attributes

    def named(paths: tuple[str, ...]) -> object:
        own = fields.first_at(found, paths)
        return fields.first_at(item.resource, paths) if own is None else own

    user = named(keys.user)
    if user is None:
        user = fields.first_at(found, _USERS)
    if user is None:
        user = _of_the_request(found)
    conversation = named(keys.conversation)
    if conversation is None:
        conversation = fields.first_at(found, _CONVERSATIONS)
    return Whose(
        fields.user_id(user),
        None if conversation is None else fields.conversation_id(conversation),
        fields.user_id(named(keys.tenant)),
    )


def _of_the_request(found: Record) -> object:
    """The user whom the request itself named to the provider."""
    parameters = fields.unwrapped(fields.at_path(found, _PARAMETERS))
    if not isinstance(parameters, Mapping):
        return None
    return fields.first_at(parameters, ("metadata.user_id", "user", "safety_identifier"))


def labels(item: Item) -> dict[str, object]:
    """What holds for everything below a span as well."""
    told: dict[str, object] = {}
    for name, paths in _LABELS.items():
        value = fields.first_at(item.attributes, paths)
        value = fields.first_at(item.resource, paths) if value is None else value
        if _is_label(value) and not str(value).startswith("unknown_service"):
            told[name] = value
    tags = fields.unwrapped(fields.at_path(item.attributes, "tag.tags"))
    short = [tag for tag in tags if _is_label(tag)] if isinstance(tags, list) else []
    return {**told, attributes.TAGS: short} if short else told


def of_a_call(item: Item) -> dict[str, object]:
    """What is said of one call: model, cost, how it went."""
    told = labels(item)
    model = fields.first_at(item.attributes, _MODELS)
    if _is_label(model):
        told[attributes.MODEL] = model
    for name, paths in _NUMBERS.items():
        value = fields.first_at(item.attributes, paths)
        if isinstance(value, int | float) and not isinstance(value, bool):
            told[name] = value
    if item.kind == "span":
        told[attributes.ERROR] = item.failed
        if item.at is not None and item.latest is not None and item.latest >= item.at:
            told[attributes.LATENCY] = (item.latest - item.at).total_seconds()
    return told


def _is_label(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_LABEL
