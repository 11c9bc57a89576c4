"""Internet addresses, version 4 and 6, except those that every machine has."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

from privacy_checks.detectors.protocol import Hit, Trigger

_VERSION_4 = re.compile(r"(?<![0-9A-Za-z.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9A-Za-z]|\.[0-9])")
_VERSION_6 = re.compile(
    r"(?<![0-9A-Za-z:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}"
    r"(?:(?<=:)[0-9]{1,3}(?:\.[0-9]{1,3}){3})?(?![0-9A-Za-z:])"
)
_NETMASK = re.compile(r"255(?:\.255){0,2}(?:\.0){1,3}|(?:255\.){3}[0-9]+")


class IpAddressDetector:
    """IPv4 and IPv6 addresses; loopback, unspecified addresses and network masks are left out."""

    name = "ip_address"
    placeholder = "[IP address]"
    trigger = Trigger(min_digits=1, any_of=(".", ":"))

    def find(self, text: str) -> Iterator[Hit]:
        """Hits in order of position, version 4 first."""
        for match in _VERSION_4.finditer(text):
            if not _NETMASK.fullmatch(match.group()) and _says_something(match.group()):
                yield Hit(self.name, *match.span(), 0.9)
        if text.count(":") >= 2:
            for match in _VERSION_6.finditer(text):
                if any(c.isdigit() for c in match.group()) and _says_something(match.group()):
                    yield Hit(self.name, *match.span(), 0.9)


def _says_something(text: str) -> bool:
    address: IPv4Address | IPv6Address
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)
