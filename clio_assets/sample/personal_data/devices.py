"""Planted data that leads to a device or an account on the network.

Addresses come from documentation and benchmarking ranges (RFC 5737, RFC 2544, RFC 3849).
"""

import base64
import json
import string
import zlib
from ipaddress import IPv4Address, IPv6Address

from clio_assets.sample.personal_data.checksums import base58check, bech32, eip55
from clio_assets.sample.personal_data.draw import Ticket, noise, spread
from clio_assets.sample.personal_data.pools import pools

_BENCHMARK = int(IPv4Address("198.18.0.0"))
_DOCUMENTATION = tuple(
    int(IPv4Address(address)) for address in ("192.0.2.0", "198.51.100.0", "203.0.113.0")
)
_DOCUMENTATION_6 = int(IPv6Address("2001:db8::"))
_ALPHABET = string.ascii_letters + string.digits


def ip_address(ticket: Ticket) -> str:
    """An IPv4 address: of the documentation blocks first, then of the benchmarking block."""
    if ticket.serial < 3 * 254:
        block, host = divmod(spread(ticket, 3 * 254, "ipv4 documentation"), 254)
        return str(IPv4Address(_DOCUMENTATION[block] + host + 1))
    return str(IPv4Address(_BENCHMARK + spread(ticket, 131_072, "ipv4")))


def ipv6_address(ticket: Ticket) -> str:
    """An IPv6 address of the documentation block, shortened or in full."""
    tail = int.from_bytes(noise(ticket, "ipv6")[:12], "big")
    if ticket.serial % 3 == 0:
        tail &= 0xFFFF_0000_0000_0000_FFFF_FFFF
    address = IPv6Address(_DOCUMENTATION_6 + tail)
    return address.exploded if ticket.serial % 5 == 4 else str(address)


def mac_address(ticket: Ticket) -> str:
    """A locally administered hardware address."""
    octets = ["02", *(f"{octet:02x}" for octet in noise(ticket, "mac")[:5])]
    separator = ":" if ticket.serial % 3 else "-"
    text = separator.join(octets)
    return text.upper() if ticket.serial % 2 else text


def url(ticket: Ticket) -> str:
    """A link that names its user: as a profile, in the query or with user information."""
    names = pools().names["latin"]
    number = spread(ticket, len(names.first) * 10_000, "url")
    first, digits = divmod(number, 10_000)
    user = f"{names.first[first].lower()}{digits:04d}"
    return (
        f"https://people.example/users/{user}",
        f"https://www.example.com/profile?user={user}&tab=photos",
        f"https://{user}:{noise(ticket, 'password').hex()[:8]}@files.example.org/inbox",
        f"http://forum.example.net/~{user}/index.html",
    )[ticket.serial % 4]


def crypto_address(ticket: Ticket) -> str:
    """A Bitcoin address (both common forms) or an Ethereum address, checksum included."""
    payload = noise(ticket, "wallet")[:20]
    match ticket.serial % 3:
        case 0:
            return base58check(b"\x00" + payload)
        case 1:
            return bech32("bc", payload)
    return eip55(payload)


def api_key(ticket: Ticket) -> str:
    """A secret in the form of a well-known service: prefix, alphabet and checksum as there."""
    random = noise(ticket, "key") + noise(ticket, "key, continued")
    letters = "".join(_ALPHABET[octet % len(_ALPHABET)] for octet in random)
    match ticket.serial % 5:
        case 0:
            return f"sk-proj-{letters[:48]}"
        case 1:
            return f"AKIA{base64.b32encode(random).decode()[:16]}"
        case 2:
            return f"ghp_{letters[:30]}{_base62(zlib.crc32(letters[:30].encode())):0>6}"
        case 3:
            return f"xoxb-{int(random[:5].hex(), 16):012d}-{letters[:24]}"
    claims = {"sub": random[:6].hex(), "iat": 1_790_000_000 + ticket.serial}
    parts = [
        _base64url(json.dumps(part, separators=(",", ":")).encode())
        for part in ({"alg": "HS256"}, claims)
    ]
    return ".".join([*parts, _base64url(random[:32])])


def _base62(number: int) -> str:
    digits = string.digits + string.ascii_uppercase + string.ascii_lowercase
    text = ""
    while number:
        number, rest = divmod(number, 62)
        text = digits[rest] + text
    return text


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
