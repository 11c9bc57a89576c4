"""Numbers behind planted personal data: distinct for distinct serial numbers, same for one seed."""

import hashlib
from math import gcd
from typing import NamedTuple

_STEP = 7_368_787


class Ticket(NamedTuple):
    """What a maker turns into a value: the next serial number of its pool, seed and language."""

    serial: int
    seed: int
    language: str


def spread(ticket: Ticket, size: int, salt: str) -> int:
    """A number below `size`, different for each serial number below `size`.

    Serial numbers walk through all residues in steps that share no factor with `size`, from an
    offset that depends on the seed, so that neighbours look unrelated.
    """
    step = _STEP
    while gcd(step, size) != 1:
        step += 2
    return (_offset(ticket.seed, salt) + ticket.serial * step) % size


def noise(ticket: Ticket, salt: str) -> bytes:
    """32 bytes that look random; two tickets of one seed and salt never share them in practice."""
    text = f"{ticket.seed}:{salt}:{ticket.language}:{ticket.serial}"
    return hashlib.blake2b(text.encode(), digest_size=32).digest()


def _offset(seed: int, salt: str) -> int:
    digest = hashlib.blake2b(f"{seed}:{salt}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")
