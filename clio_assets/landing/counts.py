"""What a pass over a source found, in numbers and fixed words."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from clio_assets.landing.admit import Admitted
from clio_assets.landing.candidate import Candidate
from clio_assets.landing.distinct import DistinctCounter

_REJECTS_SHOWN = 5
#: What conversations are counted under whose vector can be used.
TAKEN = "taken"


@dataclass(frozen=True)
class LandingCounts:
    """What a pass over a source found; numbers and fixed words only.

    `formats` are the shapes told, each with its number of files, and `written_by` the loggers with
    their versions, each with its number of records, where these say so. `parts` are what `records`
    hold: one each, or the pieces of conversations in them. Each part is accounted for:

        parts = landed + joined + left_out + rejected + excluded

    where `joined` went into a conversation that another part began, `left_out` holds nothing of a
    conversation, `rejected` is malformed and `excluded` may not be landed (past_retention,
    forgotten); all but `joined` by reason. `lost` counts conversations of which the logger itself
    lost something, and what. `same_id` counts conversations that share an id with another which
    they do not continue. `unread` are the numbers of files of which something could not be read,
    and why.

    `vectors` says of the landed conversations, where vectors of the source are declared, how many
    have one that is taken (`taken`), and why others have none.

    `days` has the landed conversations of each ISO day (UTC), sorted; `turns` are the user's;
    `first_rejects` are file, line and reason of the first few. `too_many_rejects` says whether
    `land` stops.
    """

    formats: Mapping[str, int]
    written_by: Mapping[str, int]
    files: int
    records: int
    parts: int
    landed: int
    joined: int
    left_out: dict[str, int]
    rejected: dict[str, int]
    excluded: dict[str, int]
    lost: dict[str, int]
    same_id: int
    unread: tuple[tuple[int, str], ...]
    days: dict[str, int]
    users: int
    turns: int
    first_rejects: tuple[tuple[int, int, str], ...]
    too_many_rejects: bool
    vectors: dict[str, int] = field(default_factory=dict)

    @property
    def set_aside(self) -> dict[str, int]:
        """What was not landed as a conversation of its own, by reason."""
        joined = {"joined": self.joined} if self.joined else {}
        unread = {"unreadable_file": len(self.unread)} if self.unread else {}
        found = {**self.rejected, **self.excluded, **self.left_out, **joined, **unread}
        return dict(sorted(found.items()))


@dataclass
class Tally:
    """Counts while a source goes by."""

    formats: Counter[str] = field(default_factory=Counter)
    written_by: Counter[str] = field(default_factory=Counter)
    records: int = 0
    landed: int = 0
    joined: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    excluded: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    unread: list[tuple[int, str]] = field(default_factory=list)
    turns: int = 0
    days: Counter[str] = field(default_factory=Counter)
    vectors: Counter[str] = field(default_factory=Counter)
    first_rejects: list[tuple[int, int, str]] = field(default_factory=list)
    users: DistinctCounter = field(default_factory=DistinctCounter)
    _names: DistinctCounter = field(default_factory=DistinctCounter)
    _identities: DistinctCounter = field(default_factory=DistinctCounter)

    def land(self, found: Candidate, admitted: Admitted) -> None:
        """Count a conversation that is landed."""
        self.landed += 1
        self.turns += found.turns
        self.days[admitted.started_at.date().isoformat()] += 1
        self.users.add(admitted.user_id)
        self.lost.update(found.losses)
        if found.vector is not None:
            self.vectors[found.vector.fault or TAKEN] += 1
        if found.name is not None:
            self._names.add(found.name)
            self._identities.add(found.conversation_id)

    def reject(self, file: int, line: int, reason: str) -> None:
        """Count what is malformed."""
        self.rejected[reason] += 1
        if file and len(self.first_rejects) < _REJECTS_SHOWN:
            self.first_rejects.append((file, line, reason))

    def counts(self, files: int, max_reject_share: float) -> LandingCounts:
        """What was found so far."""
        aside = (self.left_out, self.rejected, self.excluded)
        parts = self.landed + self.joined + sum(counter.total() for counter in aside)
        return LandingCounts(
            formats=dict(sorted(self.formats.items())),
            written_by=dict(sorted(self.written_by.items())),
            files=files,
            records=self.records,
            parts=parts,
            landed=self.landed,
            joined=self.joined,
            left_out=dict(sorted(self.left_out.items())),
            rejected=dict(sorted(self.rejected.items())),
            excluded=dict(sorted(self.excluded.items())),
            lost=dict(sorted(self.lost.items())),
            same_id=self._identities.count() - self._names.count(),
            unread=tuple(self.unread),
            days=dict(sorted(self.days.items())),
            users=self.users.count(),
            turns=self.turns,
            first_rejects=tuple(self.first_rejects),
            too_many_rejects=self.rejected.total() > max_reject_share * parts,
            vectors=dict(sorted(self.vectors.items())),
        )
