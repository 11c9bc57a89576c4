"""What `contained` lets through, and what it withholds."""

import importlib
import sqlite3
import traceback
from collections.abc import Callable
from contextlib import closing

import pytest

from clio_assets.errors import LakeError, StageError, before_reading, contained

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


def locked() -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE t (a CHECK (a < 1))")
        database.execute("PRAGMA query_only = 1")
        database.execute("INSERT INTO t VALUES (0)")


def module_by_name() -> None:
    import no_such_module_of_ours.inner  # type: ignore[import-not-found] # noqa: F401


def module_of_a_row() -> None:
    importlib.import_module(ROW.replace(" ", "_"))


def wrapped() -> None:
    try:
        locked()
    except sqlite3.OperationalError as error:
        raise ValueError(ROW) from error


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (locked, "a database may not be written to"),
        (wrapped, "a database may not be written to"),
        (module_by_name, "the module no_such_module_of_ours is not installed"),
    ],
)
def test_reason_is_told_when_no_text_can_have_got_into_its_words(
    act: Callable[[], None], said: str
) -> None:
    with pytest.raises(StageError, match=said) as caught, contained("facets", "2026-09-28"):
        act()
    assert ROW not in "".join(traceback.format_exception(caught.value))


def test_module_is_withheld_when_its_name_was_worked_out() -> None:
    with pytest.raises(StageError, match="withheld") as caught, contained("facets", "2026-09-28"):
        module_of_a_row()
    assert ROW.replace(" ", "_") not in str(caught.value)


def test_message_is_told_without_passwords_when_nothing_was_read_yet() -> None:
    with pytest.raises(StageError) as caught, before_reading("opening the storage"):
        raise RuntimeError(
            "no server at postgresql+psycopg2://clio:p@ss:word@db:5432/dagster,\n why"
        )
    assert str(caught.value) == (
        "opening the storage failed with RuntimeError before any conversation was read: "
        "no server at postgresql+psycopg2://clio:…@db:5432/dagster, why"
    )


def test_own_error_comes_through_when_nothing_was_read_yet() -> None:
    with pytest.raises(LakeError, match=r"^no lake$"), before_reading("starting"):
        raise LakeError("no lake")
