"""Samples of Inspect's evaluation logs: members of a .eval file, and logs in one JSON object.

    {"id": ..., "epoch": 1, "uuid": ..., "target": ..., "started_at": ..., "completed_at": ...,
     "messages": [{"role": "user", "content": ...}], "output": {"model": ...},
     "attachments": {digest: long text}, "scores": {...}}

    {"version": 2, "status": "success", "eval": {...}, "samples": [sample, ...]}

A sample is a conversation. Where a text was moved to the attachments of its sample, a reference
stands in its place (`attachment://digest`): always in events, which are not read, at times in
messages. An evaluation has no users: whoever set a field for them names it to `[source]`
(`metadata.user`). The agent attribute says that no person asked.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from clio_assets.domain.transcript import Message
from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.content import read_message, role_of
from clio_assets.sources.formats.labels import digest_id, known, label, number
from clio_assets.sources.formats.protocol import Aside, Keys, Loss, Malformed, Piece, Record

name: Final[Format] = "inspect"
users_are_accounts: Final = False

_AGENT: Final = "evaluation"
_REFERENCE: Final = "attachment://"


def recognises(record: Record) -> bool:
    """A sample with its epoch and target, or a log with its evaluation and status."""
    if "epoch" in record and "target" in record:
        return "messages" in record or "input" in record
    return isinstance(record.get("eval"), Mapping) and "status" in record and "version" in record


def pieces(record: Record, keys: Keys) -> Iterator[Piece | Aside]:
    """A piece for each sample. Raises Malformed."""
    if "eval" not in record:
        yield _piece(record, {}, keys)
        return
    samples = record.get("samples")
    if not samples:  # the head of a log, or one that was told to keep no samples
        yield Aside("no_messages_logged", ("content_not_logged",))
        return
    if not isinstance(samples, list):
        raise Malformed("messages_not_a_list")
    about = record["eval"]
    for sample in samples:
        try:
            if not isinstance(sample, Mapping):
                raise Malformed("not_an_object")
            yield _piece(sample, about if isinstance(about, Mapping) else {}, keys)
        except Malformed as error:
            yield Aside(error.reason)


def _piece(sample: Record, about: Record, keys: Keys) -> Piece | Aside:
    found = _Texts(sample.get("attachments"))
    messages = _messages(sample)
    turns = tuple(turn for message in messages for turn in _turns(message, found))
    if not turns:
        return Aside("no_messages_logged", ("content_not_logged",))
    started = fields.first_present(sample, ("started_at",)) or about.get("created")
    at, latest_at = fields.span([started], [sample.get("completed_at")])
    return Piece(
        "cumulative",
        turns,
        conversation_id=_told(sample, keys.conversation) or _id(sample, about, started, messages),
        user_id=_told(sample, keys.user),
        tenant=_told(sample, keys.tenant),
        at=at,
        latest_at=latest_at,
        attributes=_attributes(sample, about),
        losses=found.losses(),
    )


def _told(sample: Record, paths: tuple[str, ...]) -> str | None:
    told = (fields.user_id(fields.at_path(sample, path)) for path in paths)
    return next((found for found in told if found is not None), None)


def _id(sample: Record, about: Record, started: object, messages: list[Record]) -> str | None:
    """The sample's own id; early versions have none that is unique beyond its log."""
    told = fields.user_id(sample.get("uuid"))
    if told is not None:
        return told
    first = next((message.get("id") for message in messages), None)
    log = fields.first_present(about, ("eval_id", "run_id"))
    return digest_id(log, sample.get("id"), sample.get("epoch"), started, first)


def _messages(sample: Record) -> list[Record]:
    """The messages; of a sample without them its input and the answer."""
    if sample.get("messages"):
        return fields.message_list(sample, "messages")
    given = sample.get("input")
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    messages = fields.message_list({"messages": given}, "messages")
    output = sample.get("output")
    choices = output.get("choices") if isinstance(output, Mapping) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    answer = first.get("message") if isinstance(first, Mapping) else None
    return [*messages, answer] if isinstance(answer, Mapping) else messages


class _Texts:
    """The attachments of a sample, and whether a reference led to none of them."""

    def __init__(self, attachments: object) -> None:
        self._attachments = attachments if isinstance(attachments, Mapping) else {}
        self._missed = False

    def resolved(self, content: object) -> object:
        """Content with the texts in place of references."""
        if isinstance(content, str) and content.startswith(_REFERENCE):
            text = self._attachments.get(content.removeprefix(_REFERENCE))
            self._missed = self._missed or text is None
            return text
        if isinstance(content, list):
            return [self._block(block) for block in content]
        return content

    def losses(self) -> tuple[Loss, ...]:
        """What could not be found."""
        return ("content_not_logged",) if self._missed else ()

    def _block(self, block: object) -> object:
        if isinstance(block, Mapping) and isinstance(block.get("text"), str):
            return {**block, "text": self.resolved(block["text"])}
        return self.resolved(block) if isinstance(block, str) else block


def _turns(message: Record, texts: _Texts) -> list[Message]:
    role = role_of(message.get("role"))
    content = texts.resolved(message.get("content"))
    return read_message(role, content, calls=message.get("tool_calls"))


def _attributes(sample: Record, about: Record) -> Mapping[str, object]:
    output = sample.get("output")
    output = output if isinstance(output, Mapping) else {}
    usage = output.get("usage")
    usage = usage if isinstance(usage, Mapping) else {}
    return known(
        **{
            attributes.MODEL: label(output.get("model")) or label(about.get("model")),
            attributes.AGENT: _AGENT,
            attributes.ERROR: sample.get("error") is not None,
            attributes.LATENCY: number(output.get("time")),
            attributes.INPUT_TOKENS: number(usage.get("input_tokens")),
            attributes.OUTPUT_TOKENS: number(usage.get("output_tokens")),
        }
    )
