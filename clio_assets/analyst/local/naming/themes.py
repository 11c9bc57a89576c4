"""Themes: nouns of children's names that a parent can be named by."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clio_assets.analyst.local.naming.inflection import plural
from clio_assets.analyst.local.naming.retelling import Told
from clio_assets.analyst.local.naming.wordlists import (
    CASED,
    DETERMINERS,
    DULL,
    FORMULAE,
    GENERIC,
    POSSESSIVES,
    PREPOSITIONS,
    UNCOUNTED,
    UNITS,
)
from privacy_checks.language.lemmas import lemmas

_BEFORE_NOUNS = DETERMINERS | POSSESSIVES | PREPOSITIONS | {"and", "or", "your", ","}
_UNTELLING = GENERIC | DULL | UNITS | FORMULAE
#: Share of a theme's mentions with the same word before it, from which both are written.
_SAME_MODIFIER = 0.6


@dataclass(frozen=True)
class Mention:
    """A word of a child's name: its form, the content word before it, and whether it is a noun.

    `head`: it ends a run of content words where a noun must stand; `counted`: after "a". `place`
    counts the nouns before it; `weight` is the child's size.
    """

    lemma: str
    word: str
    modifier: str
    head: bool
    counted: bool
    place: int
    weight: int


@dataclass(frozen=True)
class ThemeWording:
    """How a theme is written, and the lemmas that it is written with."""

    text: str
    lemmas: tuple[str, ...]


def mentions(told: Told, weight: int) -> Iterator[Mention]:
    """The content words of a name other than the verb of a wish."""
    opened = told.template not in ("wh", "whether")  # a noun may stand here
    counted = False
    words = told.words
    place = 0
    for position, word in enumerate(words):
        found = lemmas(word)
        if not found:
            opened = word.lower() in _BEFORE_NOUNS
            counted = word.lower() in ("a", "an")
            continue
        before = words[position - 1] if position and lemmas(words[position - 1]) else ""
        ends = position + 1 == len(words) or not lemmas(words[position + 1])
        head = opened and ends and len(found) == 1
        for lemma in found:
            yield Mention(lemma, word, before, head, counted and head, place, weight)
        place += head


def is_theme(lemma: str, found: Mapping[str, Sequence[Mention]]) -> bool:
    """Whether a lemma is a telling noun of the names: a head in one, or a word of several."""
    here = found.get(lemma, ())
    telling = lemma not in _UNTELLING and not lemma[:1].isdigit()
    return telling and (any(mention.head for mention in here) or len(here) > 1)


def written(
    theme: str, found: Mapping[str, Sequence[Mention]], surfaces: Mapping[str, str]
) -> ThemeWording:
    """A theme as most names write it: with the word that mostly comes before it, and in the plural
    where several children are about it or it comes with "a"."""
    here = found.get(theme, ())
    if not here:
        return ThemeWording(surfaces[theme].lower(), (theme,))
    forms: Counter[str] = Counter()
    modifiers: Counter[str] = Counter()
    for mention in here:
        forms[mention.word.lower().removesuffix("'s")] += mention.weight
        modifiers[mention.modifier.lower()] += mention.weight
    form = min(forms, key=lambda word: (-forms[word], word))
    if form == theme and surfaces.get(theme, "").endswith("s"):
        form = surfaces[theme].lower()  # "tire" for "tire pressure", but most users write "tires"
    modifier = min(modifiers, key=lambda word: (-modifiers[word], word))
    many = sum(mention.head for mention in here) > 1 or any(mention.counted for mention in here)
    if many and theme not in UNCOUNTED and form not in CASED and not modifier.endswith("'s"):
        form = plural(form)
    all_weight = sum(modifiers.values())
    if modifier and modifiers[modifier] >= _SAME_MODIFIER * all_weight:
        return ThemeWording(f"{modifier} {form}", (*lemmas(modifier), theme))
    return ThemeWording(form, (theme,))
