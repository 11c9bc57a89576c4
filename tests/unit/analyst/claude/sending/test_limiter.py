"""The limiter on a clock of its own, against servers that count."""

import heapq
import math
from collections import deque
from collections.abc import Iterator
from itertools import pairwise
from random import Random

import pytest

from clio_assets.analyst.claude.exchange import Usage
from clio_assets.analyst.claude.sending.limiter import (
    INCREASE,
    LONGEST_PAUSE,
    SLOW_SECONDS,
    SPREAD_SECONDS,
    START,
    Leave,
    Limiter,
)

USAGE = Usage(input_tokens=1_000, output_tokens=100)


def stated(requests: int | None = None, tokens: int | None = None) -> list[tuple[bytes, bytes]]:
    """Rate-limit headers of an answer."""
    headers = [(b"content-type", b"application/json")]
    if requests is not None:
        headers.append((b"Anthropic-RateLimit-Requests-Limit", str(requests).encode()))
    if tokens is not None:
        headers.append((b"anthropic-ratelimit-input-tokens-limit", str(tokens).encode()))
    return headers


class Server:
    """A token bucket of so many requests a minute; `burst` may come at once."""

    def __init__(self, per_minute: float, burst: float) -> None:
        self.rate, self.burst = per_minute / 60, burst
        self.level, self.at = burst, 0.0
        self.accepted = self.refused = 0

    def accepts(self, now: float) -> float | None:
        """None where it does, else the seconds to wait."""
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            self.accepted += 1
            return None
        self.refused += 1
        return math.ceil((1 - self.level) / self.rate)


def run(limiter: Limiter, server: Server, seconds: float, *, headers: bool) -> Iterator[float]:
    """Calls of half a second, as many as the limiter lets out; yields when each left."""
    now, back = 0.0, list[tuple[float, int, Leave, float | None]]()
    number = 0
    while now < seconds:
        wait = limiter.wait(now)
        if wait <= 0:
            leave = limiter.left(now)
            refusal = server.accepts(now)
            heapq.heappush(back, (now + (0.5 if refusal is None else 0.01), number, leave, refusal))
            number += 1
            yield now
            continue
        if back and back[0][0] <= now + wait:
            now, _, leave, refusal = heapq.heappop(back)
            limiter.came_back()
            if headers:
                limiter.learn(stated(round(server.rate * 60)), now)
            if refusal is None:
                limiter.succeeded(leave, USAGE, now)
            else:
                limiter.overrun(leave.at, now, refusal)
        else:
            now += wait


@pytest.mark.parametrize("burst", [4_000, 100, 10])
def test_limit_is_used_without_refusals_when_headers_state_it(burst: float) -> None:
    server = Server(4_000, burst)
    left = list(run(Limiter(1_000), server, 120, headers=True))
    assert server.accepted >= 0.95 * 4_000 * 2
    assert server.refused < 0.01 * len(left)


def test_limit_is_found_when_no_header_states_it() -> None:
    server = Server(600, 20)
    list(run(Limiter(1_000), server, 300, headers=False))
    assert server.accepted >= 0.8 * 600 * 5
    assert server.refused < 0.1 * server.accepted


def test_limit_is_paced_over_time_when_tokens_are_short() -> None:
    limiter = Limiter(100)
    now, left = 0.0, 0
    limiter.learn(stated(1_000_000, tokens=60_000), now)
    while now < 120:
        wait = limiter.wait(now)
        if wait > 0:
            now += wait
            continue
        leave = limiter.left(now)
        left += 1
        limiter.came_back()
        limiter.succeeded(leave, USAGE, now)
    assert 0.95 * 120 <= left <= 121  # a thousand tokens each, a thousand a second


def test_half_the_cost_is_not_lost_when_replies_come_after_many_left() -> None:
    limiter = Limiter(100)
    limiter.learn(stated(tokens=60_000), 0.0)
    leaves = [limiter.left(0.0) for _ in range(10)]
    for leave in leaves:
        limiter.came_back()
        limiter.succeeded(leave, USAGE, 0.0)
    assert limiter.wait(0.0) == pytest.approx(10, rel=0.05)


def test_calls_grow_by_a_share_with_each_round_when_all_succeed() -> None:
    limiter, allowed = Limiter(1_000), []
    for _ in range(6):
        leaves = []
        while limiter.wait(0.0) <= 0:
            leaves.append(limiter.left(0.0))
        allowed.append(len(leaves))
        for leave in leaves:
            limiter.succeeded(leave, USAGE, 0.0)
            limiter.came_back()
    assert allowed[0] == START
    assert all(1.2 * a <= b <= 2 * a for a, b in pairwise(allowed))
    assert limiter.wait(0.0) <= 0


def test_calls_never_pass_the_most_when_all_succeed() -> None:
    limiter = Limiter(5)
    for _ in range(100):
        leave = limiter.left(0.0)
        limiter.succeeded(leave, USAGE, 0.0)
        limiter.came_back()
    assert [limiter.left(0.0) for _ in range(5)]
    assert limiter.wait(0.0) == math.inf


def test_calls_stop_growing_when_a_server_that_states_no_limit_lets_them_queue() -> None:
    """It answers one call a second, whatever comes."""
    limiter, now, queue, waited = Limiter(1_000), 0.0, deque[Leave](), 0.0
    for _ in range(2_000):
        while limiter.wait(now) <= 0:
            queue.append(limiter.left(now))
        now += 1.0
        leave = queue.popleft()
        waited = max(waited, now - leave.at)
        limiter.came_back()
        limiter.succeeded(leave, USAGE, now)
    assert START < len(queue) < 2 * SLOW_SECONDS
    assert waited < 2 * SLOW_SECONDS


def test_calls_are_cut_once_when_a_crowd_gets_no_answer_in_time() -> None:
    limiter = Limiter(1_000)
    for leave in busy(limiter, 100):
        limiter.timed_out(leave.at, 300.0)
        limiter.came_back()
    assert limiter.allowed == pytest.approx(60, abs=1)
    assert limiter.wait(300.0) <= 0  # nobody asked for a pause


def busy(limiter: Limiter, calls: int) -> list[Leave]:
    """That many under way at second 1, the limiter having grown to them."""
    limiter.allowed = float(calls)
    return [limiter.left(1.0) for _ in range(calls)]


def test_one_crowd_cuts_once_when_all_of_it_is_refused() -> None:
    limiter = Limiter(1_000)
    for leave in busy(limiter, 100):
        limiter.overrun(leave.at, 2.0, 3)
        limiter.came_back()
    assert limiter.allowed == pytest.approx(60, abs=1)
    assert limiter.resumes_at == 5.0


def test_nobody_leaves_before_the_pause_ends_when_the_server_asks_for_one() -> None:
    limiter = Limiter(1_000)
    for leave in busy(limiter, 100):
        limiter.overrun(leave.at, 2.0, 7)
        limiter.came_back()
    assert limiter.wait(8.9) > 0
    assert limiter.wait(9.0 + SPREAD_SECONDS) <= 0


@pytest.mark.parametrize("known", [True, False])
def test_calls_leave_spread_out_when_a_pause_ends(known: bool) -> None:
    limiter = Limiter(1_000, Random(3))
    if known:
        limiter.learn(stated(3_000), 0.0)
    for leave in busy(limiter, 100):
        limiter.overrun(leave.at, 2.0, 8)
        limiter.came_back()
    now, left = 2.0, []
    while (wait := limiter.wait(now)) < math.inf:
        if wait > 0:
            now += wait
        else:
            limiter.left(now)
            left.append(now)
    assert left[0] >= 10.0
    assert len(left) >= 50
    for start in (10.0, 10.5, 11.0):
        assert sum(start <= at < start + 0.1 for at in left) <= 10
    gaps = {round(b - a, 6) for a, b in pairwise(left)}
    assert len(gaps) > 10 or known


def test_spreading_is_the_same_when_the_seed_is() -> None:
    def departures(seed: int) -> list[float]:
        limiter = Limiter(1_000, Random(seed))
        for leave in busy(limiter, 10):
            limiter.overrun(leave.at, 2.0, 1)
            limiter.came_back()
        found = []
        for _ in range(5):
            found.append(3.0 + limiter.wait(3.0))
            limiter.left(found[-1])
        return found

    assert departures(1) == departures(1)
    assert departures(1) != departures(2)


def test_pauses_grow_to_a_longest_when_the_server_names_none() -> None:
    limiter, now, pauses = Limiter(1_000), 1.0, []
    for _ in range(10):
        leave = limiter.left(now)
        limiter.came_back()
        limiter.overrun(leave.at, now, None)
        pauses.append(limiter.resumes_at - now)
        now = limiter.resumes_at + SPREAD_SECONDS
    assert pauses[0] <= 1.0
    assert max(pauses) <= LONGEST_PAUSE
    assert pauses[7] > 8 * pauses[0]


def test_calls_grow_again_slowly_when_the_server_was_overloaded() -> None:
    limiter = Limiter(1_000)
    leaves = busy(limiter, 100)
    limiter.overloaded(leaves[0].at, 2.0)
    before = limiter.allowed
    for leave in leaves[: int(before)]:
        limiter.succeeded(leave, USAGE, 2.0)
    assert 80 < before < 90
    assert limiter.allowed == pytest.approx(before + INCREASE * 100, rel=0.05)


@pytest.mark.parametrize("value", [b"", b"-5", b"many", b"0"])
def test_headers_are_passed_over_when_they_state_no_limit(value: bytes) -> None:
    limiter = Limiter(10)
    limiter.learn([(b"anthropic-ratelimit-requests-limit", value)], 0.0)
    assert not limiter.paces
