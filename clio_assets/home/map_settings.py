"""Maps of some of a home's conversations: the tables `[[maps]]` of clio.toml."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from clio_assets.ground.windows import WindowKind
from clio_assets.home.section import Section


def _labels(given: Any) -> Any:
    """One value or a list of them, each as a breakdown shows it: `true` is "true", 3 is "3"."""
    listed = given if isinstance(given, list | tuple) else [given]
    return [
        str(one).lower() if isinstance(one, bool) else str(one) if isinstance(one, int) else one
        for one in listed
    ]


Labels = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=60)], ...],
    BeforeValidator(_labels),
    Field(min_length=1, max_length=50),
]


class MapSettings(Section):
    """A map of its own over some of the home's conversations, beside the one of all."""

    name: str = Field(
        pattern=r"^[a-z][a-z0-9_]{0,39}$", description="of the map, such as `mobile`; published"
    )
    where: dict[str, Labels] = Field(
        min_length=1,
        description="facet or attribute to the value it has, or the values of which it has one; "
        "a conversation has to fit every line",
    )
    facets: tuple[str, ...] = Field(
        (), description="the facets of the map, one clustered one among them; absent: all"
    )
    cadence: WindowKind | None = Field(
        None, description="all, day, week or month; absent: as the home's own windows"
    )
