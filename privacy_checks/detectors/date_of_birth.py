"""Dates of birth: a day that a word such as "born" stands next to."""

import re
from collections.abc import Iterator

from privacy_checks.detectors.helpers.cues import whole_words
from privacy_checks.detectors.protocol import Hit, Trigger

_MONTHS = (
    "jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|février|mar(?:ch|s|zo|ço)?|märz|apr(?:il)?|avril|abril"
    "|may|mai|mayo|maio|june?|juni|juin|junio|junho|july?|juli|juillet|julio|julho"
    "|aug(?:ust)?|août|agosto|sept?(?:ember|embre|iembre)?|setembro|oct(?:ober|obre|ubre)?|okt(?:ober)?"
    "|outubro|ottobre|nov(?:ember|embre|iembre|embro)?|dec(?:ember)?|dez(?:ember|embro)?|décembre"
    "|diciembre|dicembre|enero|febrero|janeiro|fevereiro|gennaio|febbraio|aprile|maggio|giugno|luglio"
    "|settembre|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
)
_ORDINAL = r"[0-3]?[0-9](?:st|nd|rd|th|\.|er|º|°|o)?"
_YEAR = r"(?:,?\s(?:de\s)?(?:of\s)?(?:'[0-9]{2}|(?:1[89]|20)[0-9]{2}))?"
_DATE = (
    r"(?<![0-9])(?:(?:1[89]|20)[0-9]{2}[-/. ][01]?[0-9][-/. ][0-3]?[0-9]"
    r"|[0-3]?[0-9]\s?[-/.]\s?[0-3]?[0-9](?:\s?[-/.]\s?(?:(?:1[89]|20)[0-9]{2}|[0-9]{2}))"
    r"|(?:1[89]|20)[0-9]{2}\s?[年년]\s?[01]?[0-9]\s?[月월]\s?[0-3]?[0-9]\s?[日일]"
    rf"|{_ORDINAL}\s(?:of\s|de\s)?(?:{_MONTHS})(?![a-z])\.?{_YEAR}"
    rf"|(?:{_MONTHS})\.?\s{_ORDINAL}{_YEAR})(?![0-9])"
)
_BIRTH = whole_words(
    "born", "dob", "d.o.b", "date of birth", "birth date", "birthdate", "birthday", "bday", "b-day",
    "birthdays", "geboren", "geburtsdatum", "geburtstag", "geb", "né", "née", "date de naissance",
    "naissance", "anniversaire", "nacido", "nacida", "nací", "nació", "fecha de nacimiento",
    "cumpleaños", "nacimiento", "nascido", "nascida", "nasci", "data de nascimento", "nascimento",
    "nato", "nata", "data di nascita", "nascita", "geboortedatum", "urodzony", "urodzona",
)  # fmt: skip
_OTHER_SCRIPTS = (
    "出生日期|出生|生日|生年月日|誕生日|생년월일|생일|родился|родилась|дата рождения|जन्म"
)
_BEFORE = re.compile(
    rf"(?:{_BIRTH}|{_OTHER_SCRIPTS})(?P<between>[^0-9\n.!?\ufffc]{{0,30}}?)(?P<hit>{_DATE})",
    re.IGNORECASE,
)
_BIRTH_BEHIND = whole_words(
    "dob", "date of birth", "birthday", "bday", "birth date", "birthdate", "born", "geboren",
    "geburtstag", "né", "née", "nacido", "nacida", "nato", "nata", "nascido", "nascida",
)  # fmt: skip
_BEHIND = re.compile(
    rf"(?P<hit>{_DATE})\s?(?:\(|,|-|is|was|ist|est|es|é)?\s?(?:my|her|his|their|our|mein|mon|mi)?\s?"
    rf"(?:{_BIRTH_BEHIND}|生まれ|出生)",
    re.IGNORECASE,
)


class DateOfBirthDetector:
    """Dates with at least day and month, near a word for birth; the hit is the date alone."""

    name = "date_of_birth"
    placeholder = "[date of birth]"
    trigger = Trigger(
        min_digits=1,
        any_of=("born", "birth", "dob", "d.o.b", "bday", "b-day", "gebo", "gebu", "geb", "né",
                "naiss", "anniversaire", "naci", "nací", "cumple", "nasc", "nato", "nata", "urodz",
                "出生", "生まれ", "生日", "誕生日", "生年月日", "생년월일", "생일", "роди",
                "рождения", "जन्म"),
    )  # fmt: skip

    def find(self, text: str) -> Iterator[Hit]:
        """Hits, cue before the date first."""
        for pattern in (_BEFORE, _BEHIND):
            for match in pattern.finditer(text):
                yield Hit(self.name, *match.span("hit"), 0.9)
