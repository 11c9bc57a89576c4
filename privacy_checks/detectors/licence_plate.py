"""Licence plates of vehicles: announced by a word, or in a form that nothing else has."""

import re
from collections.abc import Iterator

from privacy_checks.detectors.helpers.cues import whole_words
from privacy_checks.detectors.protocol import Hit, Trigger

_CUE = whole_words(
    "licence plate", "license plate", "licence plates", "license plates", "number plate", "plates",
    "plate", "plate number", "plate no", "vehicle registration", "registration number",
    "registration plate", "tag number", "reg number", "car reg", "vin", "parked next to",
    "my car is", "kennzeichen", "nummernschild", "plaque d'immatriculation", "immatriculation",
    "plaque", "matrícula", "matricula", "placa", "placas", "targa", "kenteken", "rejestracja",
)  # fmt: skip
#: A part of every cue, to tell quickly whether there is one.
_CUE_PARTS = ("plate", "plaque", "registration", "tag", "reg", "vin", "parked", "my car",
              "kennzeichen", "nummernschild", "matric", "matríc", "placa", "targa", "kenteken",
              "rejestracja", "车牌", "車牌", "ナンバー", "госномер")  # fmt: skip
_COPULA = r"(?:\s?(?:numbers?|no|nr|is|was|are|reads|ist|es|est|é|号)(?![a-z])\.?){0,3}"
_GROUP = (
    r"(?:[A-Z\u00c4\u00d6\u00dc\u0410-\u042f]{1,4}|[a-z]{1,3}|[\u4e00-\u9fff]"
    r"|[A-Za-z]{0,3}[0-9]{1,7}[A-Za-z]{0,3})"
)
_NOT_PLATES = r"(?!(?i:for|of|in|on|at|to|a|an|the|and|with|my|i|we|as|by|or|has|had|if|so)\s)"
#: Identification numbers of vehicles (ISO 3779).
_VIN = r"[A-HJ-NPR-Za-hj-npr-z0-9]{17}"
_ANNOUNCED = re.compile(
    rf"(?:(?i:{_CUE})|车牌|車牌|ナンバープレート|госномер)(?i:{_COPULA})\s?[:=#]?\s?[\"']?"
    rf"{_NOT_PLATES}(?P<hit>{_VIN}|{_GROUP}(?:[ •·-]?{_GROUP}){{0,3}})(?![A-Za-z0-9])"
)
#: Plates of the United Kingdom, of France and of India as they are printed.
_PRINTED = re.compile(
    r"(?<![0-9A-Za-z-])(?:[A-Z]{2}[0-9]{2}\s[A-Z]{3}|[A-HJ-NP-TV-Z]{2}-[0-9]{3}-[A-HJ-NP-TV-Z]{2}"
    r"|[A-Z]{2}[ -][0-9]{2}[ -][A-Z]{1,2}[ -][0-9]{4})"
    r"(?![0-9A-Za-z-])"
)


class LicencePlateDetector:
    """Plates and vehicle identification numbers; the hit leaves out the word before."""

    name = "licence_plate"
    placeholder = "[licence plate]"
    trigger = Trigger(min_digits=1)

    def find(self, text: str) -> Iterator[Hit]:
        """Hits, printed forms first."""
        for match in _PRINTED.finditer(text):
            yield Hit(self.name, *match.span(), 0.6)
        if any(map(text.lower().__contains__, _CUE_PARTS)):
            for match in _ANNOUNCED.finditer(text):
                if _is_plate(match["hit"]):
                    yield Hit(self.name, *match.span("hit"), 0.8)


def _is_plate(text: str) -> bool:
    code = [c for c in text if c.isalnum()]
    digits = sum(c.isdigit() for c in code)
    return len(code) >= 4 and (digits >= 4 or 0 < digits < len(code))
