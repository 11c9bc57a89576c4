"""One pass over a source: read, parse, split by UTC day. Also `survey`, the same without writing.

Every record is accounted for: records = landed + rejected + excluded.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import Final, Protocol, TypeVar

from clio_assets.domain.transcript import encode_messages, storable, user_turn_count
from clio_assets.errors import SourceError, TooManyRejectsError
from clio_assets.home.erasures import NOTHING_EXCLUDED, Exclusions
from clio_assets.home.settings import SourceSettings
from clio_assets.landing.admit import (
    Admitted,
    Rules,
    admit,
    require_several_accounts,
    require_users_and_times,
)
from clio_assets.landing.buffers import RECORD_CHARACTERS, LandedRow, LandingBuffers, LandingSink
from clio_assets.landing.distinct import DistinctCounter
from clio_assets.sources.files import digest_of_files, find_files
from clio_assets.sources.formats import FORMATS, detect, parse
from clio_assets.sources.formats.protocol import Malformed, ParsedConversation, Reason, SourceFormat
from clio_assets.sources.reading import SourceRecord, read_records

T = TypeVar("T")

_FIRST_RECORDS: Final = 100  # looked at to tell the shape, and whether users and times are known
_REJECTS_SHOWN: Final = 5
_ADVICE: Final = {
    "of_another_shape": "give sources of different shapes one by one",
    "user_id_missing": "--each-conversation-is-a-user would take records without a user id",
    "started_at_missing": "--day would take records without a timestamp",
}


class Track(Protocol):
    """Passes items on and shows how many have gone by."""

    def __call__(self, items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        """The items, unchanged and in order."""
        ...


@dataclass(frozen=True)
class LandingCounts:
    """What a pass over a source found; numbers and fixed words only.

    `rejected` has a count for each reason, `days` the landed conversations of each ISO day (UTC),
    both sorted; `turns` are the user's; `first_rejects` are file, line and reason of the first
    few. `too_many_rejects` says whether `land` stops. `excluded` counts well-formed records that
    may not be landed (past_retention, forgotten).
    """

    format: str
    files: int
    records: int
    landed: int
    rejected: dict[str, int]
    days: dict[str, int]
    users: int
    turns: int
    first_rejects: tuple[tuple[int, int, str], ...]
    too_many_rejects: bool
    excluded: dict[str, int]

    @property
    def set_aside(self) -> dict[str, int]:
        """Records that were not landed, by reason: malformed and excluded ones."""
        return dict(sorted({**self.rejected, **self.excluded}.items()))


def land(
    settings: SourceSettings,
    sink: LandingSink,
    *,
    today: date,
    track: Track | None = None,
    exclusions: Exclusions = NOTHING_EXCLUDED,
) -> LandingCounts:
    """Split a source by UTC day into the sink's tables, in one pass and bounded memory.

    Where anything was ever excluded, malformed records are kept without their text: nobody can
    tell whose it is.

    Raises SourceError where the source cannot be used, and TooManyRejectsError at the end where
    too much of it is malformed: the caller commits the sink only when this returns.
    """
    buffers = LandingBuffers(sink, withhold_rejected=exclusions.any)
    counts = _pass_over(settings, buffers, today, track, exclusions)
    if counts.too_many_rejects:
        raise TooManyRejectsError(_words_for(counts, settings.max_reject_share))
    if not (counts.landed or counts.excluded):
        raise SourceError("the source holds no usable record: all of them are malformed")
    buffers.finish()
    return counts


def survey(settings: SourceSettings, *, today: date, track: Track | None = None) -> LandingCounts:
    """What `land` would find, without writing anything. Raises SourceError as `land` does, but
    tells of too many rejects in its result."""
    return _pass_over(settings, None, today, track)


def source_fingerprint(settings: SourceSettings) -> str:
    """SHA-256 that changes when landing again could give another result: the settings that
    decide, and each file's name, size and version. Reads no content."""
    return digest_of_files(
        find_files(settings.paths),
        [
            str(settings.format),
            str(settings.day),
            str(settings.each_conversation_is_a_user),
            str(settings.max_reject_share),
        ],
    )


class _Tally:
    """Counts while records go by."""

    def __init__(self) -> None:
        self.landed = 0
        self.turns = 0
        self.days: Counter[str] = Counter()
        self.users = DistinctCounter()
        self.rejected: Counter[str] = Counter()
        self.first_rejects: list[tuple[int, int, str]] = []
        self.excluded: Counter[str] = Counter()

    def land(self, parsed: ParsedConversation, admitted: Admitted) -> None:
        self.landed += 1
        self.turns += user_turn_count(parsed.messages)
        self.days[admitted.started_at.date().isoformat()] += 1
        self.users.add(admitted.user_id)

    def reject(self, record: SourceRecord, reason: Reason) -> None:
        self.rejected[reason] += 1
        if len(self.first_rejects) < _REJECTS_SHOWN:
            self.first_rejects.append((record.file, record.found.line, reason))

    def counts(self, settings: SourceSettings, shape: SourceFormat, files: int) -> LandingCounts:
        rejected = self.rejected.total()
        records = self.landed + rejected + self.excluded.total()
        return LandingCounts(
            format=shape.name,
            files=files,
            records=records,
            landed=self.landed,
            rejected=dict(sorted(self.rejected.items())),
            days=dict(sorted(self.days.items())),
            users=self.users.count(),
            turns=self.turns,
            first_rejects=tuple(self.first_rejects),
            too_many_rejects=rejected > settings.max_reject_share * records,
            excluded=dict(sorted(self.excluded.items())),
        )


def _pass_over(
    settings: SourceSettings,
    buffers: LandingBuffers | None,
    today: date,
    track: Track | None,
    exclusions: Exclusions = NOTHING_EXCLUDED,
) -> LandingCounts:
    files = find_files(settings.paths)
    records = read_records(files)
    if track is not None:
        records = track(records, "Reading conversations")
    first = list(islice(records, _FIRST_RECORDS))
    shape = _shape(settings, first)
    rules = Rules.of(settings, shape, today)
    require_users_and_times(_well_formed(first, shape), rules)
    tally = _Tally()
    for record in chain(first, records):
        try:
            parsed = _parsed(record, shape)
            admitted = admit(parsed, rules)
        except Malformed as malformed:
            tally.reject(record, malformed.reason)
            if buffers is not None:
                text = storable(record.found.raw_text(RECORD_CHARACTERS))
                buffers.reject(record.file, record.found.line, malformed.reason, text)
            continue
        excluded = exclusions.reason(admitted.started_at.date(), admitted.user_id)
        if excluded is not None:
            tally.excluded[excluded] += 1
            continue
        tally.land(parsed, admitted)
        if buffers is not None:
            buffers.land(_row(record, parsed, admitted))
    counts = tally.counts(settings, shape, len(files))
    if not counts.excluded:  # else one account may be what is left of several
        require_several_accounts(counts.users, rules)
    return counts


def _shape(settings: SourceSettings, first: Sequence[SourceRecord]) -> SourceFormat:
    if not first:
        raise SourceError("the source holds no records")
    if settings.format is not None:
        return FORMATS[settings.format]
    values = [record.found.value for record in first if record.found.value is not None]
    if not values:
        raise SourceError(
            f"none of the first {len(first)} records of the source is a JSON object "
            f"({first[0].found.reason} in the first): the shapes that can be read, and named with "
            f"--format, are {', '.join(FORMATS)}"
        )
    return detect(values)


def _well_formed(records: Sequence[SourceRecord], shape: SourceFormat) -> list[ParsedConversation]:
    found = []
    for record in records:
        try:
            found.append(_parsed(record, shape))
        except Malformed:  # counted when its turn comes
            continue
    return found


def _parsed(record: SourceRecord, shape: SourceFormat) -> ParsedConversation:
    if record.found.reason is not None:
        raise Malformed(record.found.reason)
    if record.found.value is None:
        raise AssertionError("a record has a value or a reason")
    return parse(shape, record.found.value)


def _row(record: SourceRecord, parsed: ParsedConversation, admitted: Admitted) -> LandedRow:
    return LandedRow(
        line=record.found.line,
        file=record.file,
        conversation_id=parsed.conversation_id,
        user_id=admitted.user_id,
        started_at=admitted.started_at,
        latest_at=admitted.latest_at,
        messages=encode_messages(parsed.messages).encode(),
        flagged=parsed.flagged,
        metadata=parsed.metadata,
    )


def _words_for(counts: LandingCounts, allowed: float) -> str:
    rejected = sum(counts.rejected.values())
    reasons = ", ".join(f"{reason} {count}" for reason, count in counts.rejected.items())
    places = ", ".join(f"{file}:{line} ({why})" for file, line, why in counts.first_rejects)
    advice = [words for reason, words in _ADVICE.items() if reason in counts.rejected]
    return (
        f"{rejected} of {counts.records} records of the source are malformed, more than "
        f"max_reject_share = {allowed:g} allows: {reasons}. The first by file:line: {places}. "
        f"{'; '.join(['Mend the source, or raise max_reject_share if that is meant', *advice])}."
    )
