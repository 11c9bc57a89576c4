"""Batches in which a text's vector does not depend on the texts beside it.

A matrix product adds up a row in an order that depends on the shape of the whole product: on its
inner lengths, and, for the rows of a last, incomplete tile, on the number of rows. Floating-point
sums in another order differ in their last bits. So a text is padded to a length that is decided by
its own number of tokens, and a batch always has a whole number of tiles. A re-run that embeds
other subsets of the same texts then gives the same bytes.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

#: Tokens of a batch (texts x padded length) are a multiple of this, which the rows of the tiles in
#: use (4 to 16) divide.
TILE: Final = 32

#: Up to a number of tokens, padded lengths are multiples of a step: little padding, few shapes.
_STEPS: Final = ((32, 4), (64, 8), (128, 16))
_LARGEST_STEP: Final = 32


@dataclass(frozen=True)
class Batch:
    """Positions of texts that are padded to one length.

    `fillers` more texts complete the last tile; their vectors are thrown away.
    """

    positions: tuple[int, ...]
    length: int
    fillers: int


def padded_length(tokens: int, limit: int | None) -> int:
    """The length that a text of so many tokens is padded to, at most the model's limit."""
    step = next((step for end, step in _STEPS if tokens <= end), _LARGEST_STEP)
    length = max(step, math.ceil(tokens / step) * step)
    return length if limit is None else min(length, limit)


def batches(token_counts: Sequence[int], batch_size: int, limit: int | None) -> Iterator[Batch]:
    """Batches of about `batch_size` texts over all of them, shortest first."""
    by_length: dict[int, list[int]] = {}
    for position, tokens in enumerate(token_counts):
        by_length.setdefault(padded_length(tokens, limit), []).append(position)
    for length in sorted(by_length):
        rows = TILE // math.gcd(TILE, length)
        size = math.ceil(batch_size / rows) * rows
        positions = by_length[length]
        for start in range(0, len(positions), size):
            part = tuple(positions[start : start + size])
            yield Batch(part, length, -len(part) % rows)
