"""The topics of a window's clusters: those of the windows around it, or new ones.

A topic that was published keeps its id: a release gives topics to the clusters of its own window
and changes those of no other.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from clio_assets.continuity.match import Side, likeness, nearest, pairs, turned

#: Hexadecimal digits of a topic's id.
ID_LENGTH = 12


@dataclass(frozen=True)
class Known:
    """Clusters that have topics already: those of another window, or of an earlier release."""

    side: Side
    topics: Mapping[str, str]  # cluster id -> topic

    def without(self, topics: Iterable[str]) -> "Known":
        """Only the clusters of other topics."""
        left_out = set(topics)
        ids = [i for i in self.side.ids if self.topics[i] not in left_out]
        return replace(self, side=replace(self.side, ids=ids))


@dataclass(frozen=True)
class Topics:
    """A window's topics by cluster, and what new and gone ones are near to."""

    topics: Mapping[str, str]
    related: Mapping[str, str]


def topics_of(
    new: Side, before: Known | None, others: Sequence[Known], used: Iterable[str]
) -> Topics:
    """The topics of a window's clusters.

    Each takes the topic of the cluster that it continues in the window before, else in one of
    `others`, in their order; else a new one that is not among those `used` anywhere.
    """
    topics: dict[str, str] = {}
    for known in [before, *others]:
        if known is None:
            continue
        waiting = [i for i in new.ids if i not in topics]
        left = known.without(topics.values())
        found = pairs(likeness(replace(new, ids=waiting), left.side))
        topics |= {
            waiting[row]: known.topics[left.side.ids[column]] for row, column in found.items()
        }
    taken = {*used, *topics.values()}
    for cluster in new.ids:
        if cluster not in topics:
            topics[cluster] = _new_id(cluster, new.names[cluster], taken)
            taken.add(topics[cluster])
    return Topics(topics, {} if before is None else _related(new, topics, before))


def _related(new: Side, topics: Mapping[str, str], before: Known) -> dict[str, str]:
    """Topic that is on one side only -> the nearest one on the other side, if it is near."""
    found = likeness(new, before.side)
    here, there = set(topics.values()), set(before.topics.values())
    related = {}
    for row, column in nearest(found).items():
        if (topic := topics[new.ids[row]]) not in there:
            related[topic] = before.topics[before.side.ids[column]]
    for row, column in nearest(turned(found)).items():
        if (topic := before.topics[before.side.ids[row]]) not in here:
            related[topic] = topics[new.ids[column]]
    return related


def _new_id(cluster: str, name: str, taken: set[str]) -> str:
    """A digest of what is published of the cluster: it says nothing that is not."""
    for attempt in range(len(taken) + 1):
        text = f"{cluster}|{name}|{attempt}"
        found = hashlib.sha256(text.encode()).hexdigest()[:ID_LENGTH]
        if found not in taken:
            return found
    raise AssertionError("one attempt more than there are ids")
