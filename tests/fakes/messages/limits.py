"""Rate limits as token buckets that refill continuously, and the headers that tell of them."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

#: Announced where no limit is set.
UNLIMITED = 10**12


class Bucket:
    """`per_minute` tokens refill evenly; at most `burst` (default: a whole minute's) are held."""

    def __init__(self, per_minute: float | None, burst: float | None = None) -> None:
        self.limit = per_minute
        self._most = (burst if burst is not None else per_minute) or 0.0
        self._level = self._most
        self._at: float | None = None

    def _fill(self, now: float) -> None:
        if self._at is not None and self.limit is not None:
            self._level = min(self._most, self._level + (now - self._at) * self.limit / 60)
        self._at = now

    def wait(self, amount: float, now: float) -> float:
        """Seconds until that many tokens are there; takes nothing.

        An amount above what the bucket can hold passes when it is full.
        """
        if self.limit is None:
            return 0.0
        self._fill(now)
        return max(0.0, (min(amount, self._most) - self._level) * 60 / self.limit)

    def take(self, amount: float) -> None:
        """Remove tokens; the level may become negative."""
        self._level -= amount

    def headers(self, name: str, at: datetime) -> str:
        """The three documented headers of the limit `name`."""
        if self.limit is None:
            limit, left, full = UNLIMITED, UNLIMITED, 0.0
        else:
            limit, left = int(self.limit), max(0, int(self._level))
            full = max(0.0, (self._most - self._level) * 60 / self.limit)
        reset = (at + timedelta(seconds=math.ceil(full))).strftime("%Y-%m-%dT%H:%M:%SZ")
        start = f"anthropic-ratelimit-{name}"
        return f"{start}-limit: {limit}\r\n{start}-remaining: {left}\r\n{start}-reset: {reset}\r\n"


@dataclass
class Limits:
    """The limits of one key."""

    requests: Bucket
    input_tokens: Bucket
    output_tokens: Bucket
    announced: bool
    _unlimited: str = ""
    _second: int = 0

    @property
    def none_set(self) -> bool:
        """Whether no limit is set."""
        return (
            self.requests.limit is None
            and self.input_tokens.limit is None
            and self.output_tokens.limit is None
        )

    def admit(self, input_tokens: int, now: float) -> float:
        """Take a request's share, or say how many seconds to wait for it (0: admitted)."""
        wait = max(
            self.requests.wait(1, now),
            self.input_tokens.wait(input_tokens, now),
            self.output_tokens.wait(0, now),
        )
        if wait == 0:
            self.requests.take(1)
            self.input_tokens.take(input_tokens)
        return wait

    def headers(self, clock: float) -> str:
        """Header lines at a time in seconds since 1970."""
        if not self.announced:
            return ""
        if self.none_set:  # the same within a second: most benchmarks set no limit
            if self._second != int(clock):
                self._second = int(clock)
                self._unlimited = self._lines(clock)
            return self._unlimited
        return self._lines(clock)

    def _lines(self, clock: float) -> str:
        at = datetime.fromtimestamp(clock, UTC)
        return (
            self.requests.headers("requests", at)
            + self.input_tokens.headers("input-tokens", at)
            + self.output_tokens.headers("output-tokens", at)
        )
