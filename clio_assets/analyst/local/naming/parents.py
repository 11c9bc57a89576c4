"""Names and descriptions of parents, from the names and terms of their children.

A parent is named by the themes that cover most of it: nouns of the children's names, weighed by how
many conversations they stand for and how little they belong to other parents.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clio_assets.analyst.local.naming.inflection import listed
from clio_assets.analyst.local.naming.languages import NAMED_LANGUAGES
from clio_assets.analyst.local.naming.retelling import Told, retold, told_as
from clio_assets.analyst.local.naming.themes import Mention, is_theme, kinds_of, mentions, written
from clio_assets.analyst.local.naming.wording import MAX_NAME_WORDS, ORDINALS, capitals_of, cased
from clio_assets.analyst.local.naming.wordlists import PREPOSITIONS
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.domain.clusters import ClusterText, Node, Term
from privacy_checks.language.capitals import with_capital
from privacy_checks.language.lemmas import content_lemmas

#: Themes of a name, and how many may be tried where a name is taken.
_THEMES = 3
_THEMES_TRIED = 6
#: A theme must add this share of the parent's conversations to those that the others cover.
_MIN_GAIN = 0.04
#: A child is about a term that is not in its name to this many times the share of its users.
_TERM_WEIGHT = 1.5
#: It is about a noun of its name the less, the more nouns come before it.
_LATER = 0.6
#: How much it counts that a theme belongs to few other parents.
_RARITY_POWER = 0.35
#: Children that a description tells of, and words that it mentions.
_RETOLD = 3
_MENTIONED = 3
#: Share of the conversations that a theme covers, from which its kinds may be the whole name.
_ALONE = 0.45
#: A single theme has to stand in the names of this share.
_MOST = 0.6
#: Share of the conversations that wish the same done, from which the verb leads the name.
_SAME_VERB = 0.6
_LEADS = {
    "do": "Get help with",
    "help": "Get help with",
    "talk": "Talk about",
    "greet": "Talk about",
}


@dataclass(frozen=True)
class _Family:
    """A parent's children, what their names say, and how much each is about a lemma (0 to 1).

    `surfaces` are the forms of their terms that most users wrote.
    """

    children: Sequence[Node]
    told: Sequence[Told]
    about: Sequence[Mapping[str, float]]
    mentions: Mapping[str, Sequence[Mention]]
    surfaces: Mapping[str, str]
    capitals: Mapping[str, str]

    @property
    def size(self) -> int:
        """Conversations of all children."""
        return sum(map(_size, self.children))

    def gain(self, theme: str, covered: Sequence[float]) -> float:
        """Share of the conversations that a theme adds to what is covered of each child."""
        found = zip(self.children, self.about, covered, strict=True)
        added = sum(_size(child) * max(0.0, about.get(theme, 0.0) - c) for child, about, c in found)
        return added / self.size


def name_parents(families: Sequence[Sequence[Node]]) -> list[ClusterText | NotAnswered]:
    """A text for each family of children, in order; names are distinct within the call.

    A single child lends its text where its name is free. `NotAnswered("no_supported_words")` where
    children have neither names with content words nor terms, `NotAnswered("no_distinct_name")`
    where too many families cannot be told apart.
    """
    read = [_read(children) for children in families]
    shares = [_shares(family) for family in read]
    everywhere: Counter[str] = Counter()
    for own in shares:
        everywhere.update(own)
    holders: set[str] = set()
    answers: list[ClusterText | NotAnswered] = []
    for family, own in zip(read, shares, strict=True):
        answer = _answer(family, own, everywhere, holders)
        if isinstance(answer, ClusterText):
            holders.add(answer.name.lower())
        answers.append(answer)
    return answers


def _answer(
    family: _Family, own: Mapping[str, float], everywhere: Mapping[str, float], holders: set[str]
) -> ClusterText | NotAnswered:
    taken = set(holders)
    if len(family.children) == 1:
        text = family.children[0].text
        if text.name.lower() not in holders:
            return text
    taken.update(child.text.name.lower() for child in family.children)
    themes = _themes(family, own, everywhere)
    if not themes:
        return NotAnswered("no_supported_words")
    for name in _names(family, themes):
        if name.lower() not in taken and len(name.split()) <= MAX_NAME_WORDS:
            return ClusterText(name, _description(family, name, own, everywhere))
    return NotAnswered("no_distinct_name")


def _read(children: Sequence[Node]) -> _Family:
    told = [told_as(child.text.name) for child in children]
    english = any(one.template != "native" for one in told)
    found: defaultdict[str, list[Mention]] = defaultdict(list)
    about: list[Mapping[str, float]] = []
    for child, one in zip(children, told, strict=True):
        if english and one.template == "native":
            about.append({})  # no two languages in one name
            continue
        shares = {
            term.lemma: min(1.0, _TERM_WEIGHT * term.users / _size(child)) for term in child.terms
        }
        own = dict(shares)
        for mention in mentions(one, _size(child)):
            # a word of the name counts more, the more users write it
            weight = _LATER**mention.place * (1 + shares.get(mention.lemma, 0.0)) / 2
            own[mention.lemma] = max(own.get(mention.lemma, 0.0), weight)
            found[mention.lemma].append(mention)
        about.append(own)
    terms = sorted((term for child in children for term in child.terms), key=_rank)
    surfaces = {term.lemma: term.surface for term in terms}
    return _Family(children, told, about, found, surfaces, capitals_of(terms))


def _rank(term: Term) -> tuple[int, str, str]:
    return term.users, term.lemma, term.surface


def _size(node: Node) -> int:
    return max(node.size, 1)


def _shares(family: _Family) -> dict[str, float]:
    """How much of a family is about each lemma."""
    nothing = [0.0] * len(family.children)
    lemmas = {lemma for about in family.about for lemma in about}
    return {lemma: family.gain(lemma, nothing) for lemma in sorted(lemmas)}


def _themes(
    family: _Family, own: Mapping[str, float], everywhere: Mapping[str, float]
) -> list[str]:
    """Lemmas that cover the family, each adding what the ones before it leave out."""
    open_to = [lemma for lemma in own if is_theme(lemma, family.mentions)]
    if not open_to:  # names without nouns: any word of the names, then of the terms
        open_to = list(family.mentions) or sorted(family.surfaces)
    covered = [0.0] * len(family.children)
    chosen: list[str] = []
    used: set[str] = set()
    while len(chosen) < _THEMES_TRIED:
        worth = {
            lemma: family.gain(lemma, covered) * (own[lemma] / everywhere[lemma]) ** _RARITY_POWER
            for lemma in open_to
            if lemma not in used
        }
        best = min(worth, key=lambda lemma: (-worth[lemma], lemma), default="")
        if not best or (chosen and family.gain(best, covered) < _MIN_GAIN):
            break
        chosen.append(best)
        used.update((best, *written(best, family.mentions, family.surfaces).lemmas))
        covered = [
            max(c, about.get(best, 0.0)) for c, about in zip(covered, family.about, strict=True)
        ]
    return chosen


def _names(family: _Family, themes: Sequence[str]) -> Iterator[str]:
    """Names to try, the best first."""
    lead = _lead(family)
    nothing = [0.0] * len(family.children)
    among = f"{max(family.children, key=_size).text.name}, among other things"
    if family.gain(themes[0], nothing) >= _ALONE and (
        kinds := kinds_of(themes[0], family.mentions)
    ):
        yield _led(lead, cased(kinds.split(), family.capitals))
    if len(themes) == 1 and _told_by(family, themes[0]) < _MOST:
        yield among
    phrases = [written(theme, family.mentions, family.surfaces).text for theme in themes]
    phrases = [cased(phrase.split(), family.capitals) for phrase in phrases]
    for count in (_THEMES, *range(_THEMES + 1, len(phrases) + 1), 2, 1):
        yield _led(lead, listed(phrases[:count]))
    yield among
    for ordinal in ORDINALS:
        yield f"{_led(lead, listed(phrases[:2]))} ({ordinal} group)"


def _led(lead: str, said: str) -> str:
    """The name of a lead and what it leads to; a language is said behind its own words."""
    if lead.capitalize() in NAMED_LANGUAGES:
        return f"{with_capital(said)} ({lead})"
    return f"{lead} {said}"


def _told_by(family: _Family, theme: str) -> float:
    """Share of the conversations of children that a theme is a noun of."""
    return (
        sum(mention.weight for mention in family.mentions.get(theme, ()) if mention.head)
        / family.size
    )


def _lead(family: _Family) -> str:
    """How the name begins: by what most of the conversations do; in another language where no
    child has words in English."""
    weight: Counter[str] = Counter()
    english = any(told.template != "native" for told in family.told)
    for child, told in zip(family.children, family.told, strict=True):
        lead = _LEADS.get(told.template, "Ask about")
        if told.template == "native":
            if english:
                continue
            lead = told.language
        elif told.verb and told.words[:1] and told.words[0].lower() not in PREPOSITIONS:
            weight[told.verb.capitalize()] += _size(child)
        weight[lead] += _size(child)
    best = min(weight, key=lambda lead: (-weight[lead], lead))
    verbs = {told.verb.capitalize() for told in family.told if told.verb}
    for verb in sorted(verbs):
        if weight[verb] > _SAME_VERB * family.size:
            return verb
    return best


def _description(
    family: _Family,
    name: str,
    own: Mapping[str, float],
    everywhere: Mapping[str, float],
) -> str:
    """What users of the largest children did, and what sets the parent apart."""
    first = f"Users {_clauses(_largest(family))}"
    if len(family.children) > _RETOLD:
        first += ", among other things"
    said = set(content_lemmas(name))
    apart = {
        lemma: own[lemma] * (own[lemma] / everywhere[lemma])
        for lemma in own
        if lemma in family.surfaces and lemma not in said and is_theme(lemma, family.mentions)
    }
    best = sorted(apart, key=lambda lemma: (-apart[lemma], lemma))[:_MENTIONED]
    if not best:
        return f"{first}. Otherwise their words were much like those of other groups."
    words = [written(lemma, family.mentions, family.surfaces).text for lemma in best]
    told = listed([cased(text.split(), family.capitals) for text in words])
    return f"{first}. More than in other groups, they asked about {told}."


def _largest(family: _Family) -> list[Told]:
    """What the largest children say, each of something else as far as there is."""
    order = sorted(range(len(family.told)), key=lambda at: -_size(family.children[at]))
    ranked = [family.told[at] for at in order]
    english = [told for told in ranked if told.template != "native"] or ranked
    chosen: list[Told] = []
    said: set[str] = set()
    for told in english:
        words = set(content_lemmas(" ".join(told.words)))
        if len(chosen) < _RETOLD and not words & said:
            chosen.append(told)
            said |= words
    rest = [told for told in english if told not in chosen]
    return [*chosen, *rest][:_RETOLD]


def _clauses(told: Sequence[Told]) -> str:
    """What users did, those who did alike together: "asked to pay and to save, and about taxes"."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for clause in dict.fromkeys(map(retold, told)):
        verb, lead, rest = (*clause.split(" ", 2), "", "")[:3]
        groups[f"{verb} {lead}"].append(f"{verb} {lead} {rest}".strip())
    parts = _chained([clause for group in groups.values() for clause in group])
    if len(parts) == _RETOLD and len(groups) > 1 and len(next(iter(groups.values()))) > 1:
        return f"{listed(parts[:-1])}, and {parts[-1]}"
    return listed(parts)


def _chained(clauses: Sequence[str]) -> list[str]:
    """The clauses without an "asked" that the one before has as well."""
    lead = "asked "
    return [
        clause.removeprefix(lead) if at and clauses[at - 1].startswith(lead) else clause
        for at, clause in enumerate(clauses)
    ]
