"""Numbers of payment cards: issuer ranges and the Luhn check digit (ISO/IEC 7812)."""

import re

from privacy_checks.detectors.pattern import PatternDetector
from privacy_checks.detectors.protocol import Trigger

_ISSUERS = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})"  # Visa
    r"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"
    r"|3[47][0-9]{13}"  # American Express
    r"|3(?:0[0-5]|[689][0-9])[0-9]{11,13}"  # Diners Club
    r"|(?:6011|65[0-9]{2}|64[4-9][0-9])[0-9]{12,15}"  # Discover
    r"|35[0-9]{14}"  # JCB, and the rest of its range
    r"|2131[0-9]{11}|1800[0-9]{11}"  # JCB, older
    r"|62[0-9]{14,17}"  # UnionPay
    r"|(?:50|5[6-9]|6[0-9])[0-9]{10,17}|0604[0-9]{8,15}"  # Maestro
)


def _is_card(match: re.Match[str]) -> bool:
    from stdnum import luhn

    digits = match.group().replace(" ", "").replace("-", "")
    return _ISSUERS.fullmatch(digits) is not None and luhn.is_valid(digits)


PAYMENT_CARD = PatternDetector(
    "payment_card",
    "[card]",
    re.compile(r"(?<![0-9])(?<![0-9][ -])[0-9](?:[ -]?[0-9]){11,18}(?![ -]?[0-9])"),
    0.95,
    Trigger(min_digits=12),
    _is_card,
)
