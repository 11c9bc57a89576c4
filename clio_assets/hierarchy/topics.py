"""What clusters are about, as the phrase book sorts it: shares of its areas and domains.

Each line of the book votes for its area, the more the nearer it lies to a cluster's centroid. The
shares stand beside the centroid when clusters are grouped, and say which clusters are clearly about
one thing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from clio_assets.ground.types import Vector
from clio_assets.phrases.book import PhraseBook

#: Difference of cosines that makes a line's vote e times as heavy.
_SHARPNESS = 0.05

#: Shares from which a cluster is clearly about an area, or a domain.
_CLEAR_AREA, _CLEAR_DOMAIN = 0.4, 0.5

Shares = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Subject:
    """The area and the domain of the book that a cluster is clearly about; "" where none is."""

    area: str = ""
    domain: str = ""


@dataclass(frozen=True)
class Topics:
    """A phrase book and where its lines lie, shape (lines, dimension)."""

    book: PhraseBook
    vectors: Vector

    @cached_property
    def areas(self) -> Mapping[str, str]:
        """Area -> its domain, in the order of their first lines."""
        return {line.area: line.domain for line in self.book.lines}

    def shares(self, centroids: Vector) -> Shares:
        """Share of each area in each cluster, shape (clusters, areas); rows add up to 1."""
        number = {area: at for at, area in enumerate(self.areas)}
        area_of = np.array([number[line.area] for line in self.book.lines], dtype=np.intp)
        with threadpool_limits(limits=1):
            likeness = centroids.astype(np.float64) @ self.vectors.T.astype(np.float64)
        votes = np.exp((likeness - likeness.max(axis=1, keepdims=True)) / _SHARPNESS)
        # sums in a fixed order: one area after the other
        found = np.stack([votes[:, area_of == at].sum(axis=1) for at in range(len(number))], axis=1)
        return np.asarray(found / found.sum(axis=1, keepdims=True), dtype=np.float64)

    def of_domains(self, shares: Shares) -> Shares:
        """Share of each domain, shape (clusters, domains), of the shares of areas."""
        domains = list(self.areas.values())
        parts = [
            shares[:, [at for at, own in enumerate(domains) if own == domain]].sum(axis=1)
            for domain in self.book.domains
        ]
        return np.stack(parts, axis=1)

    def clear(self, centroids: Vector) -> list[Subject]:
        """What each cluster is clearly about."""
        shares = np.round(self.shares(centroids), 6)
        areas = _clear(shares, list(self.areas), _CLEAR_AREA)
        domains = _clear(self.of_domains(shares), self.book.domains, _CLEAR_DOMAIN)
        return [Subject(area, domain) for area, domain in zip(areas, domains, strict=True)]


def _clear(shares: Shares, names: Sequence[str], least: float) -> list[str]:
    best = shares.argmax(axis=1)
    return [names[at] if row[at] >= least else "" for row, at in zip(shares, best, strict=True)]
