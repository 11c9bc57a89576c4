"""The explorer's own files: page, styles, scripts, icons."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).with_name("static")
PAGE: Final = "index.html"

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class StaticFile:
    """One file as it is sent."""

    type: str
    etag: str
    data: bytes
    gzipped: bytes


class StaticFiles:
    """Files under a folder by their name in it. A name that is not in its listing is not there, so
    no name leads out of it.
    """

    def __init__(self, root: Path = ROOT) -> None:
        self._root = root
        self._kept: dict[str, tuple[int, StaticFile]] = {}

    def names(self) -> list[str]:
        """Names of all files, sorted, with `/` between folders."""
        return sorted(
            path.relative_to(self._root).as_posix()
            for path in self._root.rglob("*")
            if path.suffix in TYPES and path.is_file() and not path.is_symlink()
        )

    def get(self, name: str) -> StaticFile | None:
        """The file as it is now; None where there is none of that name."""
        if name not in self._kept and name not in self.names():
            return None
        try:
            changed = (self._root / name).stat().st_mtime_ns
            if name not in self._kept or self._kept[name][0] != changed:
                self._kept[name] = (changed, self._load(name))
        except FileNotFoundError:
            self._kept.pop(name, None)
            return None
        return self._kept[name][1]

    def _load(self, name: str) -> StaticFile:
        data = (self._root / name).read_bytes()
        if name == PAGE:
            data = preloaded(data.decode(), self.names()).encode()
        return StaticFile(
            type=TYPES[Path(name).suffix],
            etag=f'"{hashlib.sha256(data).hexdigest()[:24]}"',
            data=data,
            gzipped=gzip.compress(data, compresslevel=9, mtime=0),
        )


def preloaded(page: str, names: list[str]) -> str:
    """The page with a hint for every script, so that a browser fetches them side by side."""
    hints = "".join(
        f'<link rel="modulepreload" href="static/{name}">' for name in names if name.endswith(".js")
    )
    return page.replace("</head>", f"{hints}</head>", 1)
