"""What a facet is: one attribute of a conversation."""

from dataclasses import dataclass
from typing import Literal

FacetKind = Literal["text", "category", "scale", "languages", "computed"]


@dataclass(frozen=True)
class FacetDefinition:
    """One attribute of a conversation (paper, B.1).

    `question` is what an analyst is asked; `criteria` what a good cluster name of it looks like.
    `clustered` facets are text facets that get embedded, clustered and organised in a hierarchy.
    """

    name: str
    kind: FacetKind
    question: str
    clustered: bool = False
    criteria: str = ""
    values: tuple[str, ...] = ()
