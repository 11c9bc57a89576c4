"""What the server saw and what it would send a bill for."""

from collections import Counter, deque
from typing import Any

from tests.fakes.messages.replies import Made


class Counts:
    """Sums since the start or the last reset; `record` is how many bodies are held."""

    def __init__(self, record: int = 200) -> None:
        self.record = record
        self.concurrent = self.connections = 0  # now; these are no sums
        self.reset()

    def reset(self) -> None:
        """Set all sums to nothing and forget the bodies."""
        self.answered: Counter[tuple[str, int]] = Counter()
        self.billed: Counter[str] = Counter()
        self.custom_ids: Counter[str] = Counter()
        self.scripts: Counter[str] = Counter()
        self.batch_items: Counter[str] = Counter()
        self.input_tokens = self.output_tokens = 0
        self.abandoned = self.dropped = self.batches = 0
        self.most_concurrent, self.most_connections = self.concurrent, self.connections
        self.bodies: deque[dict[str, Any]] = deque(maxlen=self.record or 1)

    def hold(self, record: int) -> None:
        """Hold that many bodies from now on."""
        self.record = record
        self.bodies = deque(self.bodies, maxlen=record or 1)
        if not record:
            self.bodies.clear()

    def saw(self, body: dict[str, Any]) -> None:
        """A message's parameters arrived."""
        if self.record:
            self.bodies.append(body)

    def bill(self, digest: str, made: Made, custom_id: str = "") -> None:
        """A model answered."""
        self.billed[digest] += 1
        if custom_id:
            self.custom_ids[custom_id] += 1
        self.input_tokens += made.input_tokens
        self.output_tokens += made.output_tokens

    def begin(self) -> None:
        """A live message is being worked on."""
        self.concurrent += 1
        self.most_concurrent = max(self.most_concurrent, self.concurrent)

    def end(self) -> None:
        """No longer."""
        self.concurrent -= 1

    def as_json(self) -> dict[str, Any]:
        """All sums."""
        requests: dict[str, dict[str, int]] = {}
        for (path, status), number in sorted(self.answered.items()):
            requests.setdefault(path, {})[str(status)] = number
        return {
            "requests": requests,
            "billed": sum(self.billed.values()),
            "billed_by_digest": dict(self.billed),
            "billed_by_custom_id": dict(self.custom_ids),
            "paid_twice": sum(number > 1 for number in self.billed.values()),
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "max_concurrent": self.most_concurrent,
            "max_connections": self.most_connections,
            "batches": self.batches,
            "batch_items": dict(self.batch_items),
            "scripts_played": dict(self.scripts),
            "dropped": self.dropped,
            "abandoned": self.abandoned,
        }
