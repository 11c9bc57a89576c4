"""Who writes: heavy and light users, each with one language.

Within a language, users write in proportion to a power of their rank (a Zipf law with exponent
1 - 1 / _SKEW = 0.6): the rank is the size of the pool times a power of a uniform number. In most
conversations the ranks are shifted by the topic's domain, so that the heavy users of one domain
are light ones of others.
"""

from collections.abc import Sequence
from random import Random

from clio_assets.sample.rhythm import Cell

# Not every account of a pool writes within the period; this leaves one user in about four
# conversations.
CONVERSATIONS_PER_ACCOUNT = 3.9
_SKEW = 2.5
_LOYALTY = 0.75  # share of conversations in which the domain's own ranking holds
_MASK = (1 << 40) - 1
_MULTIPLIER = 0x9E3779B97F4A7C15 & _MASK | 1  # odd, so that multiplying is one-to-one


class Users:
    """Draws user numbers for cells; `special(i)` are accounts that nothing else draws."""

    def __init__(self, made: Sequence[Cell], conversations: int) -> None:
        """Pools for all languages among the cells, sized for the number of conversations."""
        shares = {cell.language.code: cell.language.share for cell in made}
        domains = list(dict.fromkeys(cell.topic.domain for cell in made))
        self._shift = {domain: i / len(domains) for i, domain in enumerate(domains)}
        self._pools: dict[str, tuple[int, int]] = {}
        first = 0
        for code, share in shares.items():
            size = max(12, round(conversations * share / CONVERSATIONS_PER_ACCOUNT))
            self._pools[code] = (first, size)
            first += size
        self._first_special = first

    def draw(self, cell: Cell, random: Random) -> int:
        """The number of a user who writes about the cell's topic in its language."""
        first, size = self._pools[cell.language.code]
        rank = int(size * random.random() ** _SKEW)
        if random.random() < _LOYALTY:
            rank = (rank + int(size * self._shift[cell.topic.domain])) % size
        return first + rank

    def special(self, index: int) -> int:
        """The number of an account outside all pools."""
        return self._first_special + index


def user_id(number: int, seed: int) -> str:
    """A user's name in the source; different for different numbers below 2^40."""
    return f"user-{(number * _MULTIPLIER + seed * 7_919) & _MASK:010x}"
