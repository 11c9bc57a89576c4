"""What a run would set aside of a source by itself, without making anything."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from clio_assets.conversations.build import what_stays
from clio_assets.domain.transcript import decode_messages
from clio_assets.home.settings import ConversationSettings, SourceSettings
from clio_assets.lake.engine import Engine, in_memory
from clio_assets.landing.counts import LandingCounts
from clio_assets.landing.duplicates import find_duplicates
from clio_assets.landing.lacking import Lack, LackingError
from clio_assets.landing.land import survey
from clio_assets.landing.landed import day_of
from clio_assets.landing.reading import Terms, Track
from clio_assets.landing.schema import LANDED_INDEX
from clio_assets.landing.vectors import VectorField

Place = tuple[int, int]


@dataclass(frozen=True)
class Foreseen:
    """What a pass over a source found, and of the landed conversations how many a run of this
    source alone would set aside in its first stage, by reason. The screener is not asked.

    `lacks` is what stops a run of the source as it is; all else is then told as with the options
    that help."""

    found: LandingCounts
    set_aside: Mapping[str, int]
    lacks: tuple[Lack, ...] = ()

    @property
    def kept(self) -> int:
        """Conversations that would be kept."""
        return self.found.landed - sum(self.set_aside.values())


def foresee(
    source: SourceSettings,
    settings: ConversationSettings,
    *,
    seed: int,
    today: date,
    track: Track | None = None,
    vectors: VectorField | None = None,
) -> Foreseen:
    """Look at a source; raises SourceError where it cannot be landed, but for too many rejects
    and for what the source lacks as a whole, which the result tells. What stays in memory is under
    100 bytes a conversation."""
    lacks: list[Lack] = []
    while True:
        sink = _Foreseeing(settings, seed)
        try:
            counts = survey(
                source, today=today, track=track, sink=sink, terms=Terms(vectors=vectors)
            )
        except LackingError as error:
            new = [lack for lack in error.lacks if lack not in lacks]
            if not new:
                raise
            lacks += new
            source = _helped(source, new, today)
        else:
            return Foreseen(counts, sink.set_aside(), tuple(lacks))


def _helped(source: SourceSettings, lacks: Sequence[Lack], today: date) -> SourceSettings:
    """The source with the options that make up for what it lacks."""
    changes: dict[str, object] = {}
    if "times" in lacks:
        changes["day"] = today
    if "users" in lacks or "several_accounts" in lacks:
        changes["each_conversation_is_a_user"] = True
    return source.model_copy(update=changes)


class _Foreseeing:
    """A LandingSink that decides about rows, and keeps the index and the reasons."""

    def __init__(self, settings: ConversationSettings, seed: int) -> None:
        self._settings = settings
        self._seed = seed
        self._index: list[pa.Table] = []
        self._reasons: dict[Place, str] = {}

    def append(self, table: str, rows: pa.Table) -> None:
        """Take rows of a table, as landing would write them."""
        if table == "index":
            self._index.append(rows.select(LANDED_INDEX.names))
        if day_of(table) is None:
            return
        for batch in rows.select(["file", "line", "conversation_id", "messages"]).to_batches(512):
            for row in batch.to_pylist():
                messages = decode_messages(row["messages"])
                kept = what_stays(messages, row["conversation_id"], self._settings, self._seed)
                if isinstance(kept, str):
                    self._reasons[row["file"], row["line"]] = kept

    def set_aside(self) -> dict[str, int]:
        """Conversations by the reason for which the stage would set them aside."""
        index = pa.concat_tables([LANDED_INDEX.empty_table(), *self._index])
        source = pa.array([""] * index.num_rows, pa.string())
        index = index.append_column(pa.field("source", pa.string(), nullable=False), source)
        for row in find_duplicates(Engine(in_memory), index).to_pylist():
            self._reasons[row["file"], row["line"]] = row["reason"]  # looked at first
        return dict(sorted(Counter(self._reasons.values()).items()))
