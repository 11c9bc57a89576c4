"""The explorer with everything that is published in one file, which works from disk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from clio_assets.errors import HomeError
from clio_assets.explorer.bundle import page_in_one
from clio_assets.explorer.payload import encode_index, encode_map
from clio_assets.explorer.reading import read_index, read_map
from clio_assets.explorer.static_files import PAGE, StaticFiles
from clio_assets.explorer.trends import encode_trends, read_trends
from clio_assets.ground.windows import map_of
from clio_assets.lake.public import PublicDatabase, PublicReader


@dataclass(frozen=True)
class Export:
    """The page's bytes, the digest of the release in it, and its windows, sorted."""

    page: bytes
    release: str
    windows: list[str]


def export_page(database: PublicDatabase) -> Export:
    """All maps of the release that is public now; the same release gives the same bytes."""
    with database.reading() as reader:
        index = read_index(reader)
        if not index["windows"]:
            raise HomeError("nothing is published in this home at the moment; run `clio run` first")
        data = {"data-index": encode_index(index | {"traces": False})}
        for at, row in enumerate(index["windows"]):
            data[f"data-map-{at}"] = _map(reader, row["window"], row["facet"])
        for at, row in _first_of_maps(index["windows"]):
            trends = read_trends(reader, row["window"], row["facet"])
            data[f"data-trends-{at}"] = encode_trends(trends or {"windows": [], "topics": []})
    files = StaticFiles()
    page = page_in_one(files.read(PAGE), files.read, data)
    windows = sorted({row["window"] for row in index["windows"]})
    return Export(page.encode(), index["release"]["digest"], windows)


def _first_of_maps(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Place and row of the first window of every map and facet: topics are of all its windows."""
    seen = set()
    for at, row in enumerate(rows):
        of = (map_of(row["window"]), row["facet"])
        if of not in seen:
            seen.add(of)
            yield at, row


def _map(reader: PublicReader, window: str, facet: str) -> bytes:
    found = read_map(reader, window, facet)
    if found is None:
        raise HomeError("the published data lacks a map that it lists; run `clio run` to release")
    return encode_map(found)
