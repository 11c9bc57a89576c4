"""What a sample is like, and what came of it."""

from dataclasses import dataclass
from datetime import date

from clio_assets.errors import UsageError


@dataclass(frozen=True)
class SampleSettings:
    """Size, period and seed of a sample."""

    conversations: int = 5000
    seed: int = 0
    first_day: date = date(2026, 9, 28)  # a Monday
    weeks: int = 8
    personal_data_share: float = 0.06  # of the conversations, before what is planted on purpose

    def __post_init__(self) -> None:
        """Refuse what cannot be made."""
        if self.conversations < 1:
            raise UsageError("a sample needs at least one conversation")
        if not 1 <= self.weeks <= 520:
            raise UsageError("a sample covers between 1 and 520 weeks")
        if not 0 <= self.personal_data_share <= 1:
            raise UsageError("the share of conversations with personal data lies between 0 and 1")


@dataclass(frozen=True)
class SampleCounts:
    """How many of a sample's conversations are what."""

    conversations: int
    users: int
    with_personal_data: int
    flagged: int
    rare: int
    coordinated: int
    edge: int
    duplicates: int
