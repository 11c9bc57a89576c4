"""Lists and objects as Python prints them, which is what `DataFrame.to_csv` makes of them.

    [{'role': 'user', 'content': "it's", 'at': datetime.datetime(2026, 3, 1, 10, 0)}]
    [{'role': 'user', 'content': 'hi'}
     {'role': 'assistant', 'content': 'ho'}]                  arrays of NumPy have no commas
    {'turns': array([{'role': 'user', ...}], dtype=object)}   nor are they bare within others

Nothing is evaluated: this is a reader of literals and of the few calls that stand for one (a time,
an id, a number with a type). Of arrays of more than a thousand elements NumPy prints three at each
end and `...` between them: such a text is cut off.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

_LONGEST: Final = 16 * 2**20
_DEEPEST: Final = 64
_BEGINS = re.compile(r"\s*(?:array\(|[\[{])")
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>b?(?:'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+"))
    | (?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    | (?P<cut>\.\.\.)
    | (?P<name>-?[A-Za-z_][\w.]*|<[\w:./+ -]{1,60}>)
    | (?P<mark>[\[\](){},:=])
    )""",
    re.VERBOSE | re.DOTALL,
)
_NAMES: Final[Mapping[str, object]] = {
    "True": True,
    "False": False,
    "np.True_": True,
    "np.False_": False,
    **dict.fromkeys(("None", "nan", "NaT", "<NA>", "inf", "-inf")),  # as JSON has them: not
}
_ESCAPED = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", '"': '"'}
_CLOSED_BY: Final = {"[": "]", "(": ")"}


class _NotOne(Exception):  # noqa: N818 - a signal within this file
    """The text is something else."""


class _Cut(Exception):  # noqa: N818 - a signal within this file
    """The text was cut off as it was printed."""


def python_value(text: str) -> object:
    """The list of objects, or the object, that a text holds as Python prints it; else None."""
    try:
        value = _read(text)
    except (_NotOne, _Cut):
        return None
    objects = value if isinstance(value, list) else [value]
    return value if any(isinstance(one, Mapping) for one in objects) else None


def is_cut_off(text: str) -> bool:
    """Whether this is such a text, but for the elements that were left out of it."""
    try:
        _read(text)
    except _Cut:
        return True
    except _NotOne:
        return False
    return False


def _read(text: str) -> object:
    if len(text) > _LONGEST or not _BEGINS.match(text):
        raise _NotOne
    return _Reader(text).whole()


class _Reader:
    """Reads one text from its beginning to its end."""

    def __init__(self, text: str) -> None:
        self._tokens = self._told(text.rstrip())
        self._kind, self._token = "", ""
        self._advance()

    def _told(self, text: str) -> Iterator[tuple[str, str]]:
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                raise _NotOne
            yield found.lastgroup, found[found.lastgroup]
            at = found.end()

    def _advance(self) -> tuple[str, str]:
        was = self._kind, self._token
        self._kind, self._token = next(self._tokens, ("end", ""))
        return was

    def _take(self, mark: str) -> bool:
        found = self._kind == "mark" and self._token == mark
        if found:
            self._advance()
        return found

    def whole(self) -> object:
        """The value, behind which nothing may stand."""
        value = self._value(_DEEPEST)
        if self._kind != "end":
            raise _NotOne
        return value

    def _value(self, deeper: int, *, is_argument: bool = False) -> object:
        if not deeper:
            raise _NotOne
        kind, token = self._advance()
        if kind == "cut":
            raise _Cut
        if kind == "text":
            return _unescaped(token)
        if kind == "number":
            return int(token) if token.lstrip("-").isdigit() and len(token) < 40 else float(token)
        if kind == "name":
            return self._named(token, deeper, is_argument)
        if token in _CLOSED_BY:
            return self._listed(_CLOSED_BY[token], deeper)
        if token == "{":
            return self._object(deeper)
        raise _NotOne

    def _listed(self, end: str, deeper: int) -> list[object]:
        values: list[object] = []
        while not self._take(end):
            values.append(self._value(deeper - 1))
            self._take(",")
        return values

    def _object(self, deeper: int) -> object:
        members: dict[str, object] = {}
        while not self._take("}"):
            key = self._value(deeper - 1)
            if not self._take(":") and not members:  # a set
                self._take(",")
                return [key, *self._listed("}", deeper)]
            if isinstance(key, list | Mapping):
                raise _NotOne
            members[str(key)] = self._value(deeper - 1)
            self._take(",")
        return members

    def _named(self, name: str, deeper: int, is_argument: bool) -> object:
        """A constant, a call, or the name of something: `dtype=object`, `tzinfo=timezone.utc`."""
        if self._take("("):
            return _called(name.rpartition(".")[2], *self._arguments(deeper))
        if name in _NAMES:
            return _NAMES[name]
        if is_argument:
            return name
        raise _NotOne

    def _arguments(self, deeper: int) -> tuple[list[object], dict[str, object]]:
        plain: list[object] = []
        named: dict[str, object] = {}
        while not self._take(")"):
            value = self._value(deeper - 1, is_argument=True)
            if self._take("="):
                named[str(value)] = self._value(deeper - 1, is_argument=True)
            else:
                plain.append(value)
            self._take(",")
        return plain, named


def _called(name: str, plain: list[object], named: Mapping[str, object]) -> object:
    """What a call stands for."""
    try:
        if name == "datetime":
            return _moment(plain, named).isoformat()
        if name == "date":
            return date(*plain).isoformat()  # type: ignore[arg-type]
        if name == "timedelta":
            return timedelta(*plain, **named).total_seconds()  # type: ignore[arg-type]
        if name in ("timezone", "ZoneInfo"):
            return plain[0] if plain else named["key"]
    except (TypeError, ValueError, KeyError, OverflowError, OSError):  # no such moment or zone
        raise _NotOne from None
    if len(plain) != 1 or (isinstance(plain[0], list) and name != "array"):
        raise _NotOne
    return plain[0]


def _moment(plain: list[object], named: Mapping[str, object]) -> datetime:
    rest = {key: value for key, value in named.items() if key != "tzinfo"}
    moment = datetime(*plain, **rest)  # type: ignore[arg-type]  # noqa: DTZ001
    return moment.replace(tzinfo=_zone(named.get("tzinfo")))


def _zone(told: object) -> tzinfo | None:
    if told is None:
        return None
    if isinstance(told, float):  # seconds of a timedelta
        return timezone(timedelta(seconds=told))
    name = str(told).strip("<>").rpartition(".")[2]
    return UTC if name.lower() == "utc" else ZoneInfo(name)


def _unescaped(token: str) -> str:
    text = token.removeprefix("b")[1:-1]
    if "\\" in text:
        text = _ESCAPED.sub(_meant, text)
    if not token.startswith("b"):
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _meant(found: re.Match[str]) -> str:
    told = found[1]
    if len(told) > 1:
        return chr(min(int(told[1:], 16), 0x10FFFF))
    return _ESCAPES.get(told, found[0])
