"""What became of a window's conversations, as it is published: rounded, and by reason.

Numbers continue what the sizes say. Of a clustered facet, the conversations that have a vector are
the window's; the rounded ones in no cluster are split by reason as a breakdown splits them. Before
that, each stage took in what it passed on and what it set aside, rounded down.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.summaries.breakdowns import Counted
from clio_assets.summaries.places import UNCLUSTERED
from clio_assets.summaries.rounding import rounded_cells
from clio_assets.summaries.schema import ACCOUNTS
from privacy_checks.policy.model import PrivacyPolicy

#: Stands for the reasons of a stage that too few stand behind.
OTHER: Final = "other"
#: Why conversations of a cluster are in no published leaf: its name or description did not pass.
TEXT_FAILED: Final = "text_failed"

#: Why a stage may set conversations aside: which ones `other` may stand for.
_REASONS: Final[Mapping[str, tuple[str, ...]]] = {
    "conversations": (
        "exact_duplicate",
        "superseded",
        "not_sampled",
        "screened_out",
        "no_user_text",
    ),
    "facets": ("personal_data", "overlap", "not_answered"),
    "embeddings": ("empty_text",),
    "clusters": (
        "below_min_users",
        "below_min_conversations",
        "not_named",
        "unsupported_vocabulary",
    ),
}

#: Conversations by reason, as published.
Told = dict[str, int]


@dataclass(frozen=True)
class LeftOut:
    """What the stages set aside of a window: their set-aside tables, days put together.

    Those of conversations that have facets also have a column `user`.
    """

    conversations: pa.Table
    facets: pa.Table
    embeddings: pa.Table
    clusters: pa.Table


@dataclass(frozen=True)
class _Reasons:
    """Why a stage set conversations aside: how many, and of how many users where that is known."""

    stage: str
    sizes: Mapping[str, int]
    users: Mapping[str, int] | None = None


def accounts_table(
    window: str,
    facets: Sequence[str],
    counted: Sequence[Counted],
    left_out: LeftOut,
    policy: PrivacyPolicy,
) -> pa.Table:
    """The ACCOUNTS of a window; `facets` are the clustered ones, `counted` those in use."""
    of_facet = {each.places.facet: each for each in counted}
    rows: list[dict[str, Any]] = []

    def say(stage: str, facet: str | None, kept: int, told: Told) -> None:
        same = {"window": window, "facet": facet, "stage": stage}
        rows.append({**same, "reason": None, "conversations": kept})
        rows.extend({**same, "reason": r, "conversations": told[r]} for r in _in_order(told))

    embedded: dict[str, tuple[int, Told]] = {}
    for facet in facets:
        found = of_facet.get(facet)
        reasons = _by_reason("embeddings", left_out.embeddings, facet)
        if found or reasons.sizes:
            kept = int(found.rounded.sizes[0]) if found else 0
            embedded[facet] = kept, _told(reasons, 0, None, policy)
    into = [kept + sum(told.values()) for kept, told in embedded.values()]
    with_facets = _down(sum(into) // max(len(into), 1), policy.rounding)
    no_facets = _told(_by_reason("facets", left_out.facets), 0, None, policy)
    dropped = _told(_by_reason("conversations", left_out.conversations), 0, None, policy)
    if embedded or no_facets or dropped:
        say("conversations", None, with_facets + sum(no_facets.values()), dropped)
        say("facets", None, with_facets, no_facets)
    for facet, (kept, told) in embedded.items():
        say("embeddings", facet, kept, told)
    for facet, found in of_facet.items():
        for stage, kept, told in _clustered(found, left_out, policy):
            say(stage, facet, kept, told)
    order = {stage: at for at, stage in enumerate((*_REASONS, "audited_summaries"))}
    rows.sort(key=lambda row: order[row["stage"]])
    return pa.Table.from_pylist(rows, schema=ACCOUNTS)


def _clustered(
    found: Counted, left_out: LeftOut, policy: PrivacyPolicy
) -> Iterator[tuple[str, int, Told]]:
    """Stage, kept and set aside of a facet's clusters, and of those that are published."""
    places, rounded = found.places, found.rounded
    atoms = np.flatnonzero(places.is_atom)
    sizes, alone = rounded.sizes[atoms], places.leaf[atoms] == UNCLUSTERED
    total, shift = int(sizes[alone].sum()), int(rounded.offsets[alone].sum())
    reasons = _by_reason("clusters", left_out.clusters, places.facet)
    clustered = int(rounded.sizes[0]) - total
    yield "clusters", clustered, _told(reasons, shift, total, policy)
    failed = int(sizes[~alone & ~places.published[atoms]].sum())
    yield "audited_summaries", clustered - failed, {TEXT_FAILED: failed} if failed else {}


def _by_reason(stage: str, set_aside: pa.Table, facet: str | None = None) -> _Reasons:
    """Conversations by reason in a set-aside table, of one facet where there are several."""
    if facet is not None:
        set_aside = set_aside.filter(pc.equal(set_aside["facet"], facet))
    known = "user" in set_aside.column_names
    counts = [("conversation", "count"), *([("user", "count_distinct")] if known else [])]
    found = set_aside.group_by("reason").aggregate(counts)
    names, sizes = found["reason"].to_pylist(), found["conversation_count"].to_pylist()
    users = found["user_count_distinct"].to_pylist() if known else None
    return _Reasons(
        stage,
        dict(zip(names, sizes, strict=True)),
        None if users is None else dict(zip(names, users, strict=True)),
    )


def _told(reasons: _Reasons, shift: int, total: int | None, policy: PrivacyPolicy) -> Told:
    """What is published of a stage's reasons: multiples that add up to the rounded total.

    A reason is named as a cell of a breakdown is shown. What is not named is small; where all of it
    could not be without one of its reasons, that one would be given away, so that none is named.
    """
    base, names = policy.rounding, sorted(reasons.sizes)
    counts = np.array([[reasons.sizes[name] for name in names]], dtype=np.int64)
    whole = _down(int(counts.sum()), base) if total is None else total
    cells = rounded_cells(counts, np.array([shift]), np.array([whole]), base)[0].tolist()
    enough = policy.min_cell_conversations + base - 1
    named = {
        name: cell
        for name, cell in zip(names, cells, strict=True)
        if cell >= enough
        and reasons.sizes[name] >= policy.min_cell_conversations
        and (reasons.users is None or reasons.users[name] >= policy.min_cell_users)
    }
    rest = whole - sum(named.values())
    unnamed = {*_REASONS[reasons.stage], *names} - set(named)
    if rest and rest > (len(unnamed) - 1) * _down(enough - 1, base):
        named, rest = {}, whole
    return {**named, OTHER: rest} if rest else named


def _in_order(told: Told) -> list[str]:
    """Reasons by the alphabet, `other` last."""
    return sorted(told, key=lambda reason: (reason == OTHER, reason))


def _down(number: int, rounding: int) -> int:
    return number // rounding * rounding
