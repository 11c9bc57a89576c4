"""Sentence templates with slots: compiled once, filled with values that a conversation keeps.

A slot is a name in braces. `{city}` is the same throughout a conversation, `{city2}` another value
of the same list. Where articles are asked for, `a {city}` becomes `an {city}` as the value needs.
"""

import re
from collections.abc import Iterable, Mapping
from random import Random

Options = tuple[str, ...]

_RANGE = re.compile(r"(\d+)\.\.(\d+)(?:/(\d+))?")
_ARTICLE = re.compile(r"\b([Aa]) \{([a-z_]+\d?)\}")
_SOUNDS_LIKE_A_CONSONANT = ("one", "uni", "use", "used", "eu", "U")
_SILENT_H = ("hour", "honest", "heir")


def compile_options(slots: Mapping[str, str | list[str]]) -> dict[str, Options]:
    """Lists of values; a range such as `10..90/5` stands for its numbers."""
    options: dict[str, Options] = {}
    for name, values in slots.items():
        if isinstance(values, str):
            match = _RANGE.fullmatch(values)
            if match is None:
                raise ValueError(f"slot {name} is neither a list nor a range")
            first, last, step = match.groups()
            options[name] = tuple(map(str, range(int(first), int(last) + 1, int(step or 1))))
        else:
            options[name] = tuple(values)
    return options


def compile_templates(
    texts: Iterable[str], slots: Mapping[str, Options], *, articles: bool
) -> tuple[str, ...]:
    """Templates that `str.format_map` fills; braces that are no slots stay as they are."""
    return tuple(_compile(text, slots, articles=articles) for text in texts)


def _compile(text: str, slots: Mapping[str, Options], *, articles: bool) -> str:
    if articles:
        text = _ARTICLE.sub(r"{\1 \2}", text)
        pattern = re.compile(r"\{((?:[Aa] )?)([A-Za-z_]+\d?)\}")
    else:
        pattern = re.compile(r"\{()([A-Za-z_]+\d?)\}")
    parts: list[str] = []
    end = 0
    for match in pattern.finditer(text):
        article, name = match.groups()
        if name not in slots and name.rstrip("0123456789") not in slots:
            raise ValueError(f"no list for the slot {name}")
        parts += [_escape(text[end : match.start()]), "{", article, name, "}"]
        end = match.end()
    return "".join([*parts, _escape(text[end:])])


def _escape(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


class Values(dict[str, str]):
    """The values of one conversation, each drawn when a template first asks for it."""

    __slots__ = ("_draw", "_slots")

    def __init__(self, slots: Mapping[str, Options], random: Random) -> None:
        """An empty set of values over the lists in `slots`."""
        super().__init__()
        self._slots = slots
        self._draw = random.random

    def __missing__(self, name: str) -> str:
        """Draw a value; one that holds slots itself is filled at once."""
        if name[1:2] == " ":
            value = _with_article(name[0], self[name[2:]])
        else:
            options = self._slots.get(name)
            taken = ""
            if options is None:
                taken = self[name[:-1]]
                options = self._slots[name[:-1]]
            place = int(self._draw() * len(options))
            value = options[place]
            if value == taken:
                value = options[place - 1]
            if "{" in value:
                value = value.format_map(self)
        self[name] = value
        return value

    def fill(self, template: str) -> str:
        """The template with its slots filled and its first letter a capital."""
        text = template.format_map(self)
        return text[:1].upper() + text[1:]


def _with_article(article: str, value: str) -> str:
    vowel = value[0] in "aeiouAEIOU" and not value.startswith(_SOUNDS_LIKE_A_CONSONANT)
    return f"{article}n {value}" if vowel or value.startswith(_SILENT_H) else f"{article} {value}"
