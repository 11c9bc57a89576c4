"""JSON text that was cut off: what is left of it.

    [{"role": "user", "parts": [{"type": "text", "content": "Which trai

becomes the message that was begun, `[{"role": "user", "parts": [{... "content": "Which trai"}]}]`.
Exporters cut attributes off at a length that their owner sets, in the middle of a value.
"""

import json
import re
from collections import deque
from typing import Final

from clio_assets.sources.formats.protocol import Malformed

_WHOLE_STRING: Final = r'"(?:[^"\\]|\\.)*+"'
_BEGUN_STRING = re.compile(r'"(?:[^"\\]|\\u[0-9a-fA-F]{4}|\\[^u])*+', re.DOTALL)
_TOKEN = re.compile(rf'{_WHOLE_STRING}|[\[\]{{}}"]', re.DOTALL)
_CLOSES: Final = {"[": "]", "{": "}"}
_TRIES: Final = 8


def structured(value: object) -> tuple[object, bool]:
    """A list or object that may stand there as JSON text, and whether it was cut off.

    Other text and other values as they are. None where nothing is left of what was cut off.
    """
    if not isinstance(value, str) or not value.lstrip().startswith(("[", "{")):
        return value, False
    try:
        return json.loads(value), False
    except RecursionError:
        raise Malformed("nested_too_deeply") from None
    except ValueError:
        return _mended(value), True


def _mended(text: str) -> object:
    for candidate in _candidates(text):
        try:
            return json.loads(candidate)
        except (ValueError, RecursionError):
            continue
    return None


def _candidates(text: str) -> list[str]:
    """The text with all closed that is open: at its end, else where a list or object last began
    or ended."""
    open_: list[str] = []
    whole: deque[tuple[int, str]] = deque(maxlen=_TRIES)
    end = text.rstrip()
    for token in _TOKEN.finditer(text):
        found = token[0]
        if found in _CLOSES:
            open_.append(_CLOSES[found])
            whole.appendleft((token.end(), "".join(reversed(open_))))
        elif found in {"]", "}"}:
            if open_ and open_.pop() == found:
                whole.appendleft((token.end(), "".join(reversed(open_))))
        elif found == '"':  # begun and never ended
            begun = _BEGUN_STRING.match(text, token.start())
            end = text[: begun.end() if begun else token.start()] + '"'
            break
    closed = end.rstrip(", \n") + "".join(reversed(open_))
    return [closed, *(text[:place] + rest for place, rest in whole)]
