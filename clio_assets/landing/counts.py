"""What a pass over a source found, in numbers and fixed words."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from clio_assets.home.settings import SourceSettings
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
    and why; of `unusable` ones nothing could.

    `vectors` says of the landed conversations, where vectors of the source are declared, how many
    have one that is taken (`taken`), and why others have none.

    `days` has the landed conversations of each ISO day (UTC), sorted; `turns` are the user's;
    `first_rejects` are file, line and reason of the first few. `too_many_rejects` and
    `too_many_unread` say whether `land` stops.
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
    unusable: int = 0
    too_many_unread: bool = False

    @property
    def set_aside(self) -> dict[str, int]:
        """What was not landed as a conversation of its own, by reason."""
        joined = {"joined": self.joined} if self.joined else {}
        unread = {"unreadable_file": len(self.unread)} if self.unread else {}
        found = {**self.rejected, **self.excluded, **self.left_out, **joined, **unread}
        return dict(sorted(found.items()))


Kind = Literal[
    "records",
    "landed",
    "joined",
    "left_out",
    "rejected",
    "excluded",
    "lost",
    "vectors",
    "shape",
    "seen",  # records of a damaged file that is kept as it was landed before
]
#: (file, kind, reason) -> how many. File 0: conversations that were put together of pieces.
FileCounts = Counter[tuple[int, str, str]]


@dataclass
class Tally:
    """Counts while a source goes by; `found` has those of each file, for those who keep them.

    `damage` says of files by number why they could not be read, or not whole; `pieces` are the
    numbers of files that hold pieces of conversations.
    """

    found: FileCounts = field(default_factory=Counter)
    damage: dict[int, str] = field(default_factory=dict)
    pieces: set[int] = field(default_factory=set)
    written_by: Counter[str] = field(default_factory=Counter)
    turns: int = 0
    days: Counter[str] = field(default_factory=Counter)
    first_rejects: list[tuple[int, int, str]] = field(default_factory=list)
    users: DistinctCounter = field(default_factory=DistinctCounter)
    _names: DistinctCounter = field(default_factory=DistinctCounter)
    _identities: DistinctCounter = field(default_factory=DistinctCounter)

    def count(self, file: int, kind: Kind, reason: str = "", number: int = 1) -> None:
        """Count something of a file."""
        self.found[file, kind, reason] += number

    def records_of(self, file: int) -> int:
        """How many records a file had so far."""
        return self.found[file, "records", ""]

    def used_of(self, file: int) -> int:
        """How many records a file had before its damage, be it that more of it is landed."""
        kept = (file, "seen", "") in self.found
        return self.found[file, "seen" if kept else "records", ""]

    def of_kind(self, kind: Kind) -> dict[str, int]:
        """How many of a kind all files have, by reason, sorted."""
        counts: Counter[str] = Counter()
        for (_, one, reason), number in self.found.items():
            if one == kind:
                counts[reason] += number
        return {reason: number for reason, number in sorted(counts.items()) if number}

    def land(self, found: Candidate, admitted: Admitted) -> None:
        """Count a conversation that is landed."""
        self.count(found.file, "landed")
        self.turns += found.turns
        self.days[admitted.started_at.date().isoformat()] += 1
        self.users.add(admitted.user_id)
        for loss in found.losses:
            self.count(found.file, "lost", loss)
        if found.vector is not None:
            self.count(found.file, "vectors", found.vector.fault or TAKEN)
        if found.name is not None:
            self._names.add(found.name)
            self._identities.add(found.conversation_id)

    def reject(self, file: int, line: int, reason: str) -> None:
        """Count what is malformed."""
        self.count(file, "rejected", reason)
        if file and len(self.first_rejects) < _REJECTS_SHOWN:
            self.first_rejects.append((file, line, reason))

    def counts(self, places: Mapping[int, int], settings: SourceSettings) -> LandingCounts:
        """What was found so far; `places` are those of the files in the source, by number."""
        left_out, rejected = self.of_kind("left_out"), self.of_kind("rejected")
        excluded = self.of_kind("excluded")
        landed, joined = (sum(self.of_kind(kind).values()) for kind in ("landed", "joined"))
        malformed = sum(rejected.values())
        unusable = sum(not self.used_of(number) for number in self.damage)
        parts = landed + joined + malformed
        parts += sum(left_out.values()) + sum(excluded.values())
        return LandingCounts(
            formats=self.of_kind("shape"),
            written_by=dict(sorted(self.written_by.items())),
            files=len(places),
            records=sum(self.of_kind("records").values()),
            parts=parts,
            landed=landed,
            joined=joined,
            left_out=left_out,
            rejected=rejected,
            excluded=excluded,
            lost=self.of_kind("lost"),
            same_id=self._identities.count() - self._names.count(),
            unread=tuple(sorted((places[number], why) for number, why in self.damage.items())),
            days=dict(sorted(self.days.items())),
            users=self.users.count(),
            turns=self.turns,
            first_rejects=tuple((places[f], line, why) for f, line, why in self.first_rejects),
            too_many_rejects=malformed > settings.max_reject_share * parts,
            vectors=self.of_kind("vectors"),
            unusable=unusable,
            too_many_unread=unusable > settings.max_unreadable_share * len(places),
        )
