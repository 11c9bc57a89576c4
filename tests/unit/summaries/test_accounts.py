"""What became of a window's conversations: rounded, by reason, and nobody's reason given away."""

from collections.abc import Mapping
from itertools import product

import numpy as np
import pyarrow as pa
import pytest

from clio_assets.clusters.schema import CLUSTERS_SET_ASIDE
from clio_assets.conversations.schema import CONVERSATIONS_SET_ASIDE
from clio_assets.embeddings.schema import EMBEDDINGS_SET_ASIDE
from clio_assets.facets.schema import FACETS_SET_ASIDE
from clio_assets.summaries.accounts import OTHER, LeftOut, accounts_table
from clio_assets.summaries.breakdowns import Counted
from clio_assets.summaries.places import NO_ATOM, UNCLUSTERED, Places
from clio_assets.summaries.rounding import rounded_places
from privacy_checks.policy.model import PrivacyPolicy

WINDOW, POLICY = "2026-09-28", PrivacyPolicy()


def set_aside(schema: pa.Schema, reasons: Mapping[str, int], crowd: int = 1000) -> pa.Table:
    """A set-aside table of `request`, with users where conversations have them."""
    rows = [
        {"conversation": f"c{why}{at}", "facet": "request", "reason": why, "user": f"u{at % crowd}"}
        for why, count in reasons.items()
        for at in range(count)
    ]
    user = [pa.field("user", pa.string())] if "facet" in schema.names else []
    return pa.Table.from_pylist(
        [{name: row[name] for name in (*schema.names, *(f.name for f in user))} for row in rows],
        schema=pa.schema([*schema, *user]),
    )


def left_out(crowd: int = 1000, **reasons: Mapping[str, int]) -> LeftOut:
    schemas = {
        "conversations": CONVERSATIONS_SET_ASIDE,
        "facets": FACETS_SET_ASIDE,
        "embeddings": EMBEDDINGS_SET_ASIDE,
        "clusters": CLUSTERS_SET_ASIDE,
    }
    return LeftOut(
        **{stage: set_aside(schema, reasons.get(stage, {}), crowd)
           for stage, schema in schemas.items()}
    )  # fmt: skip


def counted(unclustered: int, *, failed: bool = False) -> Counted:
    """A window over two base clusters of 40 and 30, the second published or not."""
    places = Places(
        facet="request",
        keys=[None, ("request", 0, 0), None if failed else ("request", 0, 1), None],
        parent=np.array([-1, 0, 0, 0]),
        leaf=np.array([NO_ATOM, 0, 1, UNCLUSTERED]),
        published=np.array([True, True, not failed, False]),
        sizes=np.array([70 + unclustered, 40, 30, unclustered]),
        users=np.array([60, 30, 20, 0]),
    )
    return Counted(places, rounded_places(places, WINDOW, POLICY))


def told(table: pa.Table, stage: str) -> dict[str | None, int]:
    rows = [row for row in table.to_pylist() if row["stage"] == stage]
    return {row["reason"]: row["conversations"] for row in rows}


def test_accounts_continue_the_sizes_when_some_is_set_aside_at_every_stage() -> None:
    found, left = counted(47, failed=True), left_out(
        conversations={"not_sampled": 203, "superseded": 3},
        facets={"personal_data": 33},
        embeddings={"empty_text": 41},
        clusters={"below_min_users": 40, "not_named": 7},
    )  # fmt: skip
    table = accounts_table(WINDOW, ["request"], [found], left, POLICY)
    everyone, _, failed, alone = found.rounded.sizes.tolist()
    assert told(table, "embeddings") == {None: everyone, "empty_text": 40}
    assert told(table, "facets") == {None: everyone + 40, "personal_data": 30}
    assert told(table, "conversations") == {None: everyone + 70, "not_sampled": 200, OTHER: 5}
    clusters = told(table, "clusters")
    assert clusters.pop(None) == everyone - alone
    assert sum(clusters.values()) == alone
    assert set(clusters) == {"below_min_users", OTHER}
    assert told(table, "audited_summaries") == {
        None: everyone - alone - failed,
        "text_failed": failed,
    }


@pytest.mark.parametrize(
    ("reasons", "named"),
    [
        ({"personal_data": 40}, {"personal_data"}),
        ({"personal_data": 18}, {OTHER}),
        ({"personal_data": 4}, set()),
        ({"personal_data": 60, "overlap": 9}, {"personal_data", OTHER}),
        # of three possible reasons one alone would be left for `other`
        ({"personal_data": 60, "overlap": 40, "not_answered": 9}, {OTHER}),
        # two reasons of which neither is enough to be named are so many only together
        ({"personal_data": 60, "overlap": 18, "not_answered": 18}, {OTHER}),
    ],
)
def test_reason_is_named_only_when_enough_stand_behind_it_and_none_follows(
    reasons: dict[str, int], named: set[str]
) -> None:
    table = accounts_table(WINDOW, ["request"], [], left_out(facets=reasons), POLICY)
    found = told(table, "facets")
    assert set(found) - {None} == named
    assert sum(found.values()) == sum(reasons.values()) // 5 * 5


@pytest.mark.parametrize(("crowd", "name"), [(5, "below_min_users"), (4, OTHER)])
def test_reason_is_not_named_when_few_users_are_behind_it(crowd: int, name: str) -> None:
    left = left_out(crowd, clusters={"below_min_users": 47})
    table = accounts_table(WINDOW, ["request"], [counted(47)], left, POLICY)
    assert set(told(table, "clusters")) == {None, name}


def test_accounts_are_empty_when_there_was_nothing() -> None:
    assert accounts_table(WINDOW, ["request"], [], left_out(), POLICY).num_rows == 0


def test_numbers_tell_no_reason_of_few_and_none_exactly_when_all_are_compared() -> None:
    """Every way in which up to 11 conversations can have three reasons, against what is published:
    whoever reads it and knows the rules can tell no number more closely than to a range of the
    rounding, and where reasons are named, not whether there is anybody behind another one.
    """
    policy = PrivacyPolicy(min_cell_conversations=2, min_cell_users=1, rounding=2)
    reasons = ("not_answered", "overlap", "personal_data")
    published: dict[tuple[tuple[str | None, int], ...], list[tuple[int, ...]]] = {}
    for counts in product(range(12), repeat=3):
        left = left_out(facets=dict(zip(reasons, counts, strict=True)))
        table = accounts_table(WINDOW, ["request"], [], left, policy)
        published.setdefault(tuple(told(table, "facets").items()), []).append(counts)
    for rows, ways in published.items():
        if any(max(counts) > 8 for counts in ways):
            continue  # larger numbers were not tried, so not all ways are there
        for at, name in enumerate(reasons):
            possible = {counts[at] for counts in ways}
            assert max(possible) - min(possible) >= policy.rounding - 1
            if name not in dict(rows) and set(reasons) & set(dict(rows)):
                assert 0 in possible
