"""One pass over files of a source: read, parse, group, and hand on what can be landed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Final, Protocol, TypeVar, get_args

from clio_assets.domain.transcript import storable
from clio_assets.home.erasures import NOTHING_EXCLUDED, Exclusions
from clio_assets.home.settings import SourceSettings
from clio_assets.landing.admit import (
    Admitted,
    Rules,
    admit,
    require_several_accounts,
    require_users_and_times,
)
from clio_assets.landing.buffers import RECORD_CHARACTERS, LandedRow, LandingBuffers
from clio_assets.landing.candidate import Candidate, OfGroups, of_record
from clio_assets.landing.counts import Tally
from clio_assets.landing.shaped import FIRST_RECORDS, ShapedRecord, shaped_records
from clio_assets.landing.vectors import VectorField
from clio_assets.sources.files import SourceFile
from clio_assets.sources.formats import read
from clio_assets.sources.formats.protocol import (
    Aside,
    Keys,
    LeftOut,
    Malformed,
    ParsedConversation,
    Piece,
    PieceFormat,
)
from clio_assets.sources.grouping.grouper import Grouper
from clio_assets.sources.written_by import written_by

T = TypeVar("T")


@dataclass(frozen=True)
class Terms:
    """What a home asks of landing, whichever the source.

    `exclusions` may not be landed; where anything was ever excluded, malformed records are kept
    without their text: nobody can tell whose it is. Pieces of conversations wait in files without a
    name in the folder `scratch` (absent: the system's for such files). `vectors` are taken along
    where they are declared.
    """

    exclusions: Exclusions = NOTHING_EXCLUDED
    scratch: Path | None = None
    vectors: VectorField | None = None


NO_TERMS: Final = Terms()


class Track(Protocol):
    """Passes items on and shows how many have gone by."""

    def __call__(self, items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        """The items, unchanged and in order."""
        ...


class Pass:
    """What one pass over files of a source works with; `tally` is what it found."""

    def __init__(
        self,
        settings: SourceSettings,
        buffers: LandingBuffers | None,
        today: date,
        terms: Terms = NO_TERMS,
    ) -> None:
        self.tally = Tally()
        self._settings = settings
        self._buffers = buffers
        self._exclusions, self._vectors = terms.exclusions, terms.vectors
        self._keys = Keys(
            settings.user_from,
            settings.conversation_from,
            settings.tenant_from,
            "" if terms.vectors is None else terms.vectors.path,
        )
        self._rules = {
            accounts: Rules.of(settings, today, accounts=accounts) for accounts in (False, True)
        }
        self._grouper = Grouper(terms.scratch)
        self._accounts: set[bool] = set()
        self._place = (0, 0)

    def over(
        self, files: Mapping[int, SourceFile], track: Track | None, *, look: bool = True
    ) -> None:
        """Land all records of the files, by number; pieces wait for `grouped`. With `look`, stop
        early where the first records lack what no run can do without."""
        records = shaped_records(files.items(), self._settings, self.tally)
        if track is not None:
            records = track(records, "Reading conversations")
        first = list(islice(records, FIRST_RECORDS)) if look else []
        self._look_at(first)
        for record in chain(first, records):
            self._record(record)

    def _look_at(self, first: Sequence[ShapedRecord]) -> None:
        """Stop before the work where the first records name no user or no time, of shapes that
        would name them at once."""
        found: list[Candidate] = []
        for record in first:
            if isinstance(record.shape, PieceFormat):
                return
            try:
                parts = [
                    part for part in self._parts(record) if not isinstance(part, Piece | Aside)
                ]
                found += [self._candidate(record, part) for part in parts]
            except Malformed:  # counted when its turn comes
                continue
        self._place = (0, 0)
        accounts = any(record.shape.users_are_accounts for record in first)
        require_users_and_times(found, self._rules[accounts])

    def _record(self, record: ShapedRecord) -> None:
        """Land what a record holds, or keep its pieces until all are there."""
        self._accounts.add(record.shape.users_are_accounts)
        if record.found.value is not None:
            self.tally.written_by.update(written_by(record.shape.name, record.found.value))
        try:
            parts = self._parts(record)
        except Malformed as malformed:
            self._reject(record, malformed.reason)
            return
        for part in parts:
            if isinstance(part, Piece) and (part.messages or part.span or part.node):
                self.tally.count(record.file, "joined", number=bool(part.messages))
                self._grouper.add(part)
            elif isinstance(part, Piece):
                self._set_aside(record, Aside("no_messages_logged", part.losses))
            elif isinstance(part, Aside):
                self._set_aside(record, part)
            else:
                self._conversation(record, part)

    def _conversation(self, record: ShapedRecord, parsed: ParsedConversation) -> None:
        """Land a conversation; a malformed one leaves others of its record as they are."""
        try:
            found = self._candidate(record, parsed)
            self._land(found, self._rules[record.shape.users_are_accounts])
        except Malformed as malformed:
            self._reject(record, malformed.reason)

    def grouped(self) -> None:
        """Land the conversations that pieces were joined to; each begins with one of them."""
        candidates = OfGroups(self._settings.namespace, self._vectors)
        for grouped in self._grouper.conversations():
            found = candidates.candidate(grouped)
            self.tally.count(0, "joined", number=-1)
            try:
                self._land(found, self._rules[True in self._accounts])
            except Malformed as malformed:
                self.tally.reject(0, found.line, malformed.reason)
                if self._buffers is not None:
                    self._buffers.reject(0, found.line, malformed.reason, "")

    def require_several_accounts(self) -> None:
        """Stop where what was found can never be published."""
        if not self.tally.of_kind("excluded"):  # else one account may be what is left of several
            rules = self._rules[self._accounts == {True}]
            require_several_accounts(self.tally.users.count(), rules)

    def _parts(self, record: ShapedRecord) -> Iterable[ParsedConversation | Piece | Aside]:
        if record.found.reason is not None:
            raise Malformed(record.found.reason)
        if record.found.value is None:
            raise AssertionError("a record has a value or a reason")
        return read(record.shape, record.found.value, self._keys)

    def _candidate(self, record: ShapedRecord, part: ParsedConversation) -> Candidate:
        place = self._next_place(record)
        return of_record(self._settings.namespace, place, part, self._vectors)

    def _next_place(self, record: ShapedRecord) -> tuple[int, int]:
        """File and line, a line further where a record holds several: no two share a place."""
        file, line = self._place
        again = line + 1 if file == record.file else 0
        self._place = (record.file, max(record.found.line, again))
        return self._place

    def _land(self, found: Candidate, rules: Rules) -> None:
        admitted = admit(found, rules)
        excluded = self._exclusions.reason(admitted.started_at.date(), admitted.user_id)
        if excluded is not None:
            self.tally.count(found.file, "excluded", excluded)
            return
        self.tally.land(found, admitted)
        if self._buffers is not None:
            self._buffers.land(_row(found, admitted))

    def _set_aside(self, record: ShapedRecord, part: Aside) -> None:
        for loss in part.losses:
            self.tally.count(record.file, "lost", loss)
        if part.reason in get_args(LeftOut):
            self.tally.count(record.file, "left_out", part.reason)
        else:
            self._reject(record, part.reason)

    def _reject(self, record: ShapedRecord, reason: str) -> None:
        self.tally.reject(record.file, record.found.line, reason)
        if self._buffers is not None:
            text = storable(record.found.raw_text(RECORD_CHARACTERS))
            self._buffers.reject(record.file, record.found.line, reason, text)


def _row(found: Candidate, admitted: Admitted) -> LandedRow:
    vector = found.vector
    return LandedRow(
        line=found.line,
        file=found.file,
        conversation_id=found.conversation_id,
        source_id=found.source_id,
        user_id=admitted.user_id,
        started_at=admitted.started_at,
        latest_at=admitted.latest_at,
        messages=found.messages,
        flagged=found.flagged,
        metadata=found.metadata,
        attributes=found.attributes,
        vector=None if vector is None else vector.value,
        vector_fault=None if vector is None else vector.fault,
        name=found.name,
    )
