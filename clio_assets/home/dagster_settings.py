"""How the platform looks in Dagster."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from clio_assets.home.section import Section

_Part = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]+$")]
#: Dagster takes an e-mail address, or `team:` and a name.
_Owner = Annotated[str, StringConstraints(pattern=r"^(team:[A-Za-z0-9_ -]+|[^@\s]+@[^@\s]+)$")]

#: How closely numbers are told in Dagster's events.
Counts = Literal["exact", "rounded", "none"]


class DagsterSettings(Section):
    """`[dagster]` of clio.toml. Nothing of it changes a result."""

    key_prefix: tuple[_Part, ...] = Field(
        ("clio",), description="what stands before the names of all assets"
    )
    owners: tuple[_Owner, ...] = Field(
        (), description="who answers for the assets: e-mail addresses, or team:NAME"
    )
    explorer_url: str = Field(
        "", description="where people open the explorer, for links to a window's page"
    )
    docs_url: str = Field("", description="where the documentation lies, for links to it")
    counts: Counts = Field(
        "exact",
        description="numbers in metadata of assets and checks: exact, rounded to tens, or none",
    )
