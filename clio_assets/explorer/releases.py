"""The release that is public now: followed without a restart, what is sent encoded once."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any

from clio_assets.explorer.payload import encode_index, encode_map
from clio_assets.explorer.reading import read_index, read_map
from clio_assets.explorer.trends import encode_trends, read_trends
from clio_assets.lake.public import FileState, PublicDatabase

#: Encoded bytes that are kept; the least recently used go first.
KEPT_BYTES = 32_000_000


@dataclass(frozen=True)
class Index:
    """What is published: the release's digest, and its index, plain and as it is sent."""

    digest: str
    content: dict[str, Any]
    data: bytes

    @property
    def maps(self) -> list[tuple[str, str]]:
        """Window and facet of every map, the one that is shown first at the front."""
        return [(row["window"], row["facet"]) for row in self.content["windows"]]


@dataclass(frozen=True)
class Replaced:
    """The release that a map was asked of is public no more; this one is."""

    digest: str


class Releases:
    """Index and maps of the current release. Safe to call from several threads."""

    def __init__(self, database: PublicDatabase, *, traces: bool = False) -> None:
        self._database = database
        self._traces = traces
        self._lock = Lock()
        self._state: FileState | None = None
        self._index: Index | None = None
        self._kept: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()

    def index(self) -> Index:
        """The index of the release that is public now; refused where nothing is."""
        with self._lock:
            return self._current()

    def map(self, window: str, facet: str, digest: str) -> bytes | Replaced | None:
        """A map of the release with that digest; None where it is not published."""
        return self._get("map", window, facet, digest)

    def trends(self, window: str, facet: str, digest: str) -> bytes | Replaced | None:
        """The topics of a window's map over all its windows, in the same way."""
        return self._get("trends", window, facet, digest)

    def _get(self, what: str, window: str, facet: str, digest: str) -> bytes | Replaced | None:
        with self._lock:
            current = self._current()
            if current.digest != digest:
                return Replaced(current.digest)
            key = (what, window, facet)
            if key not in self._kept:
                data = self._encode(what, window, facet, digest)
                if not isinstance(data, bytes):
                    return data
                self._keep(key, data)
            self._kept.move_to_end(key)
            return self._kept[key]

    def _current(self) -> Index:
        """The index, read again where the file at the database's path is another one."""
        # taken before the reading: a file put in place meanwhile is looked at next time
        state = self._database.state()
        if self._index is None or state != self._state:
            with self._database.reading() as reader:
                content = read_index(reader) | {"traces": self._traces}
            digest = content["release"]["digest"]
            if self._index is None or digest != self._index.digest:
                self._kept.clear()
            self._state, self._index = state, Index(digest, content, encode_index(content))
        return self._index

    def _encode(self, what: str, window: str, facet: str, digest: str) -> bytes | Replaced | None:
        with self._database.reading() as reader:
            there = read_index(reader)["release"]["digest"]
            if there != digest:
                return Replaced(there)
            if what == "trends":
                trends = read_trends(reader, window, facet)
                return None if trends is None else encode_trends(trends)
            published = read_map(reader, window, facet)
        return None if published is None else encode_map(published)

    def _keep(self, key: tuple[str, str, str], data: bytes) -> None:
        self._kept[key] = data
        while len(self._kept) > 1 and sum(map(len, self._kept.values())) > KEPT_BYTES:
            self._kept.popitem(last=False)
