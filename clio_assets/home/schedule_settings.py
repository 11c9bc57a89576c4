"""When what is stale is asked for: the table `[schedule]` of clio.toml."""

from datetime import date, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints, field_validator

from clio_assets.ground.windows import WindowKind, days_of_calendar
from clio_assets.home.section import Section

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]

_A_WEEK = 7


class ScheduleSettings(Section):
    """What the schedules ask for, and when. Nothing of it changes a result.

    Times of day are written HH:MM. At each of them a schedule asks for whatever is stale then, so
    several a day catch up with what was away or failed at the first.
    """

    time_zone: str = Field(
        "UTC", description="of these times of day; the days of conversations are in UTC"
    )
    landing_at: tuple[TimeOfDay, ...] = Field(
        ("00:45",), description="when sources that changed are landed"
    )
    days_at: tuple[TimeOfDay, ...] = Field(
        ("01:00", "04:00"), description="when stale days are asked for"
    )
    windows_at: tuple[TimeOfDay, ...] = Field(
        ("03:00", "06:00", "09:00"), description="when stale windows are asked for"
    )
    retention_at: TimeOfDay = Field("00:30", description="when what is past retention is deleted")
    doctor_at: TimeOfDay = Field("05:00", description="when the home is examined")
    fresh_by: TimeOfDay = Field(
        "12:00",
        description="when the newest ended day and window have to be there, else they count as "
        "overdue",
    )
    grace_days: int = Field(
        1, ge=0, le=31, description="days after a window's end before it is first made (late data)"
    )
    expected_days: int | None = Field(
        None,
        ge=1,
        le=_A_WEEK,
        description="days of a week that have conversations; of a month as many in proportion; "
        "absent: a window of any days is whole",
    )
    incomplete: Literal["hold", "publish"] = Field(
        "publish",
        description="what becomes of a window with fewer days: made all the same, or not asked for",
    )
    attempts: int = Field(
        3, ge=1, description="runs that may fail for a day or a window within 20 hours"
    )

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        """A name of the time zone database."""
        try:
            ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            raise ValueError("no such time zone; write a name such as Europe/Berlin") from None
        return name

    @field_validator("landing_at", "days_at", "windows_at")
    @classmethod
    def _sometime(cls, times: tuple[str, ...]) -> tuple[str, ...]:
        """A schedule without a time could never be evaluated; one that is off stays off."""
        if not times:
            raise ValueError("name at least one time; a schedule is switched off in Dagster's UI")
        return times

    def days_expected(self, window: str, kind: WindowKind) -> int:
        """How many days of a window should have conversations; 0 where nothing is expected.

        >>> ScheduleSettings(expected_days=5).days_expected("2026-02-01", "month")
        20
        """
        bounds = days_of_calendar(window, kind)
        if self.expected_days is None or bounds is None:
            return 0
        first, last = bounds
        return ((last - first).days + 1) * self.expected_days // _A_WEEK

    def has_ended(self, window: str, kind: WindowKind, today: date) -> bool:
        """Whether a window is over, and so is the grace for late data; `all` never waits."""
        bounds = days_of_calendar(window, kind)
        return bounds is None or bounds[1] + timedelta(days=self.grace_days) < today
