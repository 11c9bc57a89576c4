"""What the operator has declared: which facets there are, and which categories stand at the top.

A gate takes this from the configuration and never from what it judges: a producer that invents a
facet, a value or a heading is refused.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, replace
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final


@dataclass(frozen=True)
class DeclaredFacet:
    """One facet; `kind` is text, category, scale, languages or computed."""

    name: str
    kind: str
    clustered: bool = False
    values: tuple[str, ...] = ()


#: The label of whatever is not told apart.
OTHER: Final = "other"


@dataclass(frozen=True)
class DeclaredAttribute:
    """Something that a source says of conversations; `kind` is category, number or boolean.

    Of a category without `values`, each window tells the `top` most common ones apart.
    """

    name: str
    source: str
    kind: str
    values: tuple[str, ...] = ()
    top: int = 0
    bins: tuple[float, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether its values are whatever the source says."""
        return self.kind == "category" and not self.values

    @property
    def has_mean(self) -> bool:
        """Whether its numbers are averaged: there is a range between its edges."""
        return len(self.bins) > 1

    @property
    def labels(self) -> tuple[str, ...]:
        """What it can be called, `other` last; of an open one, nothing else is known before."""
        if self.kind == "boolean":
            return ("true", "false", OTHER)
        if self.kind == "number":
            edges = [f"{int(at):,}" if float(at).is_integer() else f"{at:,}" for at in self.bins]
            inner = [f"{low} to under {high}" for low, high in pairwise(edges)]
            return (f"under {edges[0]}", *inner, f"{edges[-1]} or more", OTHER)
        return (*self.values, OTHER)


@dataclass(frozen=True)
class DeclaredCategory:
    """A heading of a fixed top level: words of the operator's own."""

    name: str
    description: str


@dataclass(frozen=True)
class DeclaredMap:
    """A map of some conversations: those that have, of every facet or attribute of `where`, one of
    its labels. `facets` are the map's own, clustered ones among them."""

    name: str
    where: tuple[tuple[str, tuple[str, ...]], ...]
    facets: tuple[str, ...]


@dataclass(frozen=True)
class DeclaredVectors:
    """Vectors that the source has of conversations: the facet they group, and their length."""

    facet: str
    dimension: int


DEFAULT_FACETS: Final = (
    DeclaredFacet("request", "text", clustered=True),
    DeclaredFacet("task", "text"),
    DeclaredFacet("language", "languages"),
    DeclaredFacet("concern", "scale"),
    DeclaredFacet("turns", "computed"),
)


@dataclass(frozen=True)
class Declared:
    """The facets in force, the categories of a fixed top level (none: the top is found), and the
    headings that a group above the base may be called by: fixed text, whatever its users wrote.
    So are `lines`, which a base cluster may be called by whose users mostly wrote other languages
    than English.
    `thresholds` are those that a release has to reach, as the configuration writes them;
    `attributes` what maps are broken down by besides facets, `maps` the named maps in their order,
    `source_vectors` which vectors of the source are taken, if any.

    What holds for one map's windows is `of_map`; `named` is that map, and `maps` are those before
    it, from which its numbers may not be taken away to tell of few.
    """

    facets: tuple[DeclaredFacet, ...] = DEFAULT_FACETS
    top_level: tuple[DeclaredCategory, ...] = ()
    headings: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    thresholds: tuple[str, ...] = ()
    attributes: tuple[DeclaredAttribute, ...] = ()
    maps: tuple[DeclaredMap, ...] = ()
    named: DeclaredMap | None = None
    source_vectors: DeclaredVectors | None = None

    def of_map(self, name: str) -> "Declared":
        """What is declared of the map of that name; "" for the home's own, which has all facets.

        Of a map that is not declared any more nothing is: no seal holds for it.
        """
        if not name:
            return replace(self, maps=())
        names = [one.name for one in self.maps]
        if name not in names:
            return Declared(facets=(), named=DeclaredMap(name, (), ()))
        at = names.index(name)
        return replace(self, maps=self.maps[:at], named=self.maps[at])

    @property
    def in_map(self) -> tuple[DeclaredFacet, ...]:
        """The facets of the map."""
        return tuple(f for f in self.facets if self.named is None or f.name in self.named.facets)

    def of_kind(self, *kinds: str) -> tuple[str, ...]:
        """Names of the facets of some kinds."""
        return tuple(facet.name for facet in self.in_map if facet.kind in kinds)

    @property
    def texts(self) -> tuple[str, ...]:
        """Names of the text facets: they are written about a conversation."""
        return self.of_kind("text")

    @property
    def clustered(self) -> tuple[str, ...]:
        """Names of the facets that are embedded and grouped."""
        return tuple(facet.name for facet in self.in_map if facet.clustered)

    def digest_for(self, stage: str) -> str:
        """Digest of as much as the stage's gate looks at; a seal holds for no other."""
        looked_at = _LOOKED_AT.get(stage)
        parts = looked_at(self) if looked_at else []
        return sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()


def _facets(declared: Declared) -> Any:
    return sorted(astuple(facet) for facet in declared.in_map)


def _landed(declared: Declared) -> Any:
    """What is read off the landed copy: how many values are told apart is no part of it."""
    return sorted(astuple(replace(one, top=0)) for one in declared.attributes)


def _read_off(declared: Declared) -> Any:
    """As landed; with numbers stored for their means there is another table to look at."""
    numbers = ["numbers"] if any(one.has_mean for one in declared.attributes) else []
    return [*_landed(declared), *numbers]


def _summed_up(declared: Declared) -> Any:
    attributes = sorted(astuple(one) for one in declared.attributes)
    # a home without any keeps the seals that it has
    parts = [
        *(_facets(declared), _top(declared)),
        *([attributes, "order and means"] if attributes else []),
    ]
    return [*parts, _slices(declared)] if declared.named else parts


def _slices(declared: Declared) -> Any:
    """The map and those before it, and the facets and attributes by which they are told apart."""
    return [
        astuple(declared.named) if declared.named else [],
        [astuple(one) for one in declared.maps],
        sorted(astuple(facet) for facet in declared.facets),
        _landed(declared),
    ]


def _clustered(declared: Declared) -> Any:
    return sorted(declared.clustered)


def _of_conversations(declared: Declared) -> Any:
    vectors = declared.source_vectors
    # a home without any keeps the seals that it has
    return [*_read_off(declared), *([["vectors", vectors.dimension]] if vectors else [])]


def _embedded(declared: Declared) -> Any:
    vectors = declared.source_vectors
    return [*_clustered(declared), *([list(astuple(vectors))] if vectors else [])]


def _top(declared: Declared) -> Any:
    return [
        sorted(declared.clustered),
        sorted(astuple(one) for one in declared.top_level),
        sorted(declared.headings),
        sorted(declared.lines),
    ]


def _released(declared: Declared) -> Any:
    return [*sorted(declared.thresholds), *(["attributes"] if declared.attributes else [])]


_LOOKED_AT: Final[Mapping[str, Callable[[Declared], Any]]] = {
    "conversations": _of_conversations,
    "facets": _facets,
    "embeddings": _embedded,
    "slices": _slices,
    "clusters": _clustered,
    "hierarchy": _top,
    "audited_summaries": _summed_up,
    "published_insights": _released,
}
