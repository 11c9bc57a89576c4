"""Tables of a made-up window whose groups are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from clio_assets.embeddings.schema import embeddings_schema
from clio_assets.facets.schema import FACETS
from clio_assets.ground.vectors import to_column

DIMENSION = 16
MONDAY = datetime(2026, 9, 28, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Topic:
    """What some users ask about: everything of a topic lies near one point."""

    word: str
    size: int
    users: int


def topics(number: int, size: int = 40, users: int = 20) -> list[Topic]:
    """Topics of one size, each with a word of its own."""
    return [
        Topic(f"topic{chr(97 + n // 26)}{chr(97 + n % 26)}", size, users) for n in range(number)
    ]


def window(made_of: Sequence[Topic], prefix: str = "", seed: int = 0) -> tuple[pa.Table, pa.Table]:
    """FACETS and embeddings of a window; `prefix` starts every pseudonym.

    Conversations of the topics are mixed, one an hour. Languages take turns, every tenth is
    flagged, every seventh not judged.
    """
    random = np.random.default_rng(seed)
    centres = random.normal(size=(len(made_of), DIMENSION))
    drawn = [(n, i) for n, topic in enumerate(made_of) for i in range(topic.size)]
    random.shuffle(drawn)
    rows = [
        {
            "conversation": f"{prefix}c{at}",
            "user": f"{prefix}u{n}_{i % made_of[n].users}",
            "started_at": MONDAY + timedelta(hours=at % 156),
            "flagged": None if at % 7 == 0 else at % 10 == 0,
            "request": f"please explain {made_of[n].word}",
            "task": "explain",
            "language": "Spanish" if at % 4 == 0 else "English",
            "concern": 1 + at % 2,
            "turns": 1 + at % 12,
        }
        for at, (n, i) in enumerate(drawn)
    ]
    vectors = np.array([centres[n] for n, _ in drawn]).reshape(-1, DIMENSION)
    vectors = vectors + random.normal(scale=0.1, size=vectors.shape)
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    facets = pa.Table.from_pylist(rows, schema=FACETS)
    columns = [
        facets["conversation"],
        pa.repeat("request", len(rows)),
        to_column(vectors.astype(np.float32)),
    ]
    return facets, pa.table(columns, schema=embeddings_schema(DIMENSION))
