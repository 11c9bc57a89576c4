"""Audit by rules: how far a published text could identify someone (paper, G.8).

The scale is the paper's; the rules see form, not meaning:

    1   a detector of personal data finds something (e-mail address, phone number, ...)
    2   what names a person or an organisation: two capitalised words in a row that are no known
        place, a title before a name, a company's legal form; codes and long numbers
    3   one capitalised word in a sentence that is in no dictionary: perhaps a name
    4   a word, in whatever case, that is in no dictionary: perhaps a name, typed in lower case
    5   nothing of the kind

3 and above pass. That a word stands in a text at all means that enough users wrote it; the audit
is a second line, not the first. Capitals mean little in German, where three in a row are needed.
"""

import re
from collections.abc import Sequence

from clio_assets.analyst.local.naming.wordlists import CASED, KNOWN_PLACES
from clio_assets.domain.clusters import ClusterText
from privacy_checks.detectors import find
from privacy_checks.language.lemmas import lemmas, tokens
from privacy_checks.language.vocabulary import FRAME_WORDS

_TITLE = re.compile(
    r"\b(?:mr|mrs|ms|miss|dr|prof|professor|sir|herr|frau|señor|señora|mme)\b\.? +\w"
)
_LEGAL_FORM = re.compile(
    r"\b(?:inc|ltd|llc|llp|plc|corp|gmbh|ag|kg|oy|ab|bv|nv|sarl|srl|spa|pty|s\.a\.|& co|& sons)\b"
)
#: Five digits in a row, or four beside letters, are a number or a code of something.
_CODE = re.compile(r"\d{5}|\b(?=\w*[^\W\d])(?:[^\W\d]*\d){4}")
_SENTENCE = re.compile(r"[^.!?]+")
_ACRONYM_LETTERS = 5
_KNOWN = frozenset(CASED.values()) | {"I"}


def audit(texts: Sequence[ClusterText]) -> list[int]:
    """Rating of each text by its name and description together, 1 to 5."""
    return [min(rating(text.name), rating(text.description)) for text in texts]


def rating(text: str) -> int:
    """Rating of one piece of text."""
    kinds = {hit.kind for hit in find(text)}
    if kinds - {"digit_run"}:
        return 1
    if kinds or _CODE.search(text) or _names_someone(text):
        return 2
    words = [word for sentence in _SENTENCE.findall(text) for word in tokens(sentence)[1:]]
    if any(_is_capitalised(word) and not _in_dictionary(word) for word in words):
        return 3
    return 4 if any(not _in_dictionary(word) for word in tokens(text)) else 5


def _names_someone(text: str) -> bool:
    lower = text.lower()
    if _TITLE.search(lower) or _LEGAL_FORM.search(lower):
        return True
    too_many = 3 if " in german " in lower or lower.endswith("(german)") else 2
    for sentence in _SENTENCE.findall(text):
        for part in re.split(r"[,;:()]", sentence):
            if _longest_run(part, is_start=sentence.startswith(part)) >= too_many:
                return True
    return False


def _longest_run(part: str, is_start: bool) -> int:
    """Length of the longest run of capitalised words that are no known places or acronyms."""
    words = part.split()
    longest = run = 0
    for position, word in enumerate(words):
        bare = word.strip("'\"“”").removesuffix("'s")
        pair = (
            " ".join(words[position : position + 2]),
            " ".join(words[position - 1 : position + 1]),
        )
        known = bare in _KNOWN or any(place in KNOWN_PLACES for place in pair)
        opens = is_start and position == 0
        run = run + 1 if _is_capitalised(bare) and not known and not opens else 0
        longest = max(longest, run)
    return longest


def _is_capitalised(word: str) -> bool:
    """Whether it is written like a name; short words all in capitals are acronyms."""
    if word in _KNOWN or (word.isupper() and len(word) <= _ACRONYM_LETTERS):
        return False
    return word[:1].isupper()


def _in_dictionary(word: str) -> bool:
    """Whether a word tells nothing by itself: function, frame or dictionary word.

    Only Latin letters without accents can be looked up; other words count as known.
    """
    lower = word.lower().removesuffix("'s")
    if not lower.isascii() or lower in FRAME_WORDS or not lemmas(word) or lower in CASED:
        return True
    import simplemma

    parts = [part for part in re.split(r"['-]", lower) if part]
    return all(simplemma.is_known(part, lang="en") for part in parts)
