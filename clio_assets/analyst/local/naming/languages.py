"""Which language a cluster is named in: English where enough of its members speak it.

Clusters hold what people ask about in whatever language, and a name is in one. What members say in
other languages has a part in where the cluster lies, and none in the words of its name.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from clio_assets.analyst.local.facets.language import UNKNOWN, language_of_turns
from clio_assets.analyst.local.naming.parse import sentences_in_words
from privacy_checks.language.function_words import FUNCTION_WORDS_OF
from privacy_checks.language.vocabulary import LANGUAGES

ENGLISH = "English"

NAMED_LANGUAGES = frozenset(language.capitalize() for language in LANGUAGES)
#: How a name says which language its words are in: "Permiso de residencia (Spanish)".
IN_LANGUAGE = re.compile(rf"^(?P<said>.+) \((?P<language>{'|'.join(sorted(NAMED_LANGUAGES))})\)$")
#: English names a cluster that has this many members in it, or this share of them.
_FEWEST_ENGLISH = 10
_SHARE_OF_ENGLISH = 0.2


@lru_cache(maxsize=1 << 16)
def language_of_text(text: str) -> str:
    """The language of a request; English for texts without letters.

    Most English requests are known by their function words, which costs next to nothing.
    """
    if text.isascii():
        words = [word for sentence in sentences_in_words(text) for word in sentence]
        hits = {
            language: sum(word in listed for word in words)
            for language, listed in FUNCTION_WORDS_OF.items()
        }
        english = hits.pop(ENGLISH)
        if english > max(hits.values(), default=0):
            return ENGLISH
    found = language_of_turns((text,))
    return ENGLISH if found == UNKNOWN else found


def languages_for_name(spoken: Sequence[str]) -> list[str]:
    """Languages that a cluster may be named in whose members speak these, the best first."""
    votes = Counter(spoken)
    found = sorted(votes, key=lambda language: (-votes[language], language)) or [ENGLISH]
    enough = min(_FEWEST_ENGLISH, _SHARE_OF_ENGLISH * len(spoken))
    if votes[ENGLISH] >= max(1, enough):
        found.remove(ENGLISH)
        found.insert(0, ENGLISH)
    return found
