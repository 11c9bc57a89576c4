"""What every table of clio.toml has in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of clio.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
