"""The conversations of several days, one day in memory at a time."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from clio_assets.domain.conversation import Conversation

#: Rows that are Python objects at a time.
_ROWS = 1024


@dataclass(frozen=True)
class ConversationsOfDays(Collection[Conversation]):
    """Can be gone through more than once. `read` gives the CONVERSATIONS table of a day, `rows` is
    how many there are in all.
    """

    read: Callable[[str], pa.Table] = field(repr=False)
    days: Sequence[str]
    rows: int

    def __len__(self) -> int:
        return self.rows

    def __iter__(self) -> Iterator[Conversation]:
        for day in self.days:
            asked = self.read(day).select(["transcript", "turns"])
            for batch in asked.to_batches(max_chunksize=_ROWS):
                for row in batch.to_pylist():
                    yield Conversation(row["transcript"], row["turns"])

    def __contains__(self, sought: object) -> bool:
        return any(conversation == sought for conversation in self)
