"""Saying where something broke without quoting what it broke on, and keeping libraries quiet."""

import linecache
import logging
import os
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from traceback import walk_tb
from typing import Final, TextIO

#: How far down `reason_of` follows what an error was raised from.
_DEEPEST: Final = 10

_OF_SQLITE: Final = {
    sqlite3.SQLITE_BUSY: "a database is locked by another process",
    sqlite3.SQLITE_LOCKED: "a database is locked by this process",
    sqlite3.SQLITE_READONLY: "a database may not be written to",
    sqlite3.SQLITE_IOERR: "a database cannot be read from or written to its disk",
    sqlite3.SQLITE_CORRUPT: "a database is damaged",
    sqlite3.SQLITE_FULL: "there is no space left for a database",
    sqlite3.SQLITE_CANTOPEN: "a database cannot be opened",
    sqlite3.SQLITE_NOTADB: "a file is no database",
}


def place_of(error: BaseException) -> str:
    """File name and line of the innermost frame of the exception's traceback: "build.py:12"."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


def reason_of(error: BaseException) -> str:
    """Why it happened, in words that no text can have got into; "" where there are none.

    The system's words for a number, SQLite's own for a fault, or a missing module that the code
    itself names: of the error, or of what it was raised from.
    """
    found: BaseException | None = error
    for _ in range(_DEEPEST):
        if found is None:
            break
        if said := _system(found) or _sqlite(found) or _missing_module(found):
            return said
        wrapped = getattr(found, "orig", None)  # as SQLAlchemy keeps what a driver raised
        found = wrapped if isinstance(wrapped, BaseException) else found.__cause__
    return ""


def _system(error: BaseException) -> str:
    number = error.errno if isinstance(error, OSError) else None
    return os.strerror(number) if isinstance(number, int) else ""


def _sqlite(error: BaseException) -> str:
    if not isinstance(error, sqlite3.Error):
        return ""
    return _OF_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "")  # without its details


def _missing_module(error: BaseException) -> str:
    """The module, where the line that asks for it names it: not where a name was worked out."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return ""
    asked = ""
    for frame, number in walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        asked = asked if file.startswith("<frozen") else linecache.getline(file, number)
    words = re.split(r"[^\w.]+", asked.strip())
    if words[0] not in ("import", "from") or error.name not in _with_parents(words):
        return ""
    return f"the module {error.name} is not installed"


def _with_parents(names: list[str]) -> set[str]:
    """Dotted names, and the packages that they lie in."""
    return {".".join(name.split(".")[:n]) for name in names for n in range(1, name.count(".") + 2)}


def says_nothing(error: BaseException) -> bool:
    """Whether it only ends or interrupts the program, and has no words that could quote a text.

    SystemExit with an exit code and KeyboardInterrupt do; one with a message does not.
    """
    return not isinstance(error, Exception) and all(isinstance(arg, int) for arg in error.args)


@contextmanager
def muted() -> Iterator[None]:
    """While it is open nothing is printed, warned or logged, by no thread of the process.

    For code that handles conversations: libraries quote the text that they fail on, native ones
    write to the descriptors themselves, and what is written to standard output and error is kept
    in files that no deletion reaches.
    """
    logged = logging.root.manager.disable
    with ExitStack() as stack:
        nowhere = _nowhere()
        for descriptor, stream in ((1, sys.stdout), (2, sys.stderr)):
            stack.enter_context(_diverted(descriptor, stream, nowhere.fileno()))
        stack.enter_context(redirect_stdout(nowhere))
        stack.enter_context(redirect_stderr(nowhere))
        stack.callback(logging.disable, logged)
        logging.disable(logging.CRITICAL)
        yield


@cache
def _nowhere() -> TextIO:
    """Never closed: a library that is first loaded meanwhile may keep it as its stream."""
    return Path(os.devnull).open("w", encoding="utf-8")


@contextmanager
def _diverted(descriptor: int, stream: object, target: int) -> Iterator[None]:
    """Let a descriptor lead elsewhere; what its stream holds back goes where it was written to."""
    flush = getattr(stream, "flush", lambda: None)  # a process may have no standard output
    flush()
    try:
        kept = os.dup(descriptor)
    except OSError:  # closed: nobody can be told anything there
        yield
        return
    try:
        os.dup2(target, descriptor)
        yield
    finally:
        flush()
        os.dup2(kept, descriptor)
        os.close(kept)
