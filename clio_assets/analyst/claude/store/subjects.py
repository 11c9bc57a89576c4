"""Which conversation a stored answer is about, without saying which: a keyed digest."""

import hmac


def subject_of(key: bytes, transcript: str) -> str:
    """HMAC-SHA256 (RFC 2104) of the transcript, 64 hexadecimal digits; `Home.delimiter_key`."""
    return hmac.digest(key, transcript.encode(), "sha256").hex()
