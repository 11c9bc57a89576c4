"""Saying where something broke without quoting what it broke on."""

from pathlib import Path


def place_of(error: BaseException) -> str:
    """File name and line of the innermost frame of the exception's traceback."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
