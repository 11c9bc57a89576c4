"""Function words of the languages that users write most: words that say nothing on their own.

Lists of articles, pronouns, prepositions, conjunctions, auxiliaries and question words
(`function_words.toml`). A name may use them freely, because they are fixed and never come from a
conversation. They are compact: a rare function word that is missing only counts as a content word,
which errs on the safe side.
"""

import tomllib
from importlib.resources import files
from typing import Final

_LISTS = tomllib.loads(
    files(__package__).joinpath("function_words.toml").read_text(encoding="utf-8")
)


def _contractions() -> frozenset[str]:
    """Every English contraction of a pronoun or an auxiliary."""
    hosts, clitics, negated = (
        _LISTS["contractions"][part].split() for part in ("hosts", "clitics", "negated")
    )
    joined = {f"{host}'{clitic}" for host in hosts for clitic in clitics}
    return frozenset(joined | {f"{verb}n't" for verb in negated} | {"can't"})


def _of(language: str, words: str) -> frozenset[str]:
    listed = frozenset(words.split())
    return listed | _contractions() if language == "English" else listed


#: Language name -> its function words.
FUNCTION_WORDS_OF: Final[dict[str, frozenset[str]]] = {
    language: _of(language, words) for language, words in _LISTS["languages"].items()
}

#: Words that need no support in any text, whatever its language.
FUNCTION_WORDS: Final[frozenset[str]] = FUNCTION_WORDS_OF["English"] | (
    frozenset().union(*FUNCTION_WORDS_OF.values()) - frozenset(_LISTS["ambiguous"]["words"].split())
)
