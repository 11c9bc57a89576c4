"""JSON files that hold an array of records, or one record after another.

An export may be a single record, an object around an array of conversations, of any length: a
record that is long is read an element of its array at a time (`json_parts.py`).
"""

import io
from collections.abc import Iterator
from typing import Final

from clio_assets.sources.readers.json_parts import Records, Split
from clio_assets.sources.readers.json_window import Window
from clio_assets.sources.readers.protocol import LONGEST_RECORD, Found, Unreadable

#: Characters of a record that is read whole in any case.
WHOLE: Final = 8 * 2**20


def read_json_document(
    stream: io.BufferedIOBase,
    longest: int = LONGEST_RECORD,
    split: Split = lambda *_: None,
    whole: int = WHOLE,
) -> Iterator[Found]:
    """The elements of the array, or the documents one by one, numbered from 1; what is longer than
    `whole` in parts, as far as `split` knows any.

    An element that is no object is set aside. Raises Unreadable where the JSON breaks off or
    breaks: nothing after that place can be told apart.
    """
    window = Window(stream, longest)
    records = Records(window, split, whole)
    is_array = window.take("[")
    begun = closed = False
    while not window.at_end() and not (is_array and (closed := window.take("]"))):
        if is_array and begun and not window.take(","):
            raise Unreadable(f"the JSON is broken behind record {records.number}")
        begun = True
        yield from records.next_ones()
    if is_array and not closed:
        raise Unreadable(f"the JSON array breaks off behind record {records.number}")
    if not window.at_end():
        raise Unreadable("something follows the JSON array")
