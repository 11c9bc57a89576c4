"""Which words of a cluster enough of its users wrote: the only ones a name may be made of."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from clio_assets.domain.clusters import Term
from privacy_checks.language.lemmas import SENTENCE_END, lemmas, replace_bracketed, tokens


def supported_terms(
    members: Sequence[str],
    users: Sequence[str],
    min_users: int,
    capitalised: Collection[str] = frozenset(),
) -> list[Term]:
    """Lemmas that at least `min_users` distinct users of a cluster wrote.

    `members` are the cluster's texts and `users` who wrote each (same length). A term's surface is
    the form most users wrote, first in the alphabet on a tie; one of the `capitalised` words, in
    lower case, has a capital however these users write it. Function words, placeholders of masked
    personal data and bare numbers are no terms. Most users first, then by lemma.
    """
    authors: defaultdict[str, set[str]] = defaultdict(set)
    forms: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for text, user in zip(members, users, strict=True):
        for surface, found in _surfaces(text):
            authors[found].add(user)
            shown = surface.capitalize() if surface in capitalised else surface
            forms[found].add((shown, user))
    terms = [
        Term(found, _most_written(forms[found]), len(who))
        for found, who in authors.items()
        if len(who) >= min_users
    ]
    return sorted(terms, key=lambda term: (-term.users, term.lemma))


def _surfaces(text: str) -> list[tuple[str, str]]:
    """(surface, lemma) of the content words; a sentence's first word loses its capital."""
    pairs: list[tuple[str, str]] = []
    for sentence in SENTENCE_END.split(replace_bracketed(text)):
        for position, token in enumerate(tokens(sentence)):
            found = lemmas(token)
            opens = position == 0 and token[1:].islower()
            surface = (token.lower() if opens else token).removesuffix("'s")
            pairs.extend(
                (surface if len(found) == 1 else part, part) for part in found if not part.isdigit()
            )
    return pairs


def _most_written(forms: set[tuple[str, str]]) -> str:
    counts = Counter(surface for surface, _ in forms)
    return min(counts, key=lambda surface: (-counts[surface], surface))
