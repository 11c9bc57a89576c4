"""What of a release deserves somebody's attention. Names and numbers of published topics only."""

from dataclasses import dataclass
from typing import Literal

from clio_assets.home.trend_settings import TrendSettings
from clio_assets.trends.movements import APPEARED, Moved


@dataclass(frozen=True)
class Alert:
    """A topic that is new, or grew fast."""

    kind: Literal["new", "growing"]
    topic: str
    name: str
    share: float
    share_before: float | None

    @property
    def sentence(self) -> str:
        """In plain words."""
        if self.share_before is None:
            return f"New: {self.name} ({self.share:.1%} of conversations)"
        times = self.share / self.share_before
        return (
            f"Fast-growing: {self.name} ({self.share_before:.1%} to {self.share:.1%}, "
            f"{times:.1f} times)"
        )


def alerts_of(moved: Moved, settings: TrendSettings) -> list[Alert]:
    """The alerts of a window, the largest shares first; none of a map's first window."""
    found: list[Alert] = []
    for one in moved.movements:
        if one.share is None or one.share < settings.min_share:
            continue
        if one.event in APPEARED:
            found.append(Alert("new", one.topic, one.name, one.share, None))
        elif one.growth is not None and one.growth >= settings.min_growth:
            found.append(Alert("growing", one.topic, one.name, one.share, one.share_before))
    return sorted(found, key=lambda alert: (-alert.share, alert.name, alert.topic))
