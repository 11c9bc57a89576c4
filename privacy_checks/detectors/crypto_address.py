"""Addresses of crypto-currencies, by their checksums where they have one."""

import re
from collections.abc import Iterator
from hashlib import sha256

from privacy_checks.detectors.protocol import Hit, Trigger

_ETHEREUM = re.compile(r"(?<![0-9A-Za-z])0[xX][0-9a-fA-F]{40}(?![0-9A-Za-z])")
_BASE58 = re.compile(
    r"(?<![0-9A-Za-z])[1-9A-HJ-NP-Za-km-z]{26,35}(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])[48][1-9A-HJ-NP-Za-km-z]{94}(?![0-9A-Za-z])"
)
_BECH32 = re.compile(
    r"(?<![0-9A-Za-z])(?P<prefix>bc|tb|bcrt|ltc|cosmos|addr|vtc|dgb)1"
    r"(?P<data>[ac-hj-np-z02-9]{8,100})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
#: Base58 alphabets: the one of Bitcoin and most others, and the one of the XRP ledger.
_ALPHABETS = (
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz",
)
_BECH32_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_CONSTANTS = (1, 0x2BC830A3)  # bech32 (BIP 173) and bech32m (BIP 350)
_MONERO_LENGTH = 95


class CryptoAddressDetector:
    """Bitcoin and its relatives, XRP, Ethereum and its relatives, Monero."""

    name = "crypto_address"
    placeholder = "[wallet]"
    trigger = Trigger(min_digits=1)

    def find(self, text: str) -> Iterator[Hit]:
        """Hits, by family."""
        for match in _ETHEREUM.finditer(text):
            yield Hit(self.name, *match.span(), 0.95)
        for match in _BASE58.finditer(text):
            if len(match.group()) == _MONERO_LENGTH or _base58_holds(match.group()):
                yield Hit(self.name, *match.span(), 0.97)
        for match in _BECH32.finditer(text):
            if _bech32_holds(match["prefix"].lower(), match["data"].lower()):
                yield Hit(self.name, *match.span(), 0.97)


def _base58_holds(address: str) -> bool:
    """Whether the last 4 of 25 bytes are the start of the double SHA-256 of the others."""
    for alphabet in _ALPHABETS:
        number = 0
        for character in address:
            digit = alphabet.find(character)
            if digit < 0:
                break
            number = number * 58 + digit
        else:
            if number.bit_length() <= 200:
                payload = number.to_bytes(25, "big")
                digest = sha256(sha256(payload[:21]).digest()).digest()
                if digest[:4] == payload[21:]:
                    return True
    return False


def _bech32_holds(prefix: str, data: str) -> bool:
    """The checksum of BIP 173 over prefix and data."""
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    values += [_BECH32_ALPHABET.index(c) for c in data]
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_BECH32_GENERATORS):
            check ^= generator if (top >> bit) & 1 else 0
    return check in _BECH32_CONSTANTS
