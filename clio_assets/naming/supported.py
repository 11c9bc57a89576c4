"""Names made of words that enough users of a cluster wrote, whatever the analyst first said.

A text with other words, or with personal data, is asked for once more, with the words to avoid.
Where the second one is no better, a plain text made of the cluster's own terms takes its place.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from clio_assets.domain.clusters import ClusterText, Term
from privacy_checks.detectors import registry_of
from privacy_checks.language.names import suspected_names
from privacy_checks.language.vocabulary import ALL_WORDS, VocabularyRule, unsupported
from privacy_checks.policy.model import PrivacyPolicy

_IN_NAME = 3
_IN_DESCRIPTION = 3
#: Longer words all in capitals are shouted.
_ACRONYM_LETTERS = 5

#: Words of a text that lack support; the number says which cluster it is the text of.
Missing = Callable[[int, ClusterText], list[str]]
#: New texts for all clusters, given the words that some of them should avoid.
AskAgain = Callable[[Mapping[int, Sequence[str]]], Sequence[ClusterText | None]]


@dataclass(frozen=True)
class Settled:
    """Texts whose words all have support, None where there is none.

    `nameless` are those that had a text, but none that will do, and no terms either. Counts:
    `renamed` at the second asking, `named_plainly` from terms, `unsupported_vocabulary` neither.
    """

    texts: list[ClusterText | None]
    nameless: frozenset[int] = frozenset()
    counts: Mapping[str, int] = field(default_factory=dict)


def settle(
    texts: Sequence[ClusterText | None],
    terms: Sequence[Sequence[Term]],
    missing: Missing,
    ask_again: AskAgain,
    policy: PrivacyPolicy,
) -> Settled:
    """The texts, those with unsupported words, names or personal data replaced.

    `terms` are the supported ones of each cluster.
    """
    settled = list(texts)
    failed: dict[int, list[str]] = {}
    for at, text in enumerate(texts):
        words = [*missing(at, text), *_names(text, policy)] if text else []
        if text and (words or _is_personal(text, policy)):
            failed[at] = list(dict.fromkeys(words))
    if not failed:
        return Settled(settled)
    again = ask_again(failed)
    second = {
        at: text
        for at in failed
        if (text := again[at]) and not missing(at, text) and not _is_personal(text, policy)
    }
    spread = Counter(term.lemma for some in terms for term in some)
    for at in failed:
        settled[at] = second.get(at) or plain_text(terms[at], spread, len(terms), policy)
    nameless = frozenset(at for at in failed if settled[at] is None)
    counts = {
        "renamed": len(second),
        "named_plainly": len(failed) - len(second) - len(nameless),
        "unsupported_vocabulary": len(nameless),
    }
    return Settled(settled, nameless, counts)


def plain_text(
    terms: Iterable[Term], spread: Mapping[str, int], clusters: int, policy: PrivacyPolicy
) -> ClusterText | None:
    """A text made of frame words and terms alone; None where no term will do.

    Terms that many users wrote and few of the `clusters` have come first (`spread` says how many
    do), as in class-based TF-IDF.
    """

    def weight(term: Term) -> float:
        return term.users * math.log(1 + clusters / max(1, spread.get(term.lemma, 1)))

    ranked = sorted(terms, key=lambda term: (-weight(term), term.lemma))
    words = [_written(term.surface) for term in ranked if _is_word(term)]
    words = words[: _IN_NAME + _IN_DESCRIPTION]
    if not words:
        return None
    told = _listed(words[:_IN_NAME])
    apart = "Otherwise their words were much like those of other groups."
    if words[_IN_NAME:]:
        apart = f"Their requests often mentioned {_listed(words[_IN_NAME:])}."
    text = ClusterText(f"Requests about {told}", f"Users asked about {told}. {apart}")
    fits = not unsupported_in(text, {term.lemma for term in ranked})
    return text if fits and not _is_personal(text, policy) else None


def unsupported_in(
    text: ClusterText, supported: Collection[str], rule: VocabularyRule = ALL_WORDS
) -> list[str]:
    """Lemmas of name and description that need support and lack it, each once."""
    said = (text.name, text.description)
    return list(dict.fromkeys(word for one in said for word in unsupported(one, supported, rule)))


def without_names(terms: Iterable[Term], policy: PrivacyPolicy) -> list[Term]:
    """The terms that may stand in a published text: those that are no one's name."""
    # in the midst of a sentence, where a capital says something
    return [
        term for term in terms if not suspected_names(f"about {term.surface}", policy.allowed_names)
    ]


def _names(text: ClusterText, policy: PrivacyPolicy) -> list[str]:
    allowed = policy.allowed_names
    return suspected_names(text.name, allowed) + suspected_names(text.description, allowed)


def _is_personal(text: ClusterText, policy: PrivacyPolicy) -> bool:
    registry = registry_of(policy)
    hit = registry.has_hit(text.name) or registry.has_hit(text.description)
    return hit or bool(_names(text, policy))


def _is_word(term: Term) -> bool:
    return len(term.surface) > 1 and not any(map(str.isdigit, term.surface))


def _written(surface: str) -> str:
    shouted = surface.isupper() and len(surface) > _ACRONYM_LETTERS
    return surface.lower() if shouted else surface


def _listed(words: Sequence[str]) -> str:
    """The words as a list in a sentence: "a, b and c"."""
    *head, last = words
    return f"{', '.join(head)} and {last}" if head else last
