"""What `contained` lets through, and what it withholds."""

import traceback
from collections.abc import Callable

import pytest

from clio_assets.errors import LakeError, StageError, contained

ROW = "a row of a conversation"


class PanicException(BaseException):
    """As the bindings of native libraries raise it."""


def chained() -> None:
    try:
        raise KeyError(ROW)
    except KeyError as error:
        raise ValueError(ROW) from error


def own_in_the_midst_of_another() -> None:
    try:
        raise KeyError(ROW)
    except KeyError:
        raise LakeError("days 2026-09-28 is not there")  # noqa: B904 - the point of the test


def raising(error: BaseException) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (chained, "facets 2026-09-28 failed with ValueError at test_errors.py:"),
        (raising(ExceptionGroup(ROW, [ValueError(ROW)])), "failed with ExceptionGroup at"),
        (raising(PanicException(ROW)), "failed with PanicException at"),
        (raising(SystemExit(ROW)), "failed with SystemExit at"),
        (raising(OSError(28, ROW, ROW)), "the system says 'No space left on device'"),
        (raising(OSError(ROW)), "the system says 'OSError'"),
    ],
    ids=["chained", "group", "panic", "exit", "system", "system without a number"],
)
def test_contained_withholds_the_message_when_the_error_is_foreign(
    act: Callable[[], None], expected: str
) -> None:
    with pytest.raises(StageError) as caught, contained("facets", "2026-09-28"):
        act()
    assert expected in str(caught.value)
    assert ROW not in "".join(traceback.format_exception(caught.value))


def test_contained_keeps_the_words_alone_when_the_error_is_the_platforms() -> None:
    with pytest.raises(LakeError, match="is not there") as caught, contained("facets", "a day"):
        own_in_the_midst_of_another()
    assert ROW not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3)], ids=repr)
def test_contained_lets_interruptions_through_when_they_say_nothing(error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, contained("facets", "a day"):
        raise error
    assert caught.value is error
