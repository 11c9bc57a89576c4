"""Numbers that states give to people: by shape and check digits, or by a word before them.

The check digits are those of python-stdnum. Ten digits in a row pass some country's check too often
to mean anything, so a number counts without a cue only where its shape says much more: the usual
punctuation, letters at fixed places, or a date inside a long number with its own check digits.
"""

import functools
import importlib
import re
from collections.abc import Callable, Iterator

from privacy_checks.detectors.helpers.cues import whole_words
from privacy_checks.detectors.protocol import Hit, Trigger

_A = "[A-Za-z]"
#: Letters that the numbers of Medicare use.
_M = "[AC-HJKMNP-RT-Yac-hjkmnp-rt-y]"
_EDGE = r"(?<![0-9A-Za-z])(?<![0-9][-./])", r"(?![0-9A-Za-z]|[-./][0-9])"
#: Shape -> python-stdnum modules, any of which must agree; none where the shape is all there is.
_SHAPES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"[0-9]{3}-[0-9]{2}-[0-9]{4}", ("us.ssn", "us.itin")),
    (r"(?!000|666|9)[0-9]{3} (?!00)[0-9]{2} (?!0000)[0-9]{4}", ()),  # the same with blanks
    (r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Za-ceghj-pr-tw-z][A-CEGHJ-NPR-TW-Za-ceghj-npr-tw-z]"
     r" ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Da-d]", ()),  # United Kingdom, national insurance
    (rf"[0-9]{{8}}[- ]?{_A}|[XYZxyz][- ]?[0-9]{{7}}[- ]?{_A}", ("es.dni", "es.nie")),
    (rf"{_A}{{6}}[0-9]{{2}}{_A}[0-9]{{2}}{_A}[0-9]{{3}}{_A}", ("it.codicefiscale",)),
    (r"[12] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[ABab]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}", ("fr.nir",)),
    (r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", ("br.cpf",)),
    (r"[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}-[0-9Kk]", ("cl.rut",)),
    (r"[0-9]{2}-[0-9]{8}-[0-9]", ("ar.cuit",)),
    (r"[0-9]{6}[-+A-Fa-f][0-9]{3}[0-9A-Ya-y]", ("fi.hetu",)),
    (r"[0-9]{6}-[0-9]{4}|[0-9]{8}-[0-9]{4}|[0-9]{6}\+[0-9]{4}",
     ("se.personnummer", "dk.cpr", "is_.kennitala")),
    (r"[0-9]{6}/[0-9]{3,4}", ("cz.rc",)),
    (r"[0-9]{17}[0-9Xx]", ("cn.ric",)),
    (r"[0-9]{6}-[0-9]{7}", ("kr.rrn",)),
    (r"[2-9][0-9]{3}[ -][0-9]{4}[ -][0-9]{4}", ("in_.aadhaar",)),
    (rf"{_A}{{3}}[ABCFGHLJPTabcfghljpt]{_A}[0-9]{{4}}{_A}", ("in_.pan",)),
    (rf"{_A}{{4}}[0-9]{{6}}[HMhm]{_A}{{5}}[0-9A-Za-z][0-9]", ("mx.curp",)),
    (r"[0-9]{3}[- ][0-9]{3}[- ][0-9]{3}", ("ca.sin", "au.tfn")),
    (r"[0-9]{3} [0-9]{3} [0-9]{4}", ("gb.nhs",)),
    (r"[0-9]{2} [0-9]{3} [0-9]{3} [0-9]{3}", ("de.idnr",)),
    (rf"{_A}{{3}}[0-9]{{7}}", ("in_.epic",)),
    (r"[A-Za-z9]{5}[0-9][0156][0-9][0-3][0-9]{2}[A-Za-z9]{2}[2-9A-Za-z][A-Za-z]{2}", ()),
    # United Kingdom, driving licence (above); United States, Medicare (below)
    (rf"[1-9]{_M}[0-9A-Za-z][0-9]-?{_M}[0-9A-Za-z][0-9]-?{_M}{{2}}[0-9]{{2}}", ()),
    (r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}", ("be.nn",)),
    (r"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}", ("ch.ssn",)),
    (r"[0-9]{11}", ("pl.pesel", "no.fodselsnummer", "tr.tckimlik", "ee.ik", "lt.asmens",
                    "gr.amka")),
    (r"[0-9]{13}", ("za.idnr", "ro.cnp", "si.emso")),
    (r"[0-9]-[0-9]{4}-[0-9]{5}-[0-9]{2}-[0-9]", ("th.pin",)),
    (r"[0-9]{6}-[0-9]{2}-[0-9]{4}", ("my.nric",)),
    (r"[0-9]{5}-[0-9]{7}-[0-9]", ("pk.cnic",)),
    (rf"[0-9]{{7}}{_A}{{1,2}}", ("ie.pps",)),
    (r"[0-9]{3}-[0-9]{7}-[0-9]", ("do.cedula",)),
    (r"[STFGstfg][0-9]{7}[A-Za-z]", ()),  # Singapore
    (r"[A-Za-z]{1,2}[0-9]{6}\([0-9Aa]\)", ()),  # Hong Kong
)  # fmt: skip

#: Where such a number may be: digits close to each other, with room for the letters around them.
_DIGITS_TOGETHER = re.compile(r"[0-9](?:[^0-9]{0,7}[0-9]){4,}+")
_LETTERS_AROUND = 10

_CUE = whole_words(
    "ssn", "social security", "social security number", "social security no", "social insurance",
    "sin number", "national insurance", "ni number", "nino", "nhs", "nhs number", "medicare",
    "medicaid", "national id", "national identity", "identity card", "identity number", "id card",
    "id number", "id no", "citizen id", "citizen number", "personal number", "personnummer",
    "passport", "passport number", "passport no", "driver's license", "driver's licence",
    "drivers license", "driver license", "driving licence", "driving license", "tax id",
    "taxpayer", "tax number", "tin", "itin", "aadhaar", "pan card", "cpf", "cnpj", "rut", "curp",
    "rfc", "nif", "nie", "dni", "cédula", "cedula", "codice fiscale", "pesel", "bsn", "sofinummer",
    "steuer-id", "steueridentifikationsnummer", "steuernummer", "sozialversicherungsnummer",
    "personalausweis", "personalausweisnummer", "ausweis", "ausweisnummer", "reisepass", "id",
    "sécurité sociale", "passeport",
    "pasaporte", "passaporto", "passaporte", "paspoort", "tfn", "tax file number", "visa number",
    "green card", "alien number", "account number", "bank account", "routing number", "iban",
    "patient id", "patient number", "medical record number", "mrn", "policy number",
    "insurance number", "kontonummer",
)  # fmt: skip
_ANNOUNCED = re.compile(
    rf"(?:{_CUE}|身份证|身份證|护照|護照|マイナンバー|주민등록번호|여권|паспорт|инн|снилс|आधार)"
    r"(?:\s?(?:number|numbers|no|nr|num|nummer|número|code|card|is|was|are|of|on|ist|est|es|é|my|the|form|"
    r"号码|号|番号|번호)(?![a-z])\.?){0,4}"
    r"\s?[:=#]?\s?[\"'(]?(?P<hit>(?=(?:[A-Za-z./ -]{0,3}[0-9]){5})"
    r"[A-Za-z]{0,3}[- ]?[0-9](?:[ ./-]?[0-9]){3,17}(?:-?[A-Za-z0-9]{1,2})?(?![A-Za-z0-9])"
    r"|(?=(?:[A-Za-z]{0,4}[0-9]){4})[A-Za-z0-9]{7,12}(?![A-Za-z0-9-]))",
    re.IGNORECASE,
)


class NationalIdDetector:
    """Identity, social security, tax, health and passport numbers, and account numbers by cue."""

    name = "national_id"
    placeholder = "[id number]"
    trigger = Trigger(min_digits=4)

    def find(self, text: str) -> Iterator[Hit]:
        """Hits, those that a word announces first."""
        for match in _ANNOUNCED.finditer(text):
            yield Hit(self.name, *match.span("hit"), 0.88)
        for cluster in _DIGITS_TOGETHER.finditer(text):
            start = max(0, cluster.start() - _LETTERS_AROUND)
            for pattern, modules in _compiled():
                for match in pattern.finditer(text, start, cluster.end() + _LETTERS_AROUND):
                    if not modules or any(_check(module)(match.group()) for module in modules):
                        yield Hit(self.name, *match.span(), 0.92)


@functools.cache
def _compiled() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    start, end = _EDGE
    return tuple((re.compile(f"{start}(?:{shape}){end}"), modules) for shape, modules in _SHAPES)


@functools.cache
def _check(module: str) -> Callable[[str], bool]:
    valid: Callable[[str], bool] = importlib.import_module(f"stdnum.{module}").is_valid
    return valid
