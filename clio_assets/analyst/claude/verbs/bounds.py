"""How many parents are accepted where so many were wanted (paper, G.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from clio_assets.analyst.claude.exchange import Unusable


@dataclass(frozen=True)
class Bounds:
    """The wanted number, and 0.5 and 1.5 times as many."""

    wanted: int

    @property
    def fewest(self) -> int:
        """The lower bound, included."""
        return ceil(0.5 * self.wanted)

    @property
    def most(self) -> int:
        """The upper bound, included."""
        return floor(1.5 * self.wanted)

    @property
    def asked(self) -> Mapping[str, Any]:
        """Variables of a prompt."""
        return {"wanted": self.wanted, "fewest": self.fewest, "most": self.most}

    def check(self, number: int) -> None:
        """Unusable where a number is outside."""
        if not self.fewest <= number <= self.most:
            raise Unusable(
                f"it had {number} where at least {self.fewest} and at most {self.most} were "
                "asked for"
            )
