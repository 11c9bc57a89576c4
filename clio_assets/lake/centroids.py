"""Centroids of published leaves, as far as the sealed partitions that were released have them."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt

from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Manifest
from clio_assets.stages import RELEASED

#: Cluster id -> unit vector.
Vectors = Mapping[str, npt.NDArray[np.float32]]
_NONE: tuple[str, Vectors] = "", {}
#: From the release back to the centroids.
_WAY = (RELEASED, "audited_summaries", "clusters")


class Centroids(Protocol):
    """Where the centroids of a window are found."""

    def of(self, window: str) -> tuple[str, Vectors]:
        """The space of a window's centroids, and they; "" and none where they are not there."""
        ...


class NoCentroids:
    """For what happens without a lake."""

    def of(self, window: str) -> tuple[str, Vectors]:
        """None of any window."""
        del window
        return _NONE


class SealedCentroids:
    """Those that a lake has of what is released: `released` has the digest of each window's."""

    def __init__(self, lake: Lake, released: Mapping[str, str]) -> None:
        self._lake, self._released = lake, released
        self._known: dict[str, tuple[str, Vectors]] = {}

    def of(self, window: str) -> tuple[str, Vectors]:
        """As the protocol says; a window that was made again since it was released has none."""
        if window not in self._known:
            clusters = self._clusters(window)
            self._known[window] = _NONE if clusters is None else self._read(clusters)
        return self._known[window]

    def _clusters(self, window: str) -> Manifest | None:
        """The partition of clusters that the release of a window was made from, if it is there."""
        found = self._sealed(_WAY[0], window)
        if found is None or found.digest != self._released.get(window):
            return None
        for stage in _WAY[1:]:
            earlier = self._sealed(stage, window)
            read = found.inputs.get(stage, {}).get(window)
            if earlier is None or earlier.content_for(found.stage, window) != read:
                return None
            found = earlier
        return found

    def _sealed(self, stage: str, key: str) -> Manifest | None:
        return None if self._lake.seal(stage, key) is None else self._lake.manifest(stage, key)

    def _read(self, clusters: Manifest) -> tuple[str, Vectors]:
        space = self._space(clusters)
        if not space or "centroids" not in clusters.tables:
            return _NONE
        table = self._lake.load(clusters, "centroids")
        vectors = {
            f"{clusters.key}:{facet}:0:{number}": np.asarray(vector, dtype=np.float32)
            for facet, number, vector in zip(
                table["facet"].to_pylist(),
                table["cluster"].to_pylist(),
                table["vector"].to_pylist(),
                strict=True,
            )
        }
        return space, vectors

    def _space(self, clusters: Manifest) -> str:
        """The models that made the vectors; "" where days were made by different ones."""
        spaces = set()
        for day in clusters.inputs.get("embeddings", {}):
            manifest = self._lake.manifest("embeddings", day)
            spaces.add(str(sorted(manifest.provenance.models.items())) if manifest else "")
        return spaces.pop() if len(spaces) == 1 else ""
