"""Whether a parsed conversation can be landed, and what its missing fields become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from clio_assets.errors import UsageError
from clio_assets.home.settings import SourceSettings
from clio_assets.landing.candidate import Candidate
from clio_assets.landing.lacking import REASONS, Lack, LackingError
from clio_assets.sources.formats.fields import EARLIEST
from clio_assets.sources.formats.protocol import Malformed


@dataclass(frozen=True)
class Rules:
    """What the operator said about a source, and the end of the day on which it is read (UTC)."""

    each_conversation_is_a_user: bool
    users_are_accounts: bool
    day: date | None
    end: datetime

    @classmethod
    def of(cls, settings: SourceSettings, today: date, *, accounts: bool = False) -> "Rules":
        """The rules of a source; `accounts` says whether its shape names accounts as users.

        Raises UsageError for a day that is still to come.
        """
        if settings.day is not None and settings.day > today:
            raise UsageError("the day named for records without a timestamp is in the future")
        return cls(
            settings.each_conversation_is_a_user,
            accounts,
            settings.day,
            datetime.combine(today + timedelta(days=1), time(), UTC),
        )


@dataclass(frozen=True, slots=True)
class Admitted:
    """What `landed` needs and a record may not have told."""

    user_id: str
    started_at: datetime
    latest_at: datetime


def admit(found: Candidate, rules: Rules) -> Admitted:
    """User and times of a conversation. Raises Malformed where it cannot be landed."""
    started_at, latest_at = found.started_at, found.latest_at
    if started_at is None or latest_at is None:
        if rules.day is None:
            raise Malformed("started_at_missing")
        started_at = latest_at = datetime.combine(rules.day, time(), UTC)
    if started_at < EARLIEST:
        raise Malformed("started_at_implausible")
    if latest_at >= rules.end:
        raise Malformed("started_at_in_the_future")
    return Admitted(_user(found, rules), started_at, latest_at)


def _user(found: Candidate, rules: Rules) -> str:
    accounts_do_not_count = rules.each_conversation_is_a_user and rules.users_are_accounts
    if found.user_id is not None and not accounts_do_not_count:
        return found.user_id
    if not rules.each_conversation_is_a_user:
        raise Malformed("user_id_missing")
    return f"conversation {found.conversation_id}"


def require_users_and_times(first: Sequence[Candidate], rules: Rules) -> None:
    """Stop before the work where none of the first conversations names a user or a time."""
    missing: list[Lack] = []
    if not (rules.each_conversation_is_a_user or any(c.user_id for c in first)):
        missing.append("users")
    if rules.day is None and not any(c.started_at for c in first):
        missing.append("times")
    if first and missing:
        raise LackingError(missing)


def require_landed(landed: int, rejected: Mapping[str, int]) -> None:
    """Stop where nothing is left of a source, as none of it names a user or a time."""
    missing = [lack for reason, lack in REASONS.items() if rejected.get(reason)]
    if missing and not landed:
        raise LackingError(missing)


def require_several_accounts(users: int, rules: Rules) -> None:
    """Stop where an export holds one account's conversations only."""
    if rules.users_are_accounts and not rules.each_conversation_is_a_user and users == 1:
        raise LackingError(["several_accounts"])
