"""What became of a window's conversations, worked out again by the public rules.

Base b. Of a clustered facet, those with a vector are published as the window's size, those in no
cluster as what is left of it by the published base clusters and those whose text failed.

- What a stage of a day set aside is published as b * floor(n / b); what it passed on is what the
  next one took in, for several clustered facets the mean of that, rounded down to a multiple.
- A stage's reasons, in the order of the alphabet, are differences of cumulative counts rounded in
  the same way; of the conversations in no cluster with their offset, and what the size has more
  than that belongs to the largest reason.
- A reason is named where enough conversations stand behind it, truly and as published, and enough
  users where they are known. All others together are `other`. Each of them is under what is enough:
  if they could not be so many without one of them, all reasons are `other`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.counting import Codes, codes, distinct_in_groups, sizes_of_groups
from privacy_checks.recount.recounted_places import RecountedPlaces
from privacy_checks.recount.rounding import UNCLUSTERED

_OTHER, _FAILED = "other", "text_failed"
#: Reasons that a stage may have, repeated from the gates of the stages.
_POSSIBLE: Mapping[str, frozenset[str]] = {
    "conversations": frozenset(
        ("exact_duplicate", "superseded", "not_sampled", "screened_out", "no_user_text")
    ),
    "facets": frozenset(("personal_data", "overlap", "not_answered")),
    "embeddings": frozenset(("empty_text",)),
    "clusters": frozenset(
        ("below_min_users", "below_min_conversations", "not_named", "unsupported_vocabulary")
    ),
}

#: Stage, clustered facet, reason (None: passed on) and published conversations.
Account = tuple[str, str | None, str | None, int]


@dataclass(frozen=True)
class SetAsideRows:
    """Reason of each row that a stage set aside, its clustered facet, and its user.

    `facet` is None where there is none yet, `user` where the stage does not know them; a user of -1
    is one that should be known and is not, who counts for nobody.
    """

    reason: pa.Array
    facet: pa.Array | None = None
    user: Codes | None = None

    def of(self, facet: str) -> "SetAsideRows":
        """The rows of one clustered facet."""
        own = pc.equal(self.facet, facet)
        user = None if self.user is None else self.user[own.to_numpy(zero_copy_only=False)]
        return SetAsideRows(self.reason.filter(own), None, user)


def recounted_accounts(
    places: RecountedPlaces,
    clustered: tuple[str, ...],
    set_aside: Mapping[str, SetAsideRows],
    policy: PrivacyPolicy,
) -> list[Account]:
    """All rows, by no order; `set_aside` is by stage."""
    base, nesting = policy.rounding, places.nesting
    windows = {nesting.facets[at]: int(at) for at in np.flatnonzero(nesting.above < 0)}
    found: list[Account] = []
    taken_in = []
    for facet in clustered:
        rows = set_aside["embeddings"].of(facet)
        if facet not in windows and not len(rows.reason):
            continue
        size = int(places.size[windows[facet]]) if facet in windows else 0
        told = _told("embeddings", rows, policy)
        taken_in.append(size + sum(told.values()))
        found += _rows("embeddings", facet, size, told)
    for facet in windows:
        for stage, kept, told in _of_clusters(facet, places, set_aside["clusters"], policy):
            found += _rows(stage, facet, kept, told)
    with_facets = sum(taken_in) // max(1, len(taken_in)) // base * base
    without = _told("facets", set_aside["facets"], policy)
    dropped = _told("conversations", set_aside["conversations"], policy)
    if taken_in or without or dropped:
        found += _rows("facets", None, with_facets, without)
        found += _rows("conversations", None, with_facets + sum(without.values()), dropped)
    return found


def _of_clusters(
    facet: str,
    places: RecountedPlaces,
    set_aside: SetAsideRows,
    policy: PrivacyPolicy,
) -> Iterator[tuple[str, int, Mapping[str, int]]]:
    """Stage, passed on and set aside: of clustering, and of the audit."""
    nesting, atoms = places.nesting, places.nesting.atoms
    own = np.array([nesting.facets[at] == facet for at in atoms], dtype=bool)
    in_base = own & (nesting.leaf[atoms] != UNCLUSTERED)
    alone = own & ~in_base
    size = places.size[atoms]
    clustered = int(size[in_base].sum())
    told = _told(
        "clusters",
        set_aside.of(facet),
        policy,
        (int(size[alone].sum()), int(places.offsets[alone].sum())),
    )
    yield "clusters", clustered, told
    failed = int(size[in_base & ~nesting.published[atoms]].sum())
    yield "audited_summaries", clustered - failed, {_FAILED: failed} if failed else {}


def _told(
    stage: str,
    rows: SetAsideRows,
    policy: PrivacyPolicy,
    rounded: tuple[int, int] | None = None,
) -> Mapping[str, int]:
    """Published number of each reason; `rounded` are the published total and its offset."""
    base = policy.rounding
    number, names = codes(rows.reason)
    count = sizes_of_groups(number, len(names))
    people = None if rows.user is None else distinct_in_groups(number, rows.user, len(names))
    total, shift = rounded or (len(rows.reason) // base * base, 0)
    order = np.argsort(np.array(names.to_pylist(), dtype=object))
    ends = (np.cumsum(count[order]) + shift) // base * base
    published = np.diff(ends, prepend=0)
    if len(order):
        published[count[order].argmax()] += total - ends[-1]
    least = policy.min_cell_conversations
    below = (least + base - 2) // base * base  # the largest number that is not enough
    named: dict[str, int] = {}
    for at, size in zip(order.tolist(), published.tolist(), strict=True):
        enough = count[at] >= least and size > below
        if enough and (people is None or people[at] >= policy.min_cell_users):
            named[names[at].as_py()] = size
    unnamed = len((_POSSIBLE[stage] | set(names.to_pylist())) - set(named))
    if total - sum(named.values()) > (unnamed - 1) * below and total > sum(named.values()):
        named = {}
    other = total - sum(named.values())
    return {**named, _OTHER: other} if other else named


def _rows(stage: str, facet: str | None, kept: int, told: Mapping[str, int]) -> list[Account]:
    return [(stage, facet, None, kept), *((stage, facet, why, n) for why, n in told.items())]
