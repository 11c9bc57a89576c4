"""What a named map is: some of a home's conversations, by what is known of each."""

from dataclasses import dataclass

from clio_assets.ground.windows import WindowKind


@dataclass(frozen=True)
class MapDefinition:
    """A map beside the one of all conversations.

    `where` names facets or attributes, each with the labels of which a conversation has one; it has
    to fit them all. `facets` are those of the map, in the order of the home's; `kind` is that of
    its windows, None for that of the home's own.
    """

    name: str
    where: tuple[tuple[str, tuple[str, ...]], ...]
    facets: tuple[str, ...]
    kind: WindowKind | None = None
