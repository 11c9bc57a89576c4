"""Message Batches: made, worked on a while, ended; half price is the caller's business."""

import asyncio
import contextlib
import itertools
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from tests.fakes.messages import replies
from tests.fakes.messages.checks import problem
from tests.fakes.messages.counts import Counts
from tests.fakes.messages.scripts import Met, Player, Script

_AT_A_TIME = 100
_OUTCOMES = ("succeeded", "errored", "canceled", "expired")


@dataclass
class Batch:
    """One batch; its requests are dropped when each has its result."""

    name: str
    number: int
    requests: list[dict[str, Any]]
    total: int
    created: datetime
    cancelled: datetime | None = None
    ended: datetime | None = None
    lines: list[tuple[str, bytes]] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def as_json(self, base_url: str) -> dict[str, Any]:
        """The documented object."""
        status = "ended" if self.ended else "canceling" if self.cancelled else "in_progress"
        counts = {name: self.outcomes[name] if self.ended else 0 for name in _OUTCOMES}
        return {
            "id": self.name,
            "type": "message_batch",
            "processing_status": status,
            "request_counts": {"processing": 0 if self.ended else self.total, **counts},
            "created_at": _time(self.created),
            "expires_at": _time(self.created + timedelta(hours=24)),
            "ended_at": _time(self.ended),
            "cancel_initiated_at": _time(self.cancelled),
            "archived_at": None,
            "results_url": f"{base_url}/v1/messages/batches/{self.name}/results"
            if self.ended
            else None,
        }

    def results(self, script: Script | None) -> bytes:
        """Results as JSON lines, in an order that has nothing to do with that of the requests."""
        lines = [line for _, line in sorted(self.lines)]
        if script is not None and script.kind == "duplicate":
            lines = [*lines, *reversed(lines)]
        elif script is not None and script.kind == "short":
            lines = lines[: len(lines) // 2]
        return b"".join(lines)


def _time(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else None


class Batches:
    """All batches of the server, newest first in `page`."""

    def __init__(self, model: replies.Model, player: Player, counts: Counts) -> None:
        self._model = model
        self._player = player
        self._counts = counts
        self._batches: dict[str, Batch] = {}
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self.seconds = 0.0

    def create(self, requests: list[dict[str, Any]]) -> Batch:
        """A new batch, which ends after `seconds`."""
        number = next(self._numbers)
        self._counts.batches += 1
        name = f"msgbatch_{number:024x}"
        batch = Batch(name, number, requests, len(requests), datetime.now(UTC))
        self._batches[name] = batch
        for request in requests:
            self._counts.saw(request["params"])
        task = asyncio.get_running_loop().create_task(self._work(batch, self.seconds))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return batch

    def find(self, name: str) -> Batch | None:
        """The batch of that id."""
        return self._batches.get(name)

    def delete(self, batch: Batch) -> None:
        """Forget an ended batch."""
        del self._batches[batch.name]

    def cancel(self, batch: Batch) -> None:
        """Stop work on a batch: what has no result yet is cancelled."""
        if batch.ended is None and batch.cancelled is None:
            batch.cancelled = datetime.now(UTC)
            batch.wake.set()

    def page(self, limit: int, after: str | None, before: str | None) -> tuple[list[Batch], bool]:
        """At most `limit` batches next to the named one, and whether there are more."""
        batches = sorted(self._batches.values(), key=lambda batch: -batch.number)
        names = [batch.name for batch in batches]
        if after in names:
            batches = batches[names.index(after) + 1 :]
        elif before in names:
            batches = batches[: names.index(before)]
            return batches[-limit:], len(batches) > limit
        return batches[:limit], len(batches) > limit

    async def _work(self, batch: Batch, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(batch.wake.wait(), seconds)
        for start in range(0, batch.total, _AT_A_TIME):
            for request in batch.requests[start : start + _AT_A_TIME]:
                self._settle(batch, request)
            await asyncio.sleep(0)  # let the server answer meanwhile
        batch.requests = []
        batch.ended = datetime.now(UTC)

    def _settle(self, batch: Batch, request: dict[str, Any]) -> None:
        name = request["custom_id"]
        result = {"type": "canceled"} if batch.cancelled else self._result(name, request["params"])
        batch.outcomes[result["type"]] += 1
        self._counts.batch_items[result["type"]] += 1
        order = sha256(f"{batch.name} {name}".encode()).hexdigest()
        line = json.dumps({"custom_id": name, "result": result}, ensure_ascii=False)
        batch.lines.append((order, line.encode() + b"\n"))

    def _result(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        why = problem(parameters)
        if why is not None:
            return {"type": "errored", "error": replies.error(400, f"req_{name[:24]}", why)}
        digest = replies.digest(parameters)
        script = self._player.meet("item", Met(digest, parameters, name))
        if script is not None:
            self._counts.scripts[script.kind] += 1
            if script.kind in ("canceled", "expired"):
                return {"type": script.kind}
            if script.kind in ("errored", "status"):
                error = replies.error(script.status or 500, f"req_{name[:24]}", None, script.error)
                return {"type": "errored", "error": error}
        made = self._model.reply(parameters, script, "batch")
        self._counts.bill(digest, made, name)
        return {"type": "succeeded", "message": made.message}


def listing(page: list[Batch], more: bool, dump: Callable[[Batch], Any]) -> dict[str, Any]:
    """The documented page of a list."""
    return {
        "data": [dump(batch) for batch in page],
        "has_more": more,
        "first_id": page[0].name if page else None,
        "last_id": page[-1].name if page else None,
    }
