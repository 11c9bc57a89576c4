"""When a run is stopped, and what is said then."""

import pytest

from clio_assets.analyst.claude.sending.breaker import (
    FAILURES,
    INVALID_FROM,
    INVALID_SINCE,
    Breaker,
)
from clio_assets.analyst.claude.sending.responses import CONTEXT_OVERFLOW, Trouble
from clio_assets.errors import AnalystError
from clio_assets.home.settings import ClaudeSettings

DOWN = Trouble("529 overloaded_error", "again", 529)
INVALID = Trouble("400 invalid_request_error", "doubtful", 400)
TOO_LONG = Trouble("400", "doubtful", 400, CONTEXT_OVERFLOW)


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    settings = ClaudeSettings(api_key_variable="MY_KEY")
    return Breaker("http://server:1", settings, failing_seconds=60, clock=clock)


def fail(breaker: Breaker, clock: Clock, times: int, seconds: float) -> None:
    for _ in range(times):
        breaker.failed(DOWN)
        clock.now += seconds


def test_breaker_opens_when_many_attempts_failed_in_a_row_for_long(
    breaker: Breaker, clock: Clock
) -> None:
    fail(breaker, clock, FAILURES, 60 / (FAILURES - 1) + 0.01)
    with pytest.raises(AnalystError, match=r"no reply for 60 s: 10 attempts .* 529 overloaded"):
        breaker.check()


def test_breaker_opens_before_calls_give_up_one_by_one_when_their_deadline_is_short(
    clock: Clock,
) -> None:
    breaker = Breaker("http://server:1", ClaudeSettings(call_deadline_seconds=4), clock=clock)
    fail(breaker, clock, FAILURES, 2 / (FAILURES - 1) + 0.01)
    with pytest.raises(AnalystError, match="no reply for 2 s"):
        breaker.check()


@pytest.mark.parametrize(("times", "seconds"), [(FAILURES - 1, 60.0), (FAILURES * 100, 0.01)])
def test_breaker_stays_closed_when_failures_are_few_or_brief(
    breaker: Breaker, clock: Clock, times: int, seconds: float
) -> None:
    fail(breaker, clock, times, seconds)
    breaker.check()


def test_breaker_stays_closed_when_one_call_succeeds_now_and_then(
    breaker: Breaker, clock: Clock
) -> None:
    for _ in range(10):
        fail(breaker, clock, FAILURES - 1, 60)
        breaker.succeeded()
    breaker.check()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "MY_KEY"),
        (402, "credit"),
        (403, "MY_KEY"),
        (404, "base_url"),
        (302, "base_url"),
    ],
)
def test_breaker_opens_at_once_when_no_retry_can_help(
    breaker: Breaker, status: int, words: str
) -> None:
    breaker.must_stop(Trouble(str(status), "stop", status))
    with pytest.raises(AnalystError, match=words) as caught:
        breaker.check()
    assert f"http://server:1 answered {status}" in str(caught.value)


def test_breaker_opens_when_the_first_requests_are_all_invalid(breaker: Breaker) -> None:
    for _ in range(INVALID_FROM - 1):
        breaker.invalid(INVALID)
    breaker.check()
    breaker.invalid(INVALID)
    with pytest.raises(AnalystError, match=r"5 requests in a row invalid .* key in MY_KEY"):
        breaker.check()


def test_breaker_stays_closed_when_replies_come_between_invalid_requests(breaker: Breaker) -> None:
    for _ in range(3):
        breaker.succeeded()
        for _ in range(INVALID_SINCE - 1):
            breaker.invalid(INVALID)
    breaker.check()


def test_breaker_opens_when_requests_became_invalid_one_after_the_other(breaker: Breaker) -> None:
    breaker.succeeded()
    for _ in range(INVALID_SINCE):
        breaker.invalid(INVALID)
    with pytest.raises(AnalystError, match="50 requests in a row invalid"):
        breaker.check()


def test_breaker_names_the_context_when_many_requests_in_a_row_are_too_long_for_it(
    breaker: Breaker,
) -> None:
    for _ in range(INVALID_SINCE - 1):
        breaker.invalid(TOO_LONG)
    breaker.check()  # the first reply of a slow server may still be on its way
    breaker.invalid(TOO_LONG)
    with pytest.raises(AnalystError, match=r"50 requests .* longer .* transcript_budget") as caught:
        breaker.check()
    assert "MY_KEY" not in str(caught.value)


def test_breaker_opens_when_calls_are_given_up_after_nothing_but_refusals_to_hurry(
    breaker: Breaker, clock: Clock
) -> None:
    for _ in range(FAILURES):
        breaker.put_off()
        clock.now += 60
    breaker.check()  # waiting goes on until a call gives up
    breaker.failed(Trouble("429 rate_limit_error", "slower", 429))
    with pytest.raises(AnalystError, match="the last with 429 rate_limit_error"):
        breaker.check()


def test_breaker_opens_when_the_server_asks_to_wait_beyond_the_deadline(breaker: Breaker) -> None:
    breaker.too_long_a_wait(3600, 600)
    with pytest.raises(AnalystError, match=r"wait 3600 s .* call_deadline_seconds = 600"):
        breaker.check()


def test_breaker_keeps_its_first_error_when_more_comes(breaker: Breaker) -> None:
    breaker.must_stop(Trouble("401", "stop", 401))
    breaker.must_stop(Trouble("404", "stop", 404))
    with pytest.raises(AnalystError, match="401"):
        breaker.check()
