"""E-mail addresses, also as people disguise them: "name at mail dot com", "name (at) mail.com"."""

import re
from collections.abc import Iterator

from privacy_checks.detectors.helpers.cues import cue_before, whole_words
from privacy_checks.detectors.protocol import Hit, Trigger

# Latin, Greek and Cyrillic letters: scripts without spaces would join the words around an address.
_LETTERS = "A-Za-z\u00c0-\u024f\u0370-\u052f"
_NAME = rf"(?<![{_LETTERS}0-9._%+-])[{_LETTERS}0-9_%+](?:[{_LETTERS}0-9._%+'-])*+"
_LABEL = rf"[{_LETTERS}0-9](?:[{_LETTERS}0-9-]{{0,62}})"
_END = rf"(?![{_LETTERS}0-9])"
_COMMON_ENDINGS = (
    "com|org|net|edu|gov|info|biz|io|co|me|app|dev|ai|eu|de|at|ch|fr|es|it|pt|nl|be|pl|se|no|dk|"
    "fi|ie|cz|gr|hu|ro|ru|ua|tr|il|in|cn|jp|kr|tw|hk|sg|au|nz|ca|us|uk|mx|br|ar|cl|za|id|vn|th|example"
)
_PROVIDERS = (
    "gmail|googlemail|yahoo|ymail|hotmail|outlook|live|msn|aol|icloud|me|mac|protonmail|proton|"
    "pm|gmx|web|mail|email|fastmail|zoho|tutanota|yandex|qq|163|126|naver|orange|wanadoo|free|"
    "laposte|libero|t-online|posteo|comcast|btinternet|uol|terra|rediffmail"
)
#: Dots as words, and in brackets.
_DOT = (
    r"(?:\s{0,2}[(\[{<]\s?(?:dot|d0t|punkt|punto|point|ponto|\.)\s?[)\]}>]\s{0,2}"
    r"|\s{1,2}(?:dot|punkt|punto|ponto|point|точка)\s{1,2})"
)
_AT_IN_BRACKETS = r"\s{0,2}[(\[{<]\s?(?:at|a|ät|arroba|@)\s?[)\]}>]\s{0,2}"
_AT_WORD = r"\s{1,2}(?:at|ät|arroba|chez|chiocciola|собака)\s{1,2}"
_AT_SIGN = r"\s{0,2}@\s{0,2}"

_PLAIN = re.compile(rf"{_NAME}\s?@\s?{_LABEL}(?:\s?\.\s?{_LABEL}){{0,6}}{_END}")
#: The start of a name whose own dots are in words.
_NAME_PARTS = rf"(?:{_NAME}{_DOT}){{0,3}}{_NAME}"
#: Any sign for "at" with at least one dot in words.
_DOTS_IN_WORDS = re.compile(
    rf"{_NAME_PARTS}(?:{_AT_IN_BRACKETS}|{_AT_SIGN}|{_AT_WORD})"
    rf"{_LABEL}(?:(?:\.|{_DOT}){_LABEL}){{0,3}}{_DOT}(?:{_COMMON_ENDINGS}){_END}",
    re.IGNORECASE,
)
_AT_BRACKETED = re.compile(
    rf"{_NAME}{_AT_IN_BRACKETS}{_LABEL}(?:\s?\.\s?{_LABEL}){{1,4}}{_END}", re.IGNORECASE
)
_AT_SPOKEN = re.compile(
    rf"{_NAME}{_AT_WORD}(?P<host>{_LABEL})(?:\.{_LABEL}){{0,3}}\.(?:{_COMMON_ENDINGS}){_END}",
    re.IGNORECASE,
)
_PROVIDER = re.compile(_PROVIDERS, re.IGNORECASE)
_CUE = re.compile(
    whole_words("email", "e-mail", "mail", "mailbox", "inbox", "correo", "courriel", "write to"),
    re.IGNORECASE,
)


class EmailAddressDetector:
    """E-mail addresses; a spoken "at" before a bare domain needs a mail provider or a cue."""

    name = "email"
    placeholder = "[e-mail]"
    #: Every spelling has some sign for "at".
    trigger = Trigger(any_of=("@", " at ", "(a", "[a", "{a", "<a", " ät ", "(ä", "[ä", "( a", "[ a",
                              "arroba", "chez", "chiocciola", "собака"))  # fmt: skip

    def find(self, text: str) -> Iterator[Hit]:
        """Hits of all spellings."""
        if "@" in text:
            for match in _PLAIN.finditer(text):
                full = "." in match.group().partition("@")[2]
                if full or _looks_like_account(match.group()):
                    yield Hit(self.name, *match.span(), 0.95 if full else 0.5)
        for pattern in (_DOTS_IN_WORDS, _AT_BRACKETED):
            for match in pattern.finditer(text):
                yield Hit(self.name, *match.span(), 0.85)
        for match in _AT_SPOKEN.finditer(text):
            if _PROVIDER.fullmatch(match["host"]) or cue_before(_CUE, text, match.start()):
                yield Hit(self.name, *match.span(), 0.8)


def _looks_like_account(address: str) -> bool:
    """Whether an address without a dot, such as a host of a company's own network, is one."""
    name, _, host = address.partition("@")
    return " " not in address and len(name) >= 2 and len(host) >= 2
