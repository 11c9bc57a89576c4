"""The words of an HTML text, without its marks."""

import re
from html.parser import HTMLParser
from typing import Final

from clio_assets.domain import placeholders

_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "table",
        "tr",
        "ul",
    ]
)
_UNSEEN: Final = frozenset({"head", "script", "style", "title"})
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")
_EMPTY_LINES = re.compile(r"\s*\n\s*")


def words_of(html: str) -> str:
    """The text that a reader sees; an image becomes its placeholder."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = _EMPTY_LINES.sub("\n", _BLANKS.sub(" ", "".join(reader.found)))
    return lines.strip()


class _Reader(HTMLParser):
    """Collects text; blocks begin on lines of their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BLOCKS:
            self.found.append("\n")
        elif tag == "img":
            self.found.append(f"\n{placeholders.IMAGE}\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.found.append(data)
