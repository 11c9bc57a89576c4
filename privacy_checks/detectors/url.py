"""Web addresses that lead to a person: with a user part, a profile, or a key to something private.

An address of a public page is none. What counts: `user:password@` before the host, a path or host
that names an account, a query with a token, an address or a name in it, and shared links that open
to whoever has them.
"""

import re
from collections.abc import Iterator

from privacy_checks.detectors.protocol import Hit, Trigger

#: Letters of host names: Latin, Greek and Cyrillic.
_LETTER = "A-Za-z\u00c0-\u024f\u0370-\u052f"
#: Cyrillic letters that look Latin, as they stand in addresses made to mislead.
_LOOKALIKES = str.maketrans("аеорсухіѕјһԛԝАВЕКМНОРСТХ", "aeopcyxisjhqwABEKMHOPCTX")
_URL = re.compile(
    rf"(?<![{_LETTER}0-9+.@-])(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{{1,20}})://)?"
    r"(?:(?P<user>[^\s/?#@<>\"'()\[\]\ufffc]{1,200})@)?"
    rf"(?P<host>(?:[{_LETTER}0-9-]{{1,63}}\.){{1,6}}[{_LETTER}]{{2,24}}"
    r"|localhost|[0-9.]{7,15})(?::[0-9]{1,5})?"
    r"(?P<rest>[/?#][^\s<>\"'\ufffc]*+)?",
)
#: Hosts on which the first part of the path is an account.
_ACCOUNT_HOSTS = re.compile(
    r"(?:[a-z0-9-]+\.)?(?:twitter|x|instagram|facebook|fb|tiktok|github|gitlab|bitbucket|medium|vk|"
    r"snapchat|pinterest|tumblr|twitch|soundcloud|patreon|venmo|linktr|onlyfans|threads|weibo|"
    r"paypal|cash|t|wa|telegram)\.(?:com|net|org|tv|me|ee|app|cn)",
    re.IGNORECASE,
)
_FIRST_PART = re.compile(r"/@?[\w.%$+-]{2,}")
_NOT_ACCOUNTS = re.compile(
    r"/(?:explore|search|about|help|login|signup|home|hashtag|tags?|features|pricing|topics|docs|"
    r"privacy|terms|settings|trending|developers?|business|policies|watch|directory)(?:[/?#]|$)",
    re.IGNORECASE,
)
_PROFILE_PATH = re.compile(
    r"/(?:~|@|(?:users?|u|profiles?|people|person|members?|accounts?|in|pub|author|channel|c|add|"
    r"user-profile)/)[\w.%+-]{2,}",
    re.IGNORECASE,
)
_PRIVATE_QUERY = re.compile(
    r"[?&#;](?:[\w.-]{0,40}(?:token|api_?key|key|sig|signature|auth|session|sid|secret|passw(?:or)?d"
    r"|pwd|pass|otp|code|credential|e?mail|user(?:name|_?id)?|uid|phone|name|account)[\w.-]{0,20})=",
    re.IGNORECASE,
)
_SHARED_LINK = re.compile(
    r"/(?:d|s|scl|file|folders|document|spreadsheets|presentation|forms|share|invite|j|w|r)/"
    r"[\w./=-]{8,}|(?:docs|drive|meet|calendar|photos)\.(?:google|app)",
    re.IGNORECASE,
)
_SHARING_HOSTS = re.compile(
    r"(?:[\w-]+\.)*(?:google|dropbox|zoom|onedrive|1drv|sharepoint|icloud|box|wetransfer|notion|"
    r"discord|slack|calendly|live|microsoft)\.[a-z]{2,6}",
    re.IGNORECASE,
)


class UrlDetector:
    """Addresses with or without a scheme, judged by their parts."""

    name = "url"
    placeholder = "[link]"
    trigger = Trigger(any_of=("/", "="))

    def find(self, text: str) -> Iterator[Hit]:
        """Hits in order of position."""
        for match in _URL.finditer(text if text.isascii() else text.translate(_LOOKALIKES)):
            if (match["scheme"] or match["rest"]) and _leads_to_a_person(match):
                end = match.start() + len(match.group().rstrip(".,;:!?)]}"))
                yield Hit(self.name, match.start(), end, 0.96)


def _leads_to_a_person(match: re.Match[str]) -> bool:
    host, rest = match["host"], match["rest"] or ""
    if match["scheme"] and match["user"]:
        return True
    if _ACCOUNT_HOSTS.fullmatch(host) and _FIRST_PART.match(rest):
        return _NOT_ACCOUNTS.match(rest) is None
    if _SHARING_HOSTS.fullmatch(host) and _SHARED_LINK.search(rest):
        return True
    return bool(_PROFILE_PATH.search(rest) or _PRIVATE_QUERY.search(rest))
