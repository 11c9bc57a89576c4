"""The phrase book: lines that a person would name a group of requests with, by area and domain.

A file is text in UTF-8:

    # Cook, eat and drink
    ## Find and follow recipes
    Find a recipe | Ask how long to cook something
    Plan meals for the week

A domain holds areas, an area holds lines; lines are parted by " | " or stand in rows of their own.
The bundled book is `book/`, a file a domain. An operator's own book comes before it: of two lines
that say the same, the first counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from clio_assets.errors import UsageError

_BUNDLED: Final = Path(__file__).parent / "book"

#: Words that a line, an area or a domain may have: names of clusters have no more.
MOST_WORDS: Final = 10


@dataclass(frozen=True)
class Line:
    """One line with the area and the domain it stands under."""

    text: str
    area: str
    domain: str


@dataclass(frozen=True)
class PhraseBook:
    """Lines in order, each text once whatever its case."""

    lines: tuple[Line, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over all lines with their areas and domains, hexadecimal."""
        said = (f"{line.domain}\t{line.area}\t{line.text}\n" for line in self.lines)
        return sha256("".join(said).encode()).hexdigest()

    @property
    def headings(self) -> tuple[str, ...]:
        """All areas and domains, each once."""
        said = (name for line in self.lines for name in (line.area, line.domain))
        return tuple(dict.fromkeys(said))

    @property
    def texts(self) -> tuple[str, ...]:
        """All lines."""
        return tuple(line.text for line in self.lines)

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains, in the order of their first lines."""
        return tuple(dict.fromkeys(line.domain for line in self.lines))


def join_books(parts: Iterable[Sequence[Line]]) -> PhraseBook:
    """One book of several parts; of two lines that say the same, the first stays."""
    lines: dict[str, Line] = {}
    for part in parts:
        for line in part:
            lines.setdefault(line.text.casefold(), line)
    return PhraseBook(tuple(lines.values()))


@cache
def bundled_book() -> PhraseBook:
    """The book that comes with the platform."""
    files = sorted(_BUNDLED.glob("*.txt"))
    return join_books(tuple(read_lines(path.read_text("utf-8"), path.name)) for path in files)


def book_with(own: Path | None) -> PhraseBook:
    """The bundled book, after the operator's own where there is one.

    UsageError, with what to change, where that cannot be read or breaks the form.
    """
    if own is None:
        return bundled_book()
    try:
        text = own.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(
            f"the phrase book {own.name} cannot be read as text; phrase_book of clio.toml is "
            "relative to the home"
        ) from None
    return join_books((tuple(read_lines(text, own.name)), bundled_book().lines))


def read_lines(text: str, name: str) -> Iterator[Line]:
    """The lines of a file, in order; UsageError says which row of file `name` breaks the form."""
    domain = area = ""
    for number, row in enumerate(text.splitlines(), start=1):
        said = " ".join(row.split())
        if said.startswith("##"):
            area = _fit(said.removeprefix("##").strip(), name, number)
        elif said.startswith("#"):
            domain, area = _fit(said.removeprefix("#").strip(), name, number), ""
        elif said:
            if not domain or not area:
                raise UsageError(
                    f"row {number} of the phrase book {name} stands under no "
                    f"{'area (## ...)' if domain else 'domain (# ...)'}"
                )
            parts = (part.strip() for part in said.split("|"))
            yield from (Line(_fit(part, name, number), area, domain) for part in parts if part)


def _fit(said: str, name: str, number: int) -> str:
    if not said or len(said.split()) > MOST_WORDS or not said.isprintable():
        raise UsageError(
            f"row {number} of the phrase book {name} cannot be used: a line, an area and a domain "
            f"have one to {MOST_WORDS} words"
        )
    return said
