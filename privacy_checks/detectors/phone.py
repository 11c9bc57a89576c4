"""Phone numbers: international ones, those a cue announces, and those written as such."""

import functools
import re
from collections.abc import Iterator

from privacy_checks.detectors.helpers.cues import cue_before, whole_words
from privacy_checks.detectors.protocol import Hit, Trigger

_SEPARATOR = r"[ ().\-/]"
_NUMBER = re.compile(
    r"(?<![0-9A-Za-z+])(?<![0-9][ .\-/])"
    rf"(?:\+\s?|\()?[0-9](?:{_SEPARATOR}{{0,3}}[0-9]){{6,14}}(?!{_SEPARATOR}?[0-9])"
    r"(?:\s{0,2}(?:x|ext\.?)\s?[0-9]{1,6}(?![0-9]))?"
)
_CUE = re.compile(
    whole_words(
        "phone", "phones", "telephone", "tel", "mobile", "cell", "cellphone", "call", "calls",
        "calling", "text", "txt", "sms", "whatsapp", "signal", "telegram", "viber", "fax", "ring",
        "dial", "hotline", "my number", "phone number", "her number", "his number", "my no",
        "reach me", "reach", "telefon", "handy", "mobil", "rufnummer", "anrufen", "ruf",
        "téléphone", "appelez", "appelle", "portable", "teléfono", "telefono", "llama", "llame",
        "móvil", "celular", "telefone", "ligue", "cellulare", "chiama", "telefoon", "bel",
    )
    + "|手机|电话|電話|携帯|전화|휴대폰|телефон|звони|позвони|मोबाइल|फ़ोन|फोन|هاتف|جوال|טלפון|โทร",
    re.IGNORECASE,
)  # fmt: skip
_DATE = re.compile(
    r"[0-9]{4}([-/. ])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{1,2}([-/. ])[0-9]{1,2}\2(?:[0-9]{2}|[0-9]{4})"
)
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[ .][0-9]{3})+")
_DOTTED_QUAD = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_YEARS = re.compile(r"(?:1[89]|20)[0-9]{2}[-/ ]{1,3}(?:1[89]|20)[0-9]{2}")
_NORTH_AMERICAN = re.compile(r"(?:1[-. ]?)?\(?[2-9][0-9]{2}\)?[-. ]{0,2}[2-9][0-9]{2}[-. ][0-9]{4}")
_GROUP = re.compile(r"[0-9]+")
_TRUNK_REGIONS = ("GB", "DE", "FR", "IT", "NL", "AU", "JP", "KR", "CN", "IN", "PL", "TR", "CH")
_OTHER_REGIONS = ("US", "ES", "BR", "MX", "IN", "CN", "PL", "PT", "RU", "DK", "NO")


class PhoneDetector:
    """Phone numbers of 7 to 15 digits.

    A leading plus is enough, and so is a cue before the number. Without either a number must be
    written in groups and be assigned in one of the larger countries.
    """

    name = "phone"
    placeholder = "[phone]"
    trigger = Trigger(min_digits=7)

    def find(self, text: str) -> Iterator[Hit]:
        """Hits in order of position."""
        for match in _NUMBER.finditer(text):
            number = match.group()
            score = 0.0
            if number[0] == "+":
                score = 0.9
            elif _is_something_else(number):
                continue
            elif cue_before(_CUE, text, match.start()):
                score = 0.85
            elif _NORTH_AMERICAN.match(number) or _assigned(number):
                score = 0.7
            if score:
                yield Hit(self.name, *match.span(), score)


def _is_something_else(number: str) -> bool:
    return any(p.fullmatch(number) for p in (_DATE, _THOUSANDS, _DOTTED_QUAD, _YEARS))


@functools.lru_cache(maxsize=1 << 14)
def _assigned(number: str) -> bool:
    """Whether a number written in groups belongs to a numbering plan."""
    groups = _GROUP.findall(number)
    if not (3 <= len(groups) <= 6 or (len(groups) == 2 and number.startswith(("0", "(")))):
        return False
    if any(len(group) == 1 for group in groups[1:]):
        return False
    import phonenumbers

    for region in _TRUNK_REGIONS if number.lstrip("(").startswith("0") else _OTHER_REGIONS:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return True
    return False
