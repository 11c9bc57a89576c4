"""How large a source is, as an analyst would see it: one pass, nothing is kept."""

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

import pyarrow as pa

from clio_assets.conversations.sampling import sample
from clio_assets.domain.transcript import (
    decode_messages,
    has_user_text,
    render_transcript,
    user_turn_count,
)
from clio_assets.estimate.tokens import tokens_of
from clio_assets.home.erasures import NOTHING_EXCLUDED, Exclusions
from clio_assets.home.settings import ConversationSettings, SourceSettings
from clio_assets.landing.distinct import DistinctCounter
from clio_assets.landing.land import land
from clio_assets.landing.landed import day_of
from clio_assets.landing.reading import Terms, Track

#: Transcripts that are kept, to be counted by the server.
SAMPLE = 100


@dataclass(frozen=True)
class Measured:
    """Conversations that an analyst would be asked about.

    `distinct` of them have different transcripts; identical ones are asked about once. `tokens` is
    the offline estimate over all transcripts. `sample` holds some transcripts with their number of
    turns: a fair sample, chosen by digest, so that two passes choose the same.
    """

    conversations: int
    distinct: int
    tokens: float
    days: Mapping[date, int]
    sample: tuple[tuple[str, int], ...] = field(repr=False)


def measure(
    source: SourceSettings,
    settings: ConversationSettings,
    *,
    seed: int,
    today: date,
    track: Track | None = None,
    exclusions: Exclusions = NOTHING_EXCLUDED,
) -> Measured:
    """Measure what of a source may be landed; raises what landing it would raise."""
    sink = _Measuring(settings, seed)
    land(source, sink, today=today, track=track, terms=Terms(exclusions))
    return sink.measured()


class _Measuring:
    """A LandingSink that measures rows and forgets them."""

    def __init__(self, settings: ConversationSettings, seed: int) -> None:
        self._settings = settings
        self._seed = seed
        self._distinct = DistinctCounter()
        self._tokens = 0.0
        self._days: Counter[date] = Counter()
        self._sample: list[tuple[int, str, int]] = []  # digest negated: the heap drops the largest

    def append(self, table: str, rows: pa.Table) -> None:
        """Measure the rows of a day; the index and rejected records tell nothing here."""
        day = day_of(table)
        if day is None:
            return
        columns = rows.select(["conversation_id", "messages"]).to_pylist()
        for row in columns:
            self._add(day, row["conversation_id"], row["messages"])

    def _add(self, day: date, conversation: str, text: str) -> None:
        messages = decode_messages(text)
        kept = sample(messages, conversation, self._settings, self._seed)
        if kept is None or not has_user_text(kept):
            return
        transcript = render_transcript(kept, self._settings.transcript_budget)
        self._days[day] += 1
        self._tokens += tokens_of(transcript)
        self._distinct.add(transcript)
        digest = blake2b(transcript.encode(), digest_size=8).digest()
        entry = (-int.from_bytes(digest, "big"), transcript, user_turn_count(kept))
        if len(self._sample) < SAMPLE:
            heapq.heappush(self._sample, entry)
        else:
            heapq.heappushpop(self._sample, entry)

    def measured(self) -> Measured:
        """What was measured so far."""
        return Measured(
            conversations=self._days.total(),
            distinct=self._distinct.count(),
            tokens=self._tokens,
            days=dict(sorted(self._days.items())),
            sample=tuple((transcript, turns) for _, transcript, turns in sorted(self._sample)),
        )
