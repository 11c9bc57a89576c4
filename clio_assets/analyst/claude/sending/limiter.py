"""How many calls may be under way at one model, and when the next one may leave.

Three things are kept: a pace just under each limit that the rate-limit headers state (requests,
input and output tokens a minute); a number of calls under way that grows while calls succeed and is
cut when the server is overrun (slow start, additive increase and multiplicative decrease, as in
TCP); and the end of a pause that the server asked for, after which calls leave spread out.

No clock and no event loop in here: `Limiter` is told the time; calls wait in waiting_line.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

from clio_assets.analyst.claude.exchange import Usage

#: Part of a stated limit that is used. The rest covers the server's clock and the width of a burst.
USED_SHARE = 0.985
#: Seconds' worth of calls that may leave at once after the pace was not used up; halved to the
#: least where the server refuses that.
BURST_SECONDS, LEAST_BURST_SECONDS = 0.25, 0.01
#: Calls under way at the start.
START = 32
#: What a whole round of successes adds after a cut, as a part of what was allowed before it; one
#: call at least.
INCREASE = 0.05
#: What is left of the calls under way after the server was overrun by us, and after it was
#: overloaded by whomever; and of the pace.
DECREASE, OVERLOAD_DECREASE, PACE_DECREASE = 0.6, 0.85, 0.9
#: Seconds of a reply from which more calls under way would only wait longer: a server that states
#: no limits lets them queue up, until they run out of time.
SLOW_SECONDS = 60.0
#: Seconds in which a pace that was cut comes back by a hundredth of the limit.
PACE_RECOVERY_SECONDS = 2.0
#: Seconds of the first pause where the server does not say how long; doubles up to the longest.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
#: Seconds over which the calls allowed under way leave after a pause, where no pace is known; and
#: the widest gap between two.
SPREAD_SECONDS, WIDEST_GAP = 2.0, 0.05

#: Resource -> prefix of its headers (`-limit`, `-remaining`, `-reset` follow).
RESOURCES = ("requests", "tokens", "input-tokens", "output-tokens")
_HEADERS = {f"anthropic-ratelimit-{name}-limit".encode(): name for name in RESOURCES}


@dataclass
class Pace:
    """One resource of so many a minute: each call takes its part of the time it costs."""

    per_minute: float
    #: when all that was taken so far is paid off
    paid_at: float = 0.0
    #: what a call is expected to take; learned where it is not one
    expected: float = 0.0

    def take(self, amount: float, now: float, share: float) -> None:
        """Account for `amount` that leaves now."""
        seconds = 60 * amount / (self.per_minute * share)
        self.paid_at = max(self.paid_at, now) + seconds

    def correct(self, taken: float, expected: float, share: float) -> None:
        """Account for what a reply took beyond what was expected of it, and learn from it."""
        self.paid_at += 60 * (taken - expected) / (self.per_minute * share)
        self.expected += (taken - self.expected) / (16 if self.expected else 1)


@dataclass(frozen=True)
class Leave:
    """When a call left, and how many tokens each pace expected it to take."""

    at: float
    expected: Mapping[str, float] = field(default_factory=dict)


@dataclass
class Limiter:
    """The limits of one model of one server, learned from its answers. Times are seconds."""

    most: int
    random: Random = field(default_factory=lambda: Random(0))
    slow: float = SLOW_SECONDS
    under_way: int = 0
    allowed: float = field(init=False)
    paces: dict[str, Pace] = field(default_factory=dict)
    #: nobody leaves before
    resumes_at: float = 0.0
    #: after a pause at no known pace: gap between calls, until when, and when the next may leave
    _gap: float = 0.0
    _spread_until: float = 0.0
    _next_spread: float = 0.0
    _starting: bool = True
    _cut_at: float = float("-inf")
    _before_cut: float = 0.0
    _pauses: int = 0
    _share: float = USED_SHARE
    _burst: float = BURST_SECONDS
    _share_grown_at: float = 0.0

    def __post_init__(self) -> None:
        self.allowed = float(min(START, self.most))

    def wait(self, now: float) -> float:
        """Seconds until the next call may leave: 0 or less for now, infinite for not before
        another one came back."""
        if self.under_way >= int(self.allowed):
            return float("inf")
        at = max(self.resumes_at, self._next_spread)
        for pace in self.paces.values():
            at = max(at, pace.paid_at - self._burst)
        return at - now

    def left(self, now: float) -> Leave:
        """A call leaves."""
        self.under_way += 1
        for pace in self.paces.values():
            pace.take(pace.expected, now, self._share)
        if now < self._spread_until:
            self._next_spread = now + self._gap * self.random.uniform(0.5, 1.5)
        return Leave(now, {name: pace.expected for name, pace in self.paces.items()})

    def came_back(self) -> None:
        """A call ended, however it did."""
        self.under_way -= 1

    def learn(self, headers: Iterable[tuple[bytes, bytes]], now: float) -> None:
        """Take the limits from the headers of any answer."""
        for name, value in headers:
            resource = _HEADERS.get(name.lower())
            if resource is not None and value.isdigit() and int(value):
                pace = self.paces.get(resource)
                if pace is None:
                    expected = 1.0 if resource == "requests" else 0.0
                    pace = self.paces[resource] = Pace(int(value), now, expected)
                pace.per_minute = int(value)

    def succeeded(self, leave: Leave, usage: Usage, now: float) -> None:
        """A reply came, and took so many tokens."""
        self._pauses = 0
        fast = now - leave.at < self.slow
        if fast and self.under_way * 2 >= self.allowed and self.allowed < self.most:
            step = 1.0
            if not self._starting:
                step = max(1.0, INCREASE * max(self._before_cut, self.allowed)) / self.allowed
            self.allowed = min(self.allowed + step, float(self.most))
        if self._share < USED_SHARE and now - self._share_grown_at >= PACE_RECOVERY_SECONDS:
            self._share = min(self._share + 0.01, USED_SHARE)
            self._share_grown_at = now
        taken = usage.input_tokens + usage.cache_write_tokens
        for name, amount in (
            ("input-tokens", taken),
            ("output-tokens", usage.output_tokens),
            ("tokens", taken + usage.output_tokens),
        ):
            pace = self.paces.get(name)
            if pace is not None:
                pace.correct(amount, leave.expected.get(name, 0.0), self._share)

    def overrun(self, left_at: float, now: float, retry_after: float | None = None) -> None:
        """The server said that there were too many calls (429).

        Calls that left before the last cut belong to the crowd that caused it: they prolong the
        pause and change nothing else.
        """
        if left_at > self._cut_at:
            self._cut(now, DECREASE)
            self._pauses += 1
            if self.paces:
                self._share = max(self._share * PACE_DECREASE, USED_SHARE / 4)
                self._share_grown_at = now
                self._burst = max(self._burst / 2, LEAST_BURST_SECONDS)
        elif retry_after is None:
            return
        if retry_after is None:
            longest = min(FIRST_PAUSE * 2 ** (self._pauses - 1), LONGEST_PAUSE)
            retry_after = longest * self.random.uniform(0.5, 1.0)
        if now + retry_after > self.resumes_at:
            self._pause_until(now + retry_after)

    def overloaded(self, left_at: float, now: float) -> None:
        """The server is overloaded (503, 529), though not by our calls alone."""
        if left_at > self._cut_at:
            self._cut(now, OVERLOAD_DECREASE)

    def timed_out(self, left_at: float, now: float) -> None:
        """No answer came in time, as where calls queue up at a server that says nothing of it."""
        if left_at > self._cut_at:
            self._cut(now, DECREASE)

    def _cut(self, now: float, part: float) -> None:
        self._starting = False
        self._cut_at = now
        self._before_cut = min(self.allowed, self.under_way + 1.0)
        self.allowed = max(1.0, self._before_cut * part)

    def _pause_until(self, end: float) -> None:
        """Nobody leaves before `end`; then calls leave at the pace, or spread where none is known.

        A server that counts by the minute starts anew at `end`, for others' calls, too: the first
        one of ours leaves a random moment later.
        """
        self.resumes_at = end
        for pace in self.paces.values():
            pace.paid_at = max(pace.paid_at, end + self._burst)
        self._gap = min(SPREAD_SECONDS / self.allowed, WIDEST_GAP)
        self._spread_until = end + SPREAD_SECONDS
        self._next_spread = end + self._gap * self.random.uniform(0.0, 1.0)
