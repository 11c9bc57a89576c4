"""Saying where something broke without quoting what it broke on, and keeping libraries quiet."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import TextIO


def place_of(error: BaseException) -> str:
    """File name and line of the innermost frame of the exception's traceback: "build.py:12"."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


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
