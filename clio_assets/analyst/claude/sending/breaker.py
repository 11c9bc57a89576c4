"""The circuit breaker: ends a run that cannot succeed, once, with a message that says why."""

import time
from collections.abc import Callable

from clio_assets.analyst.claude.sending.responses import CONTEXT_OVERFLOW, Trouble
from clio_assets.errors import AnalystError
from clio_assets.home.settings import ClaudeSettings

#: Attempts in a row, over all calls, and seconds since the first of them, that have to fail
#: without one success in between. Shorter trouble is what retries are for.
FAILURES = 10
FAILING_SECONDS = 60.0
#: Requests in a row that the server calls invalid from which all of them are: where it never gave
#: a reply, and where it did before. Those that are too long come back at once, while a server of
#: one's own may take a minute for its first reply: they are always the larger number.
INVALID_FROM, INVALID_SINCE = 5, 50

KEPT = "what was answered so far is kept, so run again"


class Breaker:
    """Counts failures across calls; once open, every further call raises its error."""

    def __init__(
        self,
        server: str,
        settings: ClaudeSettings,
        *,
        failing_seconds: float = FAILING_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._server = server
        self._key = settings.api_key_variable
        # before calls give up one by one, each as if it were the only one without a reply
        self._failing_seconds = min(failing_seconds, settings.call_deadline_seconds / 2)
        self._clock = clock
        self._failures = 0
        self._since = 0.0
        self._invalid = 0
        self._answered = False
        self.error: AnalystError | None = None

    def check(self) -> None:
        """Raise the error that stops the run, if there is one."""
        if self.error is not None:
            raise AnalystError(str(self.error))

    def succeeded(self) -> None:
        """A reply came."""
        self._answered = True
        self._failures = self._invalid = 0

    def failed(self, trouble: Trouble) -> None:
        """An attempt got no reply; opens after many in a row for long."""
        self.put_off()
        lasted = self._clock() - self._since
        if self._failures >= FAILURES and lasted >= self._failing_seconds:
            self._open(
                f"{self._server} gave no reply for {lasted:.0f} s: {self._failures} attempts "
                f"failed in a row, the last with {trouble.what}; {KEPT} when it is up"
            )

    def put_off(self) -> None:
        """An attempt came too early (429): waiting mends that, unless no call gets a reply."""
        if not self._failures:
            self._since = self._clock()
        self._failures += 1

    def invalid(self, trouble: Trouble) -> None:
        """The server calls a request invalid; opens where it says nothing else any more."""
        self._invalid += 1
        too_long = trouble.outcome == CONTEXT_OVERFLOW
        if self._invalid < (INVALID_SINCE if self._answered or too_long else INVALID_FROM):
            return
        what, advice = (
            (
                "longer than its model takes",
                "give the server a longer context, or lower transcript_budget in [conversations] "
                "and max_tokens in [claude]",
            )
            if too_long
            else (
                "invalid",
                "check in [claude] that the server knows the models, that they take the effort, "
                "thinking and max_tokens that are set, that the server knows structured outputs, "
                f"and the key in {self._key}, since some servers say so of a wrong one",
            )
        )
        self._open(
            f"{self._server} called {self._invalid} requests in a row {what} ({trouble.what}); "
            f"{advice}; {KEPT} then"
        )

    def must_stop(self, trouble: Trouble) -> None:
        """The server said something that no retry mends."""
        advice = {
            401: f"it does not accept the key in {self._key}; check that variable",
            402: "the account cannot be billed; check its credit and payment",
            403: f"the key in {self._key} may not use this model; check the key's rights",
            404: "it does not know the model, or [claude] base_url is not the server's root "
            "(without /v1/messages); check both",
        }.get(trouble.status, "check [claude] base_url")
        self._open(f"{self._server} answered {trouble.what}: {advice}; {KEPT} then")

    def too_long_a_wait(self, seconds: float, deadline: float) -> None:
        """The server wants us back later than a call may take."""
        self._open(
            f"{self._server} asks to wait {seconds:.0f} s before the next request, which is more "
            f"than [claude] call_deadline_seconds = {deadline:g} allows; {KEPT} later"
        )

    def _open(self, message: str) -> None:
        if self.error is None:
            self.error = AnalystError(message)
