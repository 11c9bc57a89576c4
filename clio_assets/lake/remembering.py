"""A lake that remembers what it was asked: for planning over all partitions, and nothing else."""

from collections.abc import Iterator

from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Manifest
from clio_assets.lake.standing import Standing


class RememberingLake(Lake):
    """Manifests and standings are read once, so that a plan is of one moment and costs one look.

    Whether a day is current asks for the standing of each of its stages several times over. Use it
    briefly, and never to read a table by: a seal that was made or lost since is not seen.
    """

    def __init__(self, lake: Lake) -> None:
        super().__init__(lake.storage, lake.policy, lake.declared)
        self._manifests: dict[tuple[str, str], Manifest | None] = {}
        self._standings: dict[tuple[str, str], Standing] = {}
        self._landed: tuple[Manifest, ...] | None = None

    def manifest(self, stage: str, key: str) -> Manifest | None:
        """The partition's manifest, as it was when it was first asked for."""
        if (stage, key) not in self._manifests:
            self._manifests[stage, key] = super().manifest(stage, key)
        return self._manifests[stage, key]

    def standing(self, stage: str, key: str) -> Standing:
        """How the partition stood when that was first asked."""
        if (stage, key) not in self._standings:
            self._standings[stage, key] = super().standing(stage, key)
        return self._standings[stage, key]

    def landed(self) -> Iterator[Manifest]:
        """Manifests of all sources that were landed when that was first asked, in key order."""
        if self._landed is None:
            self._landed = tuple(super().landed())
        return iter(self._landed)
