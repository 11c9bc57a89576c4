"""Encodings with checksums that cryptocurrency addresses use."""

import hashlib

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def base58check(payload: bytes) -> str:
    """Base58 with the first four bytes of a double SHA-256 appended (Bitcoin, P2PKH)."""
    checksum = hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    data = payload + checksum
    number = int.from_bytes(data, "big")
    text = ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return _BASE58[0] * (len(data) - len(data.lstrip(b"\x00"))) + text


def bech32(prefix: str, program: bytes) -> str:
    """A version 0 witness program as a Bech32 address (BIP 173)."""
    words = [0, *_five_bit_words(program)]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    polymod = _bech32_polymod([*expanded, *words, *([0] * 6)]) ^ 1
    words += [(polymod >> 5 * (5 - i)) & 31 for i in range(6)]
    return f"{prefix}1{''.join(_BECH32[word] for word in words)}"


def eip55(payload: bytes) -> str:
    """An Ethereum address whose capital letters are the checksum (EIP-55)."""
    text = payload.hex()
    digest = keccak256(text.encode()).hex()
    return "0x" + "".join(
        c.upper() if int(nibble, 16) >= 8 else c for c, nibble in zip(text, digest, strict=False)
    )


def keccak256(message: bytes) -> bytes:
    """Keccak as Ethereum uses it: SHA-3's permutation with the padding before the standard."""
    rate = 136
    padded = bytearray(message) + b"\x01" + bytes(rate - 1 - len(message) % rate)
    padded[-1] |= 0x80
    state = [0] * 25  # 64-bit lanes; lane (x, y) is at x + 5 * y
    for start in range(0, len(padded), rate):
        for lane in range(rate // 8):
            state[lane] ^= int.from_bytes(padded[start + 8 * lane :][:8], "little")
        state = _keccak_permutation(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def _five_bit_words(data: bytes) -> list[int]:
    number = int.from_bytes(data, "big")
    count = len(data) * 8 // 5
    return [(number >> 5 * (count - 1 - i)) & 31 for i in range(count)]


def _bech32_polymod(words: list[int]) -> int:
    checksum = 1
    for word in words:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ word
        for bit, generator in enumerate(_BECH32_GENERATORS):
            if top >> bit & 1:
                checksum ^= generator
    return checksum


def _rotate(lane: int, count: int) -> int:
    count %= 64
    return (lane << count | lane >> (64 - count)) & 0xFFFF_FFFF_FFFF_FFFF


def _keccak_permutation(state: list[int]) -> list[int]:
    """24 rounds of theta, rho and pi, chi, iota (FIPS 202, section 3.2)."""
    register = 1
    for _ in range(24):
        column = [
            state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20]
            for x in range(5)
        ]
        parity = [column[(x + 4) % 5] ^ _rotate(column[(x + 1) % 5], 1) for x in range(5)]
        state = [lane ^ parity[i % 5] for i, lane in enumerate(state)]
        x, y, current = 1, 0, state[1]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            place = x + 5 * y
            current, state[place] = (
                state[place],
                _rotate(current, (step + 1) * (step + 2) // 2),
            )
        for row in range(0, 25, 5):
            lanes = state[row : row + 5]
            for x in range(5):
                state[row + x] = lanes[x] ^ (~lanes[(x + 1) % 5] & lanes[(x + 2) % 5])
        for power in range(7):  # round constants from the linear feedback shift register
            if register & 1:
                state[0] ^= 1 << ((1 << power) - 1)
            register <<= 1
            if register & 0x100:
                register ^= 0x171
    return state
