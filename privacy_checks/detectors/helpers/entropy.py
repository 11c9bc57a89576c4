"""How random a string of characters looks."""

from collections import Counter
from math import log2


def entropy(text: str) -> float:
    """Shannon entropy of the characters, in bits a character."""
    length = len(text)
    return -sum(n / length * log2(n / length) for n in Counter(text).values())


def character_classes(text: str) -> int:
    """How many of lower case, upper case, digits and other characters occur."""
    return sum(
        (
            any(c.islower() for c in text),
            any(c.isupper() for c in text),
            any(c.isdigit() for c in text),
            any(not c.isalnum() for c in text),
        )
    )
