"""Numbers dictated digit by digit: "two oh two five five five"."""

import re

from privacy_checks.detectors.pattern import PatternDetector
from privacy_checks.detectors.protocol import Trigger

_DIGITS = (
    "zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple"
    "|null|eins|zwei|zwo|drei|vier|fünf|sechs|sieben|acht|neun"
    "|zéro|un|deux|trois|quatre|cinq|sept|huit|neuf"
    "|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve"
    "|um|dois|três|quatro|sete|oito|nove|meia|due|tre|quattro|cinque|sei|sette|otto"
)

SPELLED_DIGITS = PatternDetector(
    "spelled_digits",
    "[number]",
    re.compile(
        rf"(?<![^\W_])(?:{_DIGITS})(?:[\s,.-]{{1,3}}(?:{_DIGITS})(?![^\W_])){{5,}}+", re.IGNORECASE
    ),
    0.4,
    Trigger(any_of=("two", "three", "four", "five", "six", "seven", "eight", "nine", "zero",
                    "zwei", "zwo", "drei", "vier", "sechs", "sieben", "neun",
                    "deux", "trois", "quatre", "cinq", "huit", "neuf",
                    "dos", "tres", "cuatro", "cinco", "seis", "siete", "nueve",
                    "dois", "três", "quatro", "oito", "due", "quattro", "cinque", "sette")),
)  # fmt: skip
