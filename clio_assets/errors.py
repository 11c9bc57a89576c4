"""Every error the platform raises on purpose, and the exit code each one ends a command with.

    ClioError                     1   base; never raised itself
    |- UsageError                 2   the command or the configuration asks for something impossible
    |- HomeError                  1   the home folder cannot be used (locked, unreadable, mixed up)
    |- SourceError                1   a source cannot be read, or holds nothing usable
    |  `- TooManyRejectsError     1   more malformed records than `max_reject_share` allows
    |- LakeError                  1   a partition is absent or its bytes are damaged
    |  `- UnsealedError           3   no seal, or a seal that does not match bytes or policy
    |- PrivacyGateError           3   a gate judged a partition and did not seal it
    |- StageError                 1   a stage broke on something nobody foresaw
    |- RunError                   1   a run under Dagster was stopped; exits as what stopped it
    |- ShortfallError             3   an evaluation does not reach a threshold of [evaluate]
    |- ModelError                 1   an embedding model cannot be loaded or is not the expected one
    `- AnalystError               1   the analyst could not answer
       `- BudgetError             1   the next call of a model would pass `budget_usd`

Messages name stages, partitions, counts and what to do next. They never hold conversation text,
facet values, user ids or conversation ids, because messages end in logs that outlive deletions.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Final

from privacy_checks.ground.faults import muted, place_of, reason_of, says_nothing

#: User and password of an address: `//user:password@`.
_PASSWORD: Final = re.compile(r"(//[^\s/:@]*):[^\s]*@")
_LONGEST: Final = 1_000


class ClioError(Exception):
    """Base of the taxonomy above. `exit_code` is what a command that meets it exits with."""

    exit_code = 1


class UsageError(ClioError):
    """The command line or the configuration asks for something that cannot be done."""

    exit_code = 2


class HomeError(ClioError):
    """The home folder cannot be used: locked by another run, unreadable, or of another kind."""


class SourceError(ClioError):
    """A source cannot be read, is of no known shape, or holds nothing usable."""


class TooManyRejectsError(SourceError):
    """More records of a source were malformed than `max_reject_share` allows."""


class LakeError(ClioError):
    """A partition is absent, or its bytes are not what its manifest says."""


class UnsealedError(LakeError):
    """A partition has no seal that matches its bytes and the policy in force."""

    exit_code = 3


class PrivacyGateError(ClioError):
    """A privacy gate judged a partition and refused to seal it."""

    exit_code = 3


class ShortfallError(ClioError):
    """A figure of an evaluation does not reach the threshold that clio.toml sets for it."""

    exit_code = 3


class ModelError(ClioError):
    """An embedding model cannot be loaded, or its weights are not the expected ones."""


class AnalystError(ClioError):
    """The analyst could not give an answer that can be used."""


class BudgetError(AnalystError):
    """The next call of a model would pass the budget; what was answered so far is kept."""


class StageError(ClioError):
    """A stage broke on something nobody foresaw; the message says where, never with what."""


class RunError(ClioError):
    """A run under Dagster was stopped by an error of this taxonomy: its words and its exit code."""

    def __init__(self, words: str, exit_code: int) -> None:
        super().__init__(words)
        self.exit_code = exit_code


@contextmanager
def contained(stage: str, key: str, *, mute: bool = True) -> Iterator[None]:
    """Let errors of the taxonomy through; of any other keep kind and place, drop the message.

    The message of a foreign exception may quote what it stumbled over, and Dagster keeps the
    messages of exceptions, of their causes and of what they were raised in the midst of (rule 3).
    So is what libraries print, log and warn meanwhile, unless `mute` is off.
    """
    try:
        with muted() if mute else nullcontext():
            yield
    except ClioError as error:
        raise error from None
    except BaseException as error:  # panics of native libraries are no `Exception`
        if says_nothing(error):
            raise error from None
        # of a system's error without a number: its words are whatever a library put there
        if reason := reason_of(error) or _system_kind(error):
            raise StageError(
                f"{stage} {key}: the system says {reason!r}; mend that and run again, "
                "nothing half-written is kept"
            ) from None
        raise StageError(
            f"{stage} {key} failed with {type(error).__name__} at {place_of(error)}; "
            "its message is withheld because it may quote a conversation"
        ) from None


def _system_kind(error: BaseException) -> str:
    return type(error).__name__ if isinstance(error, OSError) else ""


@contextmanager
def before_reading(doing: str) -> Iterator[None]:
    """Let errors of the taxonomy through, and tell the message of any other: nobody has read a
    conversation yet that it could quote.

    Only for what opens nothing of the private zone and of sources: configuration, Dagster's
    storage, loading a model. Passwords in addresses are left out.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, ClioError):
            raise error from None
        raise StageError(
            f"{doing} failed with {type(error).__name__} before any conversation was read: "
            f"{in_one_line(str(error))}"
        ) from None


def in_one_line(message: str) -> str:
    """What an error says that quotes no conversation, without passwords of addresses."""
    return _PASSWORD.sub(r"\1:…@", " ".join(message.split()))[:_LONGEST]
