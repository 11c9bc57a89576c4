"""Which words of a published text need the support of users, and which of those lack it.

The analyst that writes names, the stage that records which words enough users share, and the gate
that checks the result read texts alike (`lemmas.py`), so a word of a name is found again in the
texts it came from.
"""

import functools
import re
from collections.abc import Collection
from dataclasses import dataclass

from privacy_checks.language.lemmas import SENTENCE_END, content_lemmas, lemmas, tokens
from privacy_checks.language.ordinary_words import is_listed_name, is_ordinary
from privacy_checks.policy.model import PrivacyPolicy

_LANGUAGES = """
afrikaans albanian amharic arabic armenian azerbaijani bangla basque belarusian bulgarian
burmese catalan chinese croatian czech danish dutch english estonian filipino finnish french
galician georgian german greek gujarati hebrew hindi hungarian icelandic indonesian irish
italian japanese kannada kazakh khmer korean kyrgyz lao latvian lithuanian macedonian malay
malayalam maltese marathi mongolian nepali norwegian pashto persian polish portuguese punjabi
romanian russian serbian sinhala slovak slovenian spanish swahili swedish tajik tamil telugu
thai turkish ukrainian urdu uyghur uzbek vietnamese welsh
"""
#: Languages that a text may say its words are in.
LANGUAGES: frozenset[str] = frozenset(_LANGUAGES.split())

#: Words that the platform's own templates add to names and descriptions; never from data.
_FRAME = """
ask asked get talk talked say said help mention mentioned mentioning compare compared neighbouring
find learn discuss discussed wanted
users cluster clusters requests group groups often less otherwise words much things among audit
withheld unnamed mixed different name description show hold assistant assistant's
second third fourth fifth sixth seventh eighth ninth tenth
"""
FRAME_WORDS: frozenset[str] = frozenset(_FRAME.split()) | LANGUAGES


@functools.cache
def _frame_lemmas() -> frozenset[str]:
    return frozenset(found for word in FRAME_WORDS for found in (word, *lemmas(word)))


@dataclass(frozen=True)
class VocabularyRule:
    """Which words of a published text enough users must have written.

    All content words, or (`ordinary_is_free`) those outside ordinary vocabulary and `allowed`
    lemmas.
    """

    ordinary_is_free: bool = False
    allowed: frozenset[str] = frozenset()


ALL_WORDS = VocabularyRule()


def vocabulary_rule(policy: PrivacyPolicy, analyst: str) -> VocabularyRule:
    """The rule for texts by an analyst; names made of quotations need support for every word."""
    by_analyst = "all" if analyst in policy.extractive_analysts else "rare"
    if "all" in (by_analyst, policy.vocabulary):
        return ALL_WORDS
    names = (content_lemmas(name) for name in policy.allowed_names)
    return VocabularyRule(True, frozenset(found for name in names for found in name))


def needing_support(text: str, rule: VocabularyRule = ALL_WORDS) -> list[str]:
    """Lemmas of a published text that need the support of users, in order.

    Frame words never do. Placeholders count as words here: a published text has none.
    """
    frame = _frame_lemmas()
    found = _rare_lemmas(text, rule) if rule.ordinary_is_free else _text_lemmas(text)
    return [one for one in found if one not in frame]


def unsupported(
    text: str, supported: Collection[str], rule: VocabularyRule = ALL_WORDS
) -> list[str]:
    """Lemmas of a published text that need support and lack it; `supported` should be a set."""
    return [found for found in needing_support(text, rule) if found not in supported]


def _text_lemmas(text: str) -> list[str]:
    return [found for token in tokens(text) for found in lemmas(token)]


def _rare_lemmas(text: str, rule: VocabularyRule) -> list[str]:
    """Lemmas outside ordinary vocabulary; a sentence's first word loses its capital."""
    rare: list[str] = []
    for sentence in SENTENCE_END.split(text):
        for position, token in enumerate(tokens(sentence)):
            opens = position == 0 and token[1:] == token[1:].lower()
            word = token.lower() if opens else token
            found = lemmas(word)
            if not found and word != word.lower() and is_listed_name(word.lower()):
                found = (word.lower(),)  # "Will" inside a sentence is no auxiliary
            if found and not all(map(is_ordinary, re.split(r"['-]", word.removesuffix("'s")))):
                rare.extend(one for one in found if one not in rule.allowed)
    return rare
