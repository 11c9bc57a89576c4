"""Runs of LangSmith: its bulk export (Parquet), or runs written out one by one.

    {"id": ..., "trace_id": ..., "parent_run_id": ..., "run_type": "llm", "session_id": the project,
     "start_time": ..., "inputs": {"messages": [[...]]}, "outputs": {"generations": [[...]]},
     "extra": {"metadata": {"thread_id": ..., "user_id": ...}}}

`inputs`, `outputs` and `extra` may be JSON text. A run of a model is a request; other runs tell
thread and user to those below them.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.exchange import exchange
from clio_assets.sources.formats.observed import (
    About,
    labels,
    number,
    opened,
    request,
    seconds,
    telling,
    who,
)
from clio_assets.sources.formats.protocol import Aside, Keys, Piece, Record, Span

name: Final[Format] = "langsmith"
users_are_accounts: Final = False

_METADATA: Final = ("extra.metadata", "metadata")
_USERS: Final = ("user_id", "userId", "user", "langgraph_auth_user_id")
#: The names under which LangSmith itself looks for a thread.
_THREADS: Final = ("session_id", "thread_id", "conversation_id")
_ASKED_MODELS: Final = ("llm", "chat_model")
#: Tags that frameworks set by themselves begin so: the place of a run in its sequence.
_TAGS_OF_FRAMEWORKS: Final = ("seq:", "map:", "graph:", "langsmith:")


def recognises(record: Record) -> bool:
    """The kind of a run, its place in a trace, and what went in."""
    return "run_type" in record and "trace_id" in record and "inputs" in record


def pieces(record: Record, keys: Keys) -> Iterator[Piece | Aside]:
    """The request of a model's run; of others what they tell. Raises Malformed."""
    record = opened(record, ("inputs", "outputs", "extra", "metadata"))
    known = who(record, keys, _in_metadata(_USERS), _in_metadata(_THREADS))
    about = _about(record)
    if str(record.get("run_type")) not in _ASKED_MODELS:
        if about.span is not None:
            told = labels({attributes.TAGS: about.attributes.get(attributes.TAGS)})
            yield telling(known, about.span, told)
        yield Aside("not_a_conversation")
        return
    made = request(exchange(record.get("inputs"), record.get("outputs")), known, about)
    if isinstance(made, Piece) and _has_failed(record):
        made = replace(made, attributes={**made.attributes, attributes.ERROR: True})
    yield made


def _in_metadata(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{place}.{name}" for place in _METADATA for name in names)


def _has_failed(record: Record) -> bool:
    return not fields.is_missing(record.get("error")) or record.get("status") == "error"


def _about(record: Record) -> About:
    at, latest_at = fields.instant(record.get("start_time")), fields.instant(record.get("end_time"))
    told = labels(
        {
            attributes.MODEL: fields.first_at(
                record, (*_in_metadata(("ls_model_name",)), "extra.invocation_params.model")
            ),
            attributes.LATENCY: seconds(at, latest_at),
            attributes.INPUT_TOKENS: number(record.get("prompt_tokens")),
            attributes.OUTPUT_TOKENS: number(record.get("completion_tokens")),
            attributes.COST: number(record.get("total_cost")),
            attributes.TAGS: _tags(record.get("tags")),
        }
    )
    return About(at, latest_at, _place(record), attributes=told)


def _place(record: Record) -> Span | None:
    trace, own = fields.user_id(record.get("trace_id")), fields.user_id(record.get("id"))
    if trace is None or own is None:
        return None
    return Span(trace, own, fields.user_id(record.get("parent_run_id")))


def _tags(value: object) -> list[str]:
    tags = fields.unwrapped(value)
    return [
        tag
        for tag in (tags if isinstance(tags, list) else [])
        if isinstance(tag, str) and not tag.startswith(_TAGS_OF_FRAMEWORKS)
    ]
