"""Everything a stage works with, put together once by `definitions.py`."""

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter

from clio_assets.analyst.protocol import Analyst
from clio_assets.domain.attributes import AttributeDefinition
from clio_assets.domain.clusters import ClusterText
from clio_assets.domain.embedder import Embedder
from clio_assets.domain.facets import FacetDefinition
from clio_assets.domain.maps import MapDefinition
from clio_assets.domain.source_vectors import SourceVectors
from clio_assets.errors import LakeError, contained
from clio_assets.ground.files import write_whole
from clio_assets.ground.progress import Progress
from clio_assets.ground.windows import WindowKind, map_of, windows_of_maps
from clio_assets.home.erasures import is_purged
from clio_assets.home.home import Home
from clio_assets.home.settings import Settings, SourceSettings
from clio_assets.lake.engine import Engine
from clio_assets.lake.lake import Lake
from clio_assets.landing.duplicates import Duplicates
from clio_assets.landing.landed import landed_days
from clio_assets.phrases.book import PhraseBook, bundled_book
from clio_assets.stages import SLICES
from privacy_checks.policy.model import PrivacyPolicy

_SOURCES = TypeAdapter(tuple[SourceSettings, ...])


class Erasures(Protocol):
    """What has to be done about erasures before anything is made (clio_assets/erasure)."""

    def finish(self) -> bool:
        """Finish an erasure that was interrupted; whether there was one."""
        ...

    def withdraw_emptied(self) -> list[str]:
        """Take windows out of the public database that hold no day any more, or are of maps that
        are no longer declared; their keys."""
        ...


@dataclass(frozen=True)
class Workbench:
    """The home with its tools.

    `facets` are the definitions in force, `top_level` the categories of a fixed top level,
    `phrases` the phrase book, `multilingual` the encoder of other languages where they are bridged,
    `shipped_bridge` the digest of the map that bridging begins from, "" where it begins from none,
    `attributes` what conversations are broken down by beside their facets, `maps` the named maps,
    `source_vectors` the source's own vectors that group one facet, if they are declared.
    """

    home: Home
    lake: Lake
    engine: Engine
    analyst: Analyst
    embedder: Embedder
    facets: tuple[FacetDefinition, ...]
    progress: Progress
    erasures: Erasures
    top_level: tuple[ClusterText, ...] = ()
    phrases: PhraseBook = field(default_factory=bundled_book)
    multilingual: Embedder | None = None
    shipped_bridge: str = ""
    attributes: tuple[AttributeDefinition, ...] = ()
    source_vectors: SourceVectors | None = None
    maps: tuple[MapDefinition, ...] = ()

    @cached_property
    def duplicates(self) -> Duplicates:
        """The landed records that each day leaves out."""
        return Duplicates(self.lake, self.engine)

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.home.settings

    @property
    def policy(self) -> PrivacyPolicy:
        """The privacy policy in force."""
        return self.home.policy

    def kind_of(self, window: str) -> WindowKind:
        """The kind of a window: that of its map, fixed for the home's own when it is made."""
        return self.home.window_kinds[map_of(window)]

    def map_of(self, window: str) -> MapDefinition | None:
        """The named map that a window is of; None of the home's own."""
        named = map_of(window)
        return next(one for one in self.maps if one.name == named) if named else None

    def facets_of(self, window: str) -> tuple[FacetDefinition, ...]:
        """The facets of the map that a window is of."""
        named = self.map_of(window)
        return tuple(f for f in self.facets if named is None or f.name in named.facets)

    def windows(self) -> dict[str, list[date]]:
        """Key of every window of every map -> its days that hold conversations, both in order."""
        return windows_of_maps(self.landed_days(), self.home.window_kinds)

    def sources(self) -> tuple[SourceSettings, ...]:
        """Sources given to `clio run` so far, then the one of clio.toml."""
        return known_sources(self.home)

    def add_source(self, source: SourceSettings) -> None:
        """Remember a source, so that Dagster reads the same ones as the command line."""
        known = [s for s in self.sources() if s != self.settings.source]
        if source not in known and source != self.settings.source:
            listed = [s.model_dump(mode="json") for s in (*known, source)]
            write_whole(self.home.sources, json.dumps(listed, indent=1).encode())

    def finish_erasure(self) -> None:
        """Finish an erasure that was interrupted, so that nothing is made of what it removes."""
        with contained("erasure", "of this home"):
            self.erasures.finish()

    def landed_days(self) -> list[date]:
        """Days for which any source holds conversations, in order."""
        return landed_days(self.lake)

    def read_days(self, window: str, stage: str, table: str, schema: pa.Schema) -> pa.Table:
        """A table of the window's days; of a named map's, what its slice and its facets leave."""
        rows = self.lake.read_all(stage, self.days_of(window), table, schema)
        if not map_of(window):
            return rows
        within = self.lake.read(SLICES, window, "slices")["conversation"].combine_chunks()
        rows = rows.filter(pc.is_in(rows["conversation"], value_set=within))
        if "facet" in rows.column_names:
            facets = pa.array([facet.name for facet in self.facets_of(window)], pa.string())
            rows = rows.filter(pc.is_in(rows["facet"], value_set=facets))
        return rows

    def days_of(self, window: str) -> list[str]:
        """Keys of the window's days that hold conversations, in order.

        Refused for a window that was purged: a release of the days that are gone would be empty,
        and the one that is public stays.
        """
        days = self.windows().get(window, [])
        if not days and is_purged(self.home.private, window):
            raise LakeError(
                f"window {window} is past retention: its days were purged, so it cannot be made "
                "again; what was released of it stays public"
            )
        return [day.isoformat() for day in days]


def known_sources(home: Home) -> tuple[SourceSettings, ...]:
    """Sources given to `clio run` in a home so far, then the one of its clio.toml."""
    try:
        known = _SOURCES.validate_json(home.sources.read_bytes())
    except FileNotFoundError:
        known = ()
    configured = home.settings.source
    return (*known, configured) if configured.paths and configured not in known else known
