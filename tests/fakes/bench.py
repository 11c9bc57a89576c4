"""As much of a workbench as recipes, and what makes partitions one by one, look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.home.settings import Settings
from clio_assets.lake.engine import Engine, in_memory
from clio_assets.lake.folders import ReleaseFolders
from clio_assets.lake.lake import Lake
from clio_assets.landing.duplicates import Duplicates
from privacy_checks.policy.model import PrivacyPolicy

DAY = "2026-09-28"


class FakeHome:
    """A home without a folder of its own, where `path` is not given."""

    pseudonym_key = b"k" * 32

    def __init__(self, path: Path | None = None) -> None:
        self.release_folders = None if path is None else ReleaseFolders(path / "public", path)

    @contextmanager
    def only_maker(self, stage: str, key: str) -> Iterator[None]:
        yield


@dataclass
class FakeBench:
    """A bench over a real lake. Its days are those of one window, and all of them are landed."""

    lake: Lake
    settings: Settings = field(default_factory=Settings)
    policy: PrivacyPolicy = field(default_factory=PrivacyPolicy)
    facets: Any = DEFAULT_FACETS
    embedder: Any = field(default_factory=lambda: SimpleNamespace(identity="model 1"))
    multilingual: Any = None
    shipped_bridge: str = ""
    analyst: Any = field(
        default_factory=lambda: SimpleNamespace(
            name="fake", models={"extract": "1"}, prompts={}, extractive=True
        )
    )
    phrases: Any = field(default_factory=lambda: SimpleNamespace(digest="1"))
    home: Any = field(default_factory=FakeHome)
    days: Any = (DAY,)
    top_level: Any = ()
    attributes: Any = ()
    source_vectors: Any = None
    maps: Any = ()

    @cached_property
    def duplicates(self) -> Duplicates:
        return Duplicates(self.lake, Engine(in_memory))

    def days_of(self, window: str) -> list[str]:
        return list(self.days)

    def landed_days(self) -> list[date]:
        return [date.fromisoformat(day) for day in self.days]

    def map_of(self, window: str) -> Any:
        return next((one for one in self.maps if one.name == window.rpartition("@")[0]), None)

    def facets_of(self, window: str) -> Any:
        named = self.map_of(window)
        return [f for f in self.facets if named is None or f.name in named.facets]
