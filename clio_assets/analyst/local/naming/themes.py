"""Themes: nouns of children's names that a parent can be named by."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clio_assets.analyst.local.naming.dictionary import may_be_noun
from clio_assets.analyst.local.naming.inflection import listed, plural
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
    word_set,
)
from privacy_checks.language.lemmas import lemmas

_BEFORE_NOUNS = (
    DETERMINERS | POSSESSIVES | PREPOSITIONS | word_set("and or your , what which many much")
)
_UNTELLING = GENERIC | DULL | UNITS | FORMULAE
#: Share of a theme's mentions with the same word before it, from which both are written; and of
#: those with one of the few words before it that a name can hold.
_SAME_MODIFIER = 0.6
_SAY_A_KIND = 0.6
_MOST_KINDS = 3
#: Plurals that do not end in "s"; other forms than the lemma are those of verbs ("spent").
_PLURALS = word_set("children feet men mice people teeth women")


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
    if told.template == "greet":
        return  # what is said is no subject
    question = told.template in ("wh", "whether")
    opened = not question  # a noun may stand here
    counted = False
    words = told.words
    place = 0
    for position, word in enumerate(words):
        found = lemmas(word)
        if not found:
            # "how long to cook": a verb
            opened = word.lower() in _BEFORE_NOUNS and not (question and word.lower() == "to")
            counted = word.lower() in ("a", "an")
            continue
        before = words[position - 1] if position and lemmas(words[position - 1]) else ""
        ends = position + 1 == len(words) or not lemmas(words[position + 1])
        head = opened and ends and len(found) == 1 and _may_be_noun(word.lower(), found[0])
        for lemma in found:
            yield Mention(lemma, word, before, head, counted and head, place, weight)
        place += head


def _may_be_noun(word: str, lemma: str) -> bool:
    inflected = word not in (lemma, f"{lemma}'s") and not word.endswith(("s", "ing"))
    return may_be_noun(word) and (not inflected or word in _PLURALS)


def is_theme(lemma: str, found: Mapping[str, Sequence[Mention]]) -> bool:
    """Whether a lemma is a telling noun of the names: a head in one at least."""
    here = found.get(lemma, ())
    telling = lemma not in _UNTELLING and not lemma[:1].isdigit()
    return telling and any(mention.head for mention in here)


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
        modifiers[_modifier(mention)] += mention.weight
    form = min(forms, key=lambda word: (-forms[word], word))
    if form == theme and surfaces.get(theme, "").endswith("s"):
        form = surfaces[theme].lower()  # "tire" for "tire pressure", but most users write "tires"
    modifier = min(modifiers, key=lambda word: (-modifiers[word], word))
    heads = [mention for mention in here if mention.head]
    many = len(heads) > 1 or any(one.counted or one.word.lower() == plural(theme) for one in heads)
    if many and theme not in UNCOUNTED and form not in CASED:
        form = plural(form)
    if modifier and modifiers[modifier] >= _SAME_MODIFIER * modifiers.total():
        return ThemeWording(f"{modifier} {form}", (*lemmas(modifier), theme))
    return ThemeWording(form, (theme,))


def kinds_of(theme: str, found: Mapping[str, Sequence[Mention]]) -> str:
    """A theme with the words that tell its kinds apart: "damaged, stolen and lost cards".

    Empty where most names do not say a kind, or there are more than a few.
    """
    heads = [mention for mention in found.get(theme, ()) if mention.head]
    kinds: Counter[str] = Counter()
    for mention in heads:
        kinds[_modifier(mention)] += mention.weight
    few = sorted((kind for kind in kinds if kind), key=lambda kind: (-kinds[kind], kind))
    few = few[:_MOST_KINDS]
    if len(few) < 2 or sum(kinds[kind] for kind in few) < _SAY_A_KIND * kinds.total():
        return ""
    form = theme if theme in UNCOUNTED or theme in CASED else plural(theme)
    return f"{listed(few)} {form}"


def _modifier(mention: Mention) -> str:
    """The word before a mention; whose it is does not count."""
    return "" if mention.modifier.endswith("'s") else mention.modifier.lower()
