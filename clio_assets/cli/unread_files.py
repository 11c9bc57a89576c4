"""Files of the sources that could not be read whole, by name, for the operator's own terminal."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clio_assets.home.home import Home
    from clio_assets.lake.lake import Lake
    from clio_assets.landing.unread import UnreadFile

_SHOWN = 20


def read_unread_files(home: "Home", lake: "Lake") -> "dict[str, list[UnreadFile]]":
    """Key of each landed source -> its files that could not be read whole. Sources are listed
    where there are any, to tell their names."""
    from clio_assets.landing.listing import key_of
    from clio_assets.landing.unread import unread_files
    from clio_assets.workbench.workbench import known_sources

    sources = {key_of(source): source for source in known_sources(home)}
    return {
        manifest.key: unread_files(lake, manifest, sources.get(manifest.key))
        if "unreadable_file" in manifest.rows_set_aside
        else []
        for manifest in lake.landed()
    }


def lines(found: "list[UnreadFile]") -> Iterator[str]:
    """In words: a line a file, and what helps; none where all were read."""
    for one in found[:_SHOWN]:
        kept = "; kept as landed before" if one.kept else ""
        yield f"  {one.name or f'file {one.number}'}: {one.why}{kept}"
    if len(found) > _SHOWN:
        yield f"  and {len(found) - _SHOWN:,} more"
    if found:
        yield "  Mend them: the next run reads them again. One that is meant to be gone, delete."
