"""Whose a span is, which conversation it belongs to, and what else it says beside words."""

from collections.abc import Mapping
from typing import Final

from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.observed import Who, labels, number, opened, seconds, who
from clio_assets.sources.formats.otel import langfuse
from clio_assets.sources.formats.otel.item import Item
from clio_assets.sources.formats.protocol import Keys, Record

_PROPERTIES: Final = "traceloop.association.properties"
_PARAMETERS: Final = "parameters of the request"
_USERS: Final = (
    "user.id",
    "enduser.id",
    "enduser.pseudo.id",
    "gen_ai.user.id",
    *(f"{_PROPERTIES}.{name}" for name in ("user_id", "userId", "user")),
    "langfuse.user.id",
    "langfuse.observation.metadata.langfuse_user_id",
    "gen_ai.user",
    "llm.user",
    *(f"metadata.{name}" for name in ("user_id", "userId")),
    *(f"{_PARAMETERS}.{name}" for name in ("metadata.user_id", "safety_identifier", "user")),
)
_CONVERSATIONS: Final = (
    "gen_ai.conversation.id",
    "session.id",
    *(
        f"{_PROPERTIES}.{name}"
        for name in ("conversation_id", "chat_id", "session_id", "sessionId", "thread_id")
    ),
    "langfuse.session.id",
    "langfuse.observation.metadata.langfuse_session_id",
    *(f"metadata.{name}" for name in ("conversation_id", "session_id", "thread_id")),
)

_UNNAMED: Final = "unknown_service"  # what the SDKs write where nobody named the service
_FOR_ALL_BELOW: Final[Mapping[str, tuple[str, ...]]] = {
    attributes.TAGS: ("tag.tags", "langfuse.trace.tags"),
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
    "langfuse.observation.model.name",
)
_USAGE: Final = "usage"  # a key of ours for what Langfuse has as JSON text
_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    attributes.INPUT_TOKENS: (
        "gen_ai.usage.input_tokens",
        "gen_ai.usage.prompt_tokens",
        "llm.token_count.prompt",
        *(f"{_USAGE}.{name}" for name in ("input", "input_tokens", "prompt_tokens")),
    ),
    attributes.OUTPUT_TOKENS: (
        "gen_ai.usage.output_tokens",
        "gen_ai.usage.completion_tokens",
        "llm.token_count.completion",
        *(f"{_USAGE}.{name}" for name in ("output", "output_tokens", "completion_tokens")),
    ),
    attributes.COST: ("llm.cost.total", "gen_ai.usage.cost"),
}


def whose(item: Item, keys: Keys) -> Who:
    """The ids that an item names itself; its resource counts where the operator names a field.

    Raises Malformed.
    """
    found = dict(opened(item.attributes, ("metadata", _PROPERTIES)))
    parameters = fields.at_path(found, "llm.invocation_parameters")
    if not fields.is_missing(parameters):
        found[_PARAMETERS] = fields.unwrapped(parameters)
    for path in (*keys.user, *keys.conversation, *keys.tenant):
        if fields.is_missing(fields.at_path(found, path)):
            found[path] = fields.at_path(item.resource, path)
    return who(found, keys, _USERS, _CONVERSATIONS)


def of_all_below(item: Item) -> dict[str, object]:
    """What holds for everything below a span as well."""
    found = opened(item.attributes, ("metadata", "tag.tags", _PROPERTIES))
    service = item.resource.get("service.name")
    is_named = isinstance(service, str) and not service.startswith(_UNNAMED)
    told = {name: fields.first_at(found, paths) for name, paths in _FOR_ALL_BELOW.items()}
    return labels({attributes.PRODUCT: service if is_named else None, **told})


def of_a_call(item: Item) -> dict[str, object]:
    """What is said of one call: model, cost, how it went."""
    found: Record = item.attributes
    if langfuse.USAGE in found:
        found = {**found, _USAGE: fields.unwrapped(found[langfuse.USAGE])}
    told: dict[str, object] = {attributes.MODEL: fields.first_at(found, _MODELS)}
    told |= {name: number(fields.first_at(found, paths)) for name, paths in _NUMBERS.items()}
    if item.kind == "span":
        told[attributes.ERROR] = item.failed
        told[attributes.LATENCY] = seconds(item.at, item.latest)
    return of_all_below(item) | labels(told)
