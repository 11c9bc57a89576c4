"""Failures to play: which requests they meet, what they do, and how often."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

#: Where a script applies: a live message, one request inside a batch, or another endpoint.
Place = Literal["messages", "item", "batches", "batch", "list", "cancel", "results", "count_tokens"]
Kind = Literal[
    "status", "reset", "truncate", "slow",
    "refusal", "max_tokens", "context", "empty", "not_json", "schema",
    "errored", "canceled", "expired",
    "short", "duplicate",
]  # fmt: skip
_TRAVEL: tuple[str, ...] = ("status", "reset", "truncate")
_CONTENT: tuple[str, ...] = ("refusal", "max_tokens", "context", "empty", "not_json", "schema")
#: What can go wrong where; endpoints that are not named here know `_TRAVEL`.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "messages": (*_TRAVEL, "slow", *_CONTENT),
    "item": ("status", "errored", "canceled", "expired", *_CONTENT),
    "results": (*_TRAVEL, "short", "duplicate"),
}


@dataclass(frozen=True)
class Script:
    """One failure. Without `times`, `every`, `after`, `share` or `custom_ids` it plays always.

    `status` alone is an error response with `headers`, `reset` drops the connection: both before
    the request is worked on, or after it when `processed`. `slow` adds `seconds`. `truncate` closes
    the connection half-way through the body. `short` leaves out half of a batch's results and
    shows no sign of it.
    `share` picks requests by their digest, so always the same ones; `share` and `custom_ids` fail
    each request `each` times, so that sending it again succeeds.
    """

    status: int | None = None
    kind: Kind = "status"
    place: Place = "messages"
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int | None = None  #: how often in all
    every: int | None = None  #: only each n-th request that it could meet
    after: int = 0  #: leaves that many of them alone first
    share: float | None = None
    custom_ids: tuple[str, ...] = ()
    each: int = 1
    verb: str | None = None  #: only requests whose schema has this title or such a property
    contains: str | None = None  #: only requests whose body holds this text
    seconds: float = 0.0
    processed: bool = False
    error: str | None = None  #: type in the error envelope; that of the status where absent

    def __post_init__(self) -> None:
        kinds = _KINDS.get(self.place, _TRAVEL)
        if self.place not in get_args(Place) or self.kind not in kinds:
            raise ValueError(
                f"{self.place} knows the kinds {', '.join(kinds)}; {self.kind} is none"
            )
        if self.kind == "status" and self.status is None:
            raise ValueError("say which status")

    def as_json(self) -> dict[str, Any]:
        """Its fields, for the control endpoint."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Script":
        """The script of those fields."""
        return cls(**{**fields, "custom_ids": tuple(fields.get("custom_ids", ()))})


@dataclass(frozen=True)
class Met:
    """What of a request decides whether a script meets it; all empty where it has no message."""

    digest: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    custom_id: str = ""


@dataclass
class _Playing:
    script: Script
    seen: int = 0
    played: int = 0
    each: dict[str, int] = field(default_factory=dict)

    def plays(self, met: Met) -> bool:
        script = self.script
        if not self._matches(met):
            return False
        self.seen += 1
        if self.seen <= script.after or (script.times is not None and self.played >= script.times):
            return False
        if script.every is not None and (self.seen - script.after) % script.every:
            return False
        if script.share is not None or script.custom_ids:
            key = met.custom_id or met.digest
            if self.each.get(key, 0) >= script.each:
                return False
            self.each[key] = self.each.get(key, 0) + 1
        self.played += 1
        return True

    def _matches(self, met: Met) -> bool:
        script = self.script
        if script.custom_ids and met.custom_id not in script.custom_ids:
            return False
        if script.share is not None and int(met.digest[:8], 16) >= script.share * 16**8:
            return False
        if script.verb is not None and not _is_verb(met.body, script.verb.lower()):
            return False
        return script.contains is None or script.contains in _text(met.body)


def _is_verb(body: Mapping[str, Any], verb: str) -> bool:
    schema = ((body.get("output_config") or {}).get("format") or {}).get("schema") or {}
    names = [schema.get("title", ""), *schema.get("properties", {})]
    return any(verb == name.lower() for name in names)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "\n".join(_text(each) for each in value.values())
    if isinstance(value, list):
        return "\n".join(_text(each) for each in value)
    return ""


class Player:
    """The scripts that are on; the first one that meets a request is played."""

    def __init__(self) -> None:
        self._by_place: dict[str, list[_Playing]] = {}

    def add(self, scripts: Iterable[Script]) -> None:
        """Put scripts on, after those that are on."""
        for script in scripts:
            self._by_place.setdefault(script.place, []).append(_Playing(script))

    def clear(self) -> None:
        """Take all scripts off."""
        self._by_place.clear()

    def meet(self, place: Place, met: Met) -> Script | None:
        """The script to play on this request, or none."""
        playing = self._by_place.get(place)
        if playing:
            for each in playing:
                if each.plays(met):
                    return each.script
        return None
