"""What the operator has declared: which facets there are, and which categories stand at the top.

A gate takes this from the configuration and never from what it judges: a producer that invents a
facet, a value or a heading is refused.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from hashlib import sha256
from typing import Any, Final


@dataclass(frozen=True)
class DeclaredFacet:
    """One facet; `kind` is text, category, scale, languages or computed."""

    name: str
    kind: str
    clustered: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeclaredCategory:
    """A heading of a fixed top level: words of the operator's own."""

    name: str
    description: str


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
    `thresholds` are those that a release has to reach, as the configuration writes them."""

    facets: tuple[DeclaredFacet, ...] = DEFAULT_FACETS
    top_level: tuple[DeclaredCategory, ...] = ()
    headings: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    thresholds: tuple[str, ...] = ()

    def of_kind(self, *kinds: str) -> tuple[str, ...]:
        """Names of the facets of some kinds."""
        return tuple(facet.name for facet in self.facets if facet.kind in kinds)

    @property
    def texts(self) -> tuple[str, ...]:
        """Names of the text facets: they are written about a conversation."""
        return self.of_kind("text")

    @property
    def clustered(self) -> tuple[str, ...]:
        """Names of the facets that are embedded and grouped."""
        return tuple(facet.name for facet in self.facets if facet.clustered)

    def digest_for(self, stage: str) -> str:
        """Digest of as much as the stage's gate looks at; a seal holds for no other."""
        looked_at = _LOOKED_AT.get(stage)
        parts = looked_at(self) if looked_at else []
        return sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()


def _facets(declared: Declared) -> Any:
    return sorted(astuple(facet) for facet in declared.facets)


def _clustered(declared: Declared) -> Any:
    return sorted(declared.clustered)


def _top(declared: Declared) -> Any:
    return [
        sorted(declared.clustered),
        sorted(astuple(one) for one in declared.top_level),
        sorted(declared.headings),
        sorted(declared.lines),
    ]


_LOOKED_AT: Final[Mapping[str, Callable[[Declared], Any]]] = {
    "facets": _facets,
    "embeddings": _clustered,
    "clusters": _clustered,
    "hierarchy": _top,
    "audited_summaries": lambda declared: [_facets(declared), _top(declared)],
    "published_insights": lambda declared: sorted(declared.thresholds),
}
