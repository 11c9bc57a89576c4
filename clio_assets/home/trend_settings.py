"""What of a release is worth an alert: the table `[trends]` of clio.toml."""

from pydantic import Field

from clio_assets.home.section import Section


class TrendSettings(Section):
    """From which growth and share a topic of a new release is told as an alert."""

    min_growth: float = Field(
        1.5, gt=1, description="share of a topic over its share in the window before"
    )
    min_share: float = Field(
        0.02, ge=0, le=1, description="of the window's conversations; below it nothing is told"
    )
