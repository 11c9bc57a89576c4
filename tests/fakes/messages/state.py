"""How the server behaves, and what all its parts share."""

from dataclasses import dataclass
from typing import Any

from tests.fakes.messages.batches import Batches
from tests.fakes.messages.counts import Counts
from tests.fakes.messages.limits import Bucket, Limits
from tests.fakes.messages.replies import Model
from tests.fakes.messages.scripts import Met, Place, Player, Script


@dataclass(frozen=True)
class Behaviour:
    """What `set` changes. Times in seconds; limits a minute, None: no limit.

    `burst` is how many requests may come at once, those of a minute where absent. `announce` sends
    rate-limit headers (local model servers send none); `models` are the names that exist, empty:
    all; `record` is how many bodies `requests` remembers; `answer` and `obey` as in replies.py.
    """

    latency: float = 0.0
    requests_per_minute: float | None = None
    burst: float | None = None
    input_tokens_per_minute: float | None = None
    output_tokens_per_minute: float | None = None
    max_concurrent: int | None = None
    batch_seconds: float = 0.0
    answer: str | None = None
    obey: bool | str = False
    announce: bool = True
    models: tuple[str, ...] = ()
    record: int = 200

    @property
    def _limited(self) -> tuple[Any, ...]:
        tokens = (self.input_tokens_per_minute, self.output_tokens_per_minute)
        return (self.requests_per_minute, self.burst, *tokens, self.announce)

    def limits(self, earlier: "Behaviour | None" = None) -> Limits | None:
        """Full buckets; none where the limits are those of an earlier behaviour."""
        if earlier is not None and earlier._limited == self._limited:
            return None
        return Limits(
            Bucket(self.requests_per_minute, self.burst),
            Bucket(self.input_tokens_per_minute),
            Bucket(self.output_tokens_per_minute),
            self.announce,
        )


class State:
    """Counts, scripts, limits, the model and its batches."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.counts = Counts(behaviour.record)
        self.player = Player()
        self.model = Model()
        self.batches = Batches(self.model, self.player, self.counts)
        self.limits = Limits(Bucket(None), Bucket(None), Bucket(None), True)
        self.behaviour = Behaviour()
        self.put(behaviour)

    def put(self, behaviour: Behaviour) -> None:
        """Behave so from now on; buckets are filled anew where their limits change."""
        self.model.use(behaviour.answer)
        self.model.obey = behaviour.obey
        self.batches.seconds = behaviour.batch_seconds
        self.counts.hold(behaviour.record)
        self.limits = behaviour.limits(self.behaviour) or self.limits
        self.behaviour = behaviour

    def play(self, place: Place, met: Met) -> Script | None:
        """The script to play, counted."""
        script = self.player.meet(place, met)
        if script is not None:
            self.counts.scripts[script.kind] += 1
        return script
