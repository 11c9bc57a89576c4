"""Calls the tops by headings of the phrase book, where it is clear what they are about.

A heading is fixed public text and no quotation, so nobody needs to have written its words. It says
what a group is about and accuses nobody: the book words it so. It has to hold for most of the
group: what counts is how many base clusters are clearly about it by themselves, because in the mean
of all, one sharp cluster among vague ones can decide. And most of what is about it has to be there:
"Manage money" says nothing of one group where all of them are about money.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from clio_assets.domain.clusters import ClusterText, Node
from clio_assets.hierarchy.rename import Family
from clio_assets.hierarchy.topics import Subject

#: Shares of a top's conversations in base clusters clearly about an area, or else about a domain.
_OF_AREA, _OF_DOMAIN = 0.65, 0.75
#: Share of all conversations in base clusters clearly about it that have to be below the top.
_OF_ALL = 0.5

_Counted = tuple[Counter[str], Counter[str]]


def with_headings(
    texts: Sequence[ClusterText],
    families: Sequence[Family],
    base: Sequence[Node],
    subjects: Sequence[Subject | None],
) -> list[ClusterText]:
    """The parents' texts, those with a clear subject under its heading; the clearest first.

    `base` are the base clusters, `subjects` what each is about: None for a mixed one, which is not
    counted as long as the others are the larger part. A heading is given once, and to no parent of
    a cluster of that name. A parent of one base cluster keeps that one's text, which says more.
    """
    everywhere = _counted(range(len(base)), base, subjects)
    found = sorted(
        (kind, -share, at, heading)
        for at, family in enumerate(families)
        if len(family.leaves) > 1
        and 2 * (here := _counted(family.leaves, base, subjects))[0].total() >= _size(family)
        for kind, share, heading in _headings(here, everywhere)
    )
    taken = {text.name.casefold() for text in texts}
    chosen: dict[int, str] = {}
    for _, _, at, heading in found:
        below = {child.text.name.casefold() for child in families[at].children}
        if at not in chosen and heading.casefold() not in taken | below:
            taken.add(heading.casefold())
            chosen[at] = heading
    return [
        ClusterText(chosen.get(at, text.name), text.description) for at, text in enumerate(texts)
    ]


def _counted(
    leaves: Iterable[int], base: Sequence[Node], subjects: Sequence[Subject | None]
) -> _Counted:
    """Conversations of some base clusters by what those are clearly about: areas and domains."""
    areas: Counter[str] = Counter()
    domains: Counter[str] = Counter()
    for leaf in leaves:
        if subject := subjects[leaf]:
            areas[subject.area] += base[leaf].size
            domains[subject.domain] += base[leaf].size
    return areas, domains


def _headings(here: _Counted, everywhere: _Counted) -> Iterator[tuple[int, float, str]]:
    """Headings that fit a top: 0 for an area or 1 for a domain, its share, and the heading."""
    for kind, least in enumerate((_OF_AREA, _OF_DOMAIN)):
        for heading, size in here[kind].items():
            share = round(size / here[kind].total(), 6)
            if heading and share >= least and size >= _OF_ALL * everywhere[kind][heading]:
                yield kind, share, heading


def _size(family: Family) -> int:
    return sum(child.size for child in family.children)
