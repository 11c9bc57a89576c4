"""Whether JSON stands one record a line, or as documents: names are no proof of it."""

import codecs
from typing import Final

from clio_assets.sources.formats.protocol import Malformed
from clio_assets.sources.readers.decode import DECODER, decode

#: How a value goes on in the next line: by the end of a line, what the next one begins with.
_GOES_ON: Final = {
    b"{": (b'"', b"}"),
    b"[": (b"{", b"[", b'"', b"]"),
    b",": (b'"', b"{", b"["),
}


def are_lines(beginning: bytes, *, expected: bool) -> bool:
    """Whether each line is a record, as `expected` by the name, judged by a file's beginning.

    In a file of lines a broken first line costs only itself. It is no such file where it begins
    with an array of records, or with a record over several lines.
    """
    text = beginning.removeprefix(codecs.BOM_UTF8).lstrip()
    line, newline, rest = text.partition(b"\n")
    line = line.rstrip()
    try:
        decode(line)
    except Malformed as malformed:
        if not expected:
            return False
        if malformed.reason == "not_an_object":  # [1] on a line: an element if others follow
            return bool(rest.strip()) or not line.startswith(b"[")
    else:
        return True
    if not newline:  # too long to be seen whole, if not broken
        return not line.startswith(b"[")
    next_ones = _GOES_ON.get(line[-1:], ())
    if line.startswith(b"{") and line.endswith(b","):
        next_ones = next_ones[:1]  # only a key; another record shows that this line is cut
    return not (rest.lstrip().startswith(next_ones) or _is_whole(text))


def _is_whole(text: bytes) -> bool:
    """Whether a value over several lines stands at the beginning."""
    try:
        _, end = DECODER.raw_decode(text.decode("utf-8", "ignore"))
    except (ValueError, RecursionError):
        return False
    return end > len(text.partition(b"\n")[0])
