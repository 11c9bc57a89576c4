"""Keyed pseudonyms in place of user and conversation ids (HMAC-SHA256, RFC 2104)."""

import hmac
from typing import Final, Literal

from clio_assets.errors import UsageError

_SHORTEST_KEY: Final = 32  # bytes: as long as the digest, as RFC 2104 advises
_HEX_DIGITS: Final = 32
_PREFIX: Final = {"user": "u_", "conversation": "c_"}


def pseudonym(key: bytes, kind: Literal["user", "conversation"], identifier: str) -> str:
    """`u_` or `c_` and 32 hex digits: the same for the same id and key, and for no other kind.

    Without the key nobody can tell which id it stands for, or try ids until one fits.
    """
    if len(key) < _SHORTEST_KEY:
        raise UsageError(f"the pseudonym key needs at least {_SHORTEST_KEY} bytes")
    domain = f"clio {kind}\0"
    digest = hmac.digest(key, f"{domain}{identifier}".encode(), "sha256")
    return _PREFIX[kind] + digest.hex()[:_HEX_DIGITS]
