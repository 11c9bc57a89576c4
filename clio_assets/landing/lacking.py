"""What a source may lack as a whole, so that no run can use it as it is, and what helps."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from clio_assets.errors import SourceError

Lack = Literal["users", "times", "several_accounts"]

#: What the privacy thresholds are about.
_THRESHOLDS: Final = "the privacy thresholds count distinct users"
_OWN_USERS: Final = (
    "--each-conversation-is-a-user (or `each_conversation_is_a_user` under [source]), if each "
    "conversation may count as a user of its own"
)
_MISSING: Final[Mapping[Lack, str]] = {
    "users": f"no user ids: {_THRESHOLDS} and cannot be kept without them",
    "times": "no timestamps: it is not known on which day (UTC) the conversations count",
    "several_accounts": (
        f"one account's conversations only: {_THRESHOLDS}, so nothing of it could ever be published"
    ),
}
_HELP: Final[Mapping[Lack, tuple[str, ...]]] = {
    "users": (
        '`user_from = ["..."]` under [source], if a field of your own holds them',
        _OWN_USERS,
    ),
    "times": ("--day (or `day` under [source])",),
    "several_accounts": ("more exports beside it, of other accounts", _OWN_USERS),
}
#: Under which reason conversations without it are rejected one by one.
REASONS: Final[Mapping[str, Lack]] = {"started_at_missing": "times", "user_id_missing": "users"}


class LackingError(SourceError):
    """A source names no user or no time at all, or one account alone: only an option helps."""

    def __init__(self, lacks: Sequence[Lack]) -> None:
        found = "; and it has ".join(f"{_MISSING[lack]}. {_advice(lack)}" for lack in lacks)
        super().__init__(f"the source has {found}")
        self.lacks = tuple(lacks)


def in_words(lack: Lack) -> str:
    """What is missing, and what that means."""
    return _MISSING[lack]


def settings_for(lack: Lack) -> tuple[str, ...]:
    """The options and settings that supply it, each in a line."""
    return _HELP[lack]


def _advice(lack: Lack) -> str:
    return f"What helps: {'; or '.join(_HELP[lack])}"
