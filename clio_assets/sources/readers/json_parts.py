"""A record that is too long to be read whole, in parts: an element of its array at a time.

    {"conversations": [{...}, {...}]}           the elements are records of their own: {...}, {...}
    {"eval": {...}, "samples": [{...}, {...}]}  {"eval": {...}, "samples": [{...}]}, once for each

Which of them it is, and whether a record may be read so at all, the shapes know (`Split`). They are
asked with a sketch: what stands before the array, and the array with its first element. An element
that is too long itself is gone into in turn (`resourceSpans`, `scopeSpans`, `spans`).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from clio_assets.sources.formats.protocol import Parted, Record
from clio_assets.sources.readers.decode import DECODER
from clio_assets.sources.readers.json_window import BLANK, Taken, Window, too_long
from clio_assets.sources.readers.protocol import Found, Unreadable

#: How the array that keys lead to is read; None where its record has to be read whole.
Split = Callable[[Record, tuple[str, ...]], Parted | None]


class _Sketch(NamedTuple):
    """A record as far as it was looked at, and the keys that lead to its first element."""

    record: Record
    path: tuple[str, ...]


class _Around(NamedTuple):
    """What stands around an element: for each level what came before the array, and its key."""

    levels: tuple[tuple[Record, str], ...] = ()

    def into(self, before: Record, key: str) -> "_Around":
        """With one level more."""
        return _Around((*self.levels, (before, key)))

    def path(self) -> tuple[str, ...]:
        """The keys that lead to the element."""
        return tuple(key for _, key in self.levels)

    def record_of(self, value: object) -> object:
        """The record as if the element was the only one."""
        for before, key in reversed(self.levels):
            value = {**before, key: [value]}
        return value


_NOTHING: Final = _Around()


class Records:
    """The records of a document one after the other; `number` is that of the last one."""

    def __init__(self, window: Window, split: Split, whole: int) -> None:
        self._window = window
        self._split = split
        self._whole = whole
        self.number = 0

    def next_ones(self, around: _Around = _NOTHING) -> Iterator[Found]:
        """The value that comes next as one record, or as many where it is long."""
        for size in self._sizes():
            taken = self._window.value_within(size, self.number + 1)
            if taken is not None:
                yield self._found(around.record_of(taken.value), taken.raw)
                return
            if self._may_part(_sketched(self._window.text, self._window.at), around):
                yield from self._members(around)
                return
        raise too_long(self.number + 1)

    def _sizes(self) -> Iterator[int]:
        """How much is looked at: more each time, for a first element may be long."""
        size = min(self._whole, self._window.longest)
        while size < self._window.longest:
            yield size
            size *= 2
        yield self._window.longest

    def _found(self, value: object, raw: str) -> Found:
        self.number += 1
        if isinstance(value, Mapping):
            return Found(self.number, value)
        return Found(self.number, None, "not_an_object", raw.encode("utf-8", "replace"))

    def _may_part(self, sketch: _Sketch | None, around: _Around) -> Parted | None:
        if sketch is None:
            return None
        record = around.record_of(sketch.record)
        return self._split(record, around.path() + sketch.path)  # type: ignore[arg-type]

    def _members(self, around: _Around) -> Iterator[Found]:
        """The records within an object."""
        self._take("{")
        before: dict[str, object] = {}
        begun = False
        while not self._window.take("}"):
            if begun:
                self._take(",")
            begun = True
            key = self._window.value(self.number + 1).value
            self._take(":")
            if not isinstance(key, str):
                raise self._broken()
            yield from self._member(around, before, key)

    def _member(self, around: _Around, before: dict[str, object], key: str) -> Iterator[Found]:
        """The records within a member; one that has none comes before all that follow."""
        for size in self._sizes():
            taken = self._window.value_within(size, self.number + 1)
            if taken is not None:
                yield from self._whole_member(around, before, key, taken)
                return
            sketch = _sketched_array(self._window.text, self._window.at, before, key)
            if how := self._may_part(sketch, around):
                yield from self._elements(_NOTHING if how == "alone" else around.into(before, key))
                return
        raise too_long(self.number + 1)

    def _whole_member(
        self, around: _Around, before: dict[str, object], key: str, taken: Taken
    ) -> Iterator[Found]:
        """A list that could have been longer makes records as well."""
        values = taken.value
        if isinstance(values, list) and values and isinstance(first := values[0], Mapping):
            sketch = _Sketch({**before, key: [first]}, (key,))
            if how := self._may_part(sketch, around):
                inside = _NOTHING if how == "alone" else around.into(before, key)
                for value in values:
                    raw = "" if isinstance(value, Mapping) else json.dumps(value)
                    yield self._found(inside.record_of(value), raw)
                return
        before[key] = values

    def _elements(self, around: _Around) -> Iterator[Found]:
        """The records of an array."""
        self._take("[")
        begun = False
        while not self._window.take("]"):
            if begun:
                self._take(",")
            begun = True
            yield from self.next_ones(around)

    def _take(self, character: str) -> None:
        if not self._window.take(character):
            raise self._broken()

    def _broken(self) -> Unreadable:
        return Unreadable(f"the JSON is broken behind record {self.number}")


def _sketched(text: str, at: int) -> _Sketch | None:
    """An object of which the text holds the beginning: the members before the one that is cut off,
    and the first element of that one. None where it is no array, or too little is there."""
    if not text.startswith("{", at):
        return None
    before: dict[str, object] = {}
    at += 1
    try:
        while True:
            key, at = DECODER.raw_decode(text, _behind_blank(text, at))
            at = _behind(text, at, ":")
            try:
                before[key], end = DECODER.raw_decode(text, at)
            except ValueError:
                return _sketched_array(text, at, before, key)
            at = _behind(text, end, ",")
    except (ValueError, RecursionError):
        return None


def _sketched_array(text: str, at: int, before: Record, key: str) -> _Sketch | None:
    if not text.startswith("[", at):
        return None
    at = _behind_blank(text, at + 1)
    try:
        first: object = DECODER.raw_decode(text, at)[0]
    except RecursionError:
        return None
    except ValueError:
        inner = _sketched(text, at)
        return _Sketch({**before, key: [inner.record]}, (key, *inner.path)) if inner else None
    return _Sketch({**before, key: [first]}, (key,))


def _behind(text: str, at: int, character: str) -> int:
    """The place of what follows the character. Raises ValueError where another one stands there."""
    at = _behind_blank(text, at)
    if not text.startswith(character, at):
        raise ValueError
    return _behind_blank(text, at + 1)


def _behind_blank(text: str, at: int) -> int:
    blank = BLANK.match(text, at)
    return blank.end() if blank else at
