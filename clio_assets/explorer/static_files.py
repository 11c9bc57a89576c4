"""The explorer's own files: page, styles, scripts, icons."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clio_assets.explorer.bundle import page_of_two, script_of, style_of

ROOT: Final = Path(__file__).with_name("static")
PAGE: Final = "index.html"

#: Names of the files that are made of all scripts and of all style sheets of the page.
SCRIPT: Final = "explorer.js"
STYLE: Final = "explorer.css"
#: What the page's addresses of its files start with.
PREFIX: Final = "static/"

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_MADE: Final = frozenset({PAGE, SCRIPT, STYLE})
#: Asked for while the scripts are still on their way.
_EARLY: Final = '<link rel="preload" href="data/index" as="fetch" crossorigin="anonymous" />'


@dataclass(frozen=True)
class StaticFile:
    """One file as it is sent, compressed."""

    type: str
    etag: str
    gzipped: bytes


class StaticFiles:
    """Files under a folder by their name in it, and one script and one style sheet made of them, so
    that a page asks for few. A name that is not in the listing is not there, so no name leads out.
    """

    def __init__(self, root: Path = ROOT) -> None:
        self._root = root
        self._kept: dict[str, tuple[list[int], StaticFile]] = {}

    def names(self) -> list[str]:
        """Names of all files, sorted, with `/` between folders."""
        return sorted(
            path.relative_to(self._root).as_posix()
            for path in self._root.rglob("*")
            if path.suffix in TYPES and path.is_file() and not path.is_symlink()
        )

    def get(self, name: str) -> StaticFile | None:
        """The file as it is now; None where there is none of that name."""
        if name not in self._kept and name not in _MADE and name not in self.names():
            return None
        try:
            sources = self.names() if name in _MADE else [name]
            changed = [(self._root / source).stat().st_mtime_ns for source in sources]
            if name not in self._kept or self._kept[name][0] != changed:
                self._kept[name] = (changed, self._load(name))
        except FileNotFoundError:
            self._kept.pop(name, None)
            return None
        return self._kept[name][1]

    def read(self, address: str) -> str:
        """A file of the page by its name or its address."""
        return (self._root / address.removeprefix(PREFIX)).read_text("utf-8")

    def _load(self, name: str) -> StaticFile:
        data = self._made(name).encode() if name in _MADE else (self._root / name).read_bytes()
        return StaticFile(
            type=TYPES[Path(name).suffix],
            etag=f'"{hashlib.sha256(data).hexdigest()[:24]}"',
            gzipped=gzip.compress(data, compresslevel=9, mtime=0),
        )

    def _made(self, name: str) -> str:
        page = self.read(PAGE)
        if name == SCRIPT:
            return script_of(page, self.read)
        if name == STYLE:
            return style_of(page, self.read)
        few = page_of_two(page, f"{PREFIX}{SCRIPT}", f"{PREFIX}{STYLE}")
        return few.replace("</head>", f"{_EARLY}</head>", 1)
