"""The gate of `audited_summaries`: every text, number and cell that may become public."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.gates import cells as cell_rules
from privacy_checks.gates import columns
from privacy_checks.gates.cells import rows_as_cells
from privacy_checks.gates.counting import (
    Codes,
    Values,
    joined,
    missing,
    numbers,
    positions,
    repeated,
    whole,
)
from privacy_checks.gates.judging import Found, Rule, judge_tables
from privacy_checks.gates.protocol import StoredPartition, Verdict
from privacy_checks.gates.rules import (
    holding_personal_data,
    ill_formed_texts,
    pseudonyms_anywhere,
    unknown_values,
)
from privacy_checks.gates.summary_evidence import Evidence, gather, nearest
from privacy_checks.policy import PrivacyPolicy

_REASONS = ("audit_failed", "personal_data", "text_withheld")
_WITHHELD = "text_withheld"
_KINDS = ("all", "day", "week", "month")
_ANALYST = r"^[a-z][a-z0-9_-]{0,39}$"
#: Relative error of a stored quotient.
_CLOSE = 1e-9


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> tuple[Verdict, ...]:
    """Judge one window of `audited_summaries` by its bytes and the stages it sums up."""
    return judge_tables(partition, policy, columns.AUDITED_SUMMARIES, gather, RULES)


def nodes(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Every cluster of the hierarchy is published once, or set aside with its size; no other is."""
    clusters, aside, ids = evidence.clusters, evidence.set_aside, evidence.ids
    withheld = pc.equal(aside["reason"], _WITHHELD)
    dropped, kept_without_text = aside.filter(pc.invert(withheld)), aside.filter(withheld)
    out = pa.concat_arrays([whole(clusters["id"]), whole(dropped["id"])])
    lost, invented = missing(ids, out), missing(aside["id"], ids) + missing(out, ids)
    twice = repeated(out) + repeated(aside["id"])
    at = positions(aside["id"], ids)
    wrong_sizes = np.count_nonzero((at >= 0) & (numbers(aside["size"]) != _take(evidence.size, at)))
    return Found(
        lost
        + invented
        + twice
        + missing(kept_without_text["id"], clusters["id"])
        + int(wrong_sizes)
        + _misplaced(evidence),
        {
            "rows_in": len(ids),
            "rows_kept": clusters.num_rows,
            "rows_set_aside": dropped.num_rows,
            "texts_withheld": kept_without_text.num_rows,
        },
    )


def reasons(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Rows are set aside for a known reason."""
    return Found(unknown_values(evidence.set_aside["reason"], _REASONS))


def audit(evidence: Evidence, policy: PrivacyPolicy) -> Found:
    """Every published text has a rating that passes (paper, G.8)."""
    rating = numbers(evidence.clusters["audit"])
    failed = np.count_nonzero((rating < policy.min_audit_rating) | (rating > 5))
    lowest = int(rating.min()) if len(rating) else 0
    return Found(int(failed), {"lowest": lowest, "min_audit_rating": policy.min_audit_rating})


def own_texts(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """A cluster has the text of the hierarchy; those whose text is withheld all have one text."""
    clusters, tree = evidence.clusters, evidence.tree
    pair = joined(clusters["name"], clusters["description"])
    own = joined(tree.nodes["name"], tree.nodes["description"])
    at = positions(clusters["id"], evidence.ids)
    known = at >= 0
    same = np.asarray(
        pc.equal(pair, own.take(pa.array(at, mask=~known))).fill_null(True).to_numpy(False), bool
    )
    withheld = evidence.set_aside.filter(pc.equal(evidence.set_aside["reason"], _WITHHELD))["id"]
    is_withheld = positions(clusters["id"], withheld) >= 0
    stand_ins = pc.unique(pair.filter(pa.array(is_withheld & known)))
    quoted = len(stand_ins) - missing(stand_ins, own)
    wrong = int(np.count_nonzero(~same & ~is_withheld))
    return Found(wrong + max(0, len(stand_ins) - 1) + quoted, {"withheld": int(is_withheld.sum())})


def texts(evidence: Evidence, policy: PrivacyPolicy) -> Found:
    """Names have at most ten words, descriptions a bounded length (paper, G.5)."""
    return ill_formed_texts(evidence.clusters, policy)


def personal_data(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """No detector finds anything in a name, a description or a value other than a day."""
    clusters, rows = evidence.clusters, evidence.breakdowns
    values = rows.filter(pc.not_equal(rows["facet"], "time"))["value"]
    return holding_personal_data(clusters["name"], clusters["description"], values)


def pseudonyms(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """No column and no text is or holds the pseudonym of a user or a conversation."""
    return pseudonyms_anywhere(
        {
            "windows": evidence.windows,
            "clusters": evidence.clusters,
            "breakdowns": evidence.breakdowns,
            "set_aside": evidence.set_aside,
        }
    )


def sizes(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Sizes and users are those of the members, counted again."""
    at = positions(evidence.clusters["id"], evidence.ids)
    wrong = 0
    for name, counted_again in (("size", evidence.size), ("users", evidence.users)):
        stored = numbers(evidence.clusters[name])
        wrong += int(np.count_nonzero((at >= 0) & (stored != _take(counted_again, at))))
    return Found(wrong)


def thresholds(evidence: Evidence, policy: PrivacyPolicy) -> Found:
    """Enough distinct conversations and users stand behind every cluster, counted again."""
    shown = evidence.published >= 0
    size, users = evidence.size[shown], evidence.users[shown]
    few = np.count_nonzero((size < policy.min_conversations) | (users < policy.min_users))
    return Found(
        int(few),
        {"min_conversations": policy.min_conversations, "min_users": policy.min_users},
    )


def parents(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """A cluster's parent is its nearest ancestor that is published."""
    shown = np.flatnonzero(evidence.published >= 0)
    own_place = np.where(evidence.published >= 0, np.arange(len(evidence.ids)), -1)
    above = nearest(evidence.tree, own_place)[shown]
    expected = evidence.ids.take(pa.array(above, mask=above < 0)).fill_null("")
    stored = evidence.clusters["parent"].take(pa.array(evidence.published[shown])).fill_null("")
    return Found(len(shown) - int(pc.sum(pc.equal(whole(stored), expected)).as_py() or 0))


def shares(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """A cluster's share is its size over the window's conversations with that facet."""
    at = positions(evidence.clusters["id"], evidence.ids)
    totals = {facet: len(rows) for facet, rows in evidence.population.items()}
    whole_window = np.array([totals.get(f, 0) for f in evidence.clusters["facet"].to_pylist()])
    expected = _take(evidence.size, at) / np.maximum(whole_window, 1)
    wrong = (at >= 0) & ~_close(evidence.clusters["share"], expected)
    return Found(int(np.count_nonzero(wrong)))


def coordinates(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Every cluster lies on the map: both coordinates in [0, 1]."""
    wrong = np.zeros(evidence.clusters.num_rows, dtype=bool)
    for name in ("x", "y"):
        values = evidence.clusters[name].to_numpy()
        wrong |= ~((values >= 0) & (values <= 1))
    return Found(int(np.count_nonzero(wrong)))


def windows(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Each clustered facet has one row with the window's numbers, counted again."""
    rows = evidence.windows.to_pylist()
    expected = {f: _window_row(evidence, f) for f, at in evidence.population.items() if len(at)}
    found = [row["facet"] for row in rows]
    wrong = len(set(expected) ^ set(found)) + len(found) - len(set(found))
    kinds = {row["kind"] for row in rows}
    wrong += max(0, len(kinds) - 1)
    for row in rows:
        wanted = expected.get(row["facet"], {})
        wrong += sum(row[name] != value for name, value in wanted.items())
        wrong += not _within(evidence.key, row["kind"], row["first_day"], row["last_day"])
    names = pc.match_substring_regex(evidence.windows["analyst"], _ANALYST)
    wrong += len(rows) - int(pc.sum(names).as_py() or 0)
    return Found(wrong, {"rows": len(rows)})


def breakdowns(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Cells are exactly those that occur, and what they show is counted again."""
    rows, cells, places = evidence.breakdowns, evidence.cells, evidence.places
    keys = rows_as_cells(rows, places)
    at = positions(keys, cells.keys)
    lost, invented = missing(cells.keys, keys), int(np.count_nonzero(at < 0))
    shown = ~np.asarray(rows["suppressed"].to_numpy(), dtype=bool) & (at >= 0)
    cell = at[shown]
    stored = rows.filter(pa.array(shown))
    size, place = cells.size[cell], cells.place[cell]
    share = size / places.size[place]
    window_cell = cell_rules.in_window(cells, places)[cell]
    base = cells.size[window_cell] / places.size[places.window[place]]
    wrong = ~_close(stored["size"], size) | ~_close(stored["share"], share)
    wrong |= ~_close(stored["lift"], share / base)
    other_window = unknown_values(rows["window"], (evidence.key,))
    numbers_wrong = int(np.count_nonzero(wrong))
    return Found(
        lost + invented + repeated(keys) + numbers_wrong + other_window,
        {"cells": len(cells.place), "lost": lost, "invented": invented, "wrong": numbers_wrong},
    )


def suppression(evidence: Evidence, policy: PrivacyPolicy) -> Found:
    """Cells that are shown have enough conversations and users; those that are not show nothing."""
    rows, cells = evidence.breakdowns, evidence.cells
    suppressed = np.asarray(rows["suppressed"].to_numpy(), dtype=bool)
    at = positions(rows_as_cells(rows, evidence.places), cells.keys)
    shown = at[~suppressed & (at >= 0)]
    few = cells.size[shown] < policy.min_cell_conversations
    few |= cells.users[shown] < policy.min_cell_users
    hidden = rows.filter(pa.array(suppressed))
    speaking = sum(len(hidden) - hidden[name].null_count for name in ("size", "share", "lift"))
    return Found(
        int(np.count_nonzero(few)) + speaking,
        {"cells": len(suppressed), "suppressed": int(suppressed.sum()), "below": int(few.sum())},
    )


def derivable(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """No suppressed cell follows from what is shown, by one sum or one quotient."""
    rows = evidence.breakdowns.filter(pc.invert(evidence.breakdowns["suppressed"]))
    keys = rows_as_cells(rows, evidence.places)
    hidden = positions(evidence.cells.keys, keys) < 0
    return Found(cell_rules.given_away(evidence.cells, hidden, evidence.places))


RULES: dict[str, Rule[Evidence]] = {
    "nodes": nodes,
    "reasons": reasons,
    "audit": audit,
    "own_texts": own_texts,
    "texts": texts,
    "personal_data": personal_data,
    "pseudonyms": pseudonyms,
    "sizes": sizes,
    "thresholds": thresholds,
    "parents": parents,
    "shares": shares,
    "coordinates": coordinates,
    "windows": windows,
    "breakdowns": breakdowns,
    "suppression": suppression,
    "derivable": derivable,
}


def _misplaced(evidence: Evidence) -> int:
    """Clusters whose window, facet or level is not what their id says."""
    clusters = evidence.clusters
    named = [whole(clusters[name]).cast(pa.string()) for name in ("window", "facet", "level")]
    start = pc.binary_join_element_wise(*named, ":")
    at = positions(clusters["id"], evidence.ids)
    own = pc.replace_substring_regex(clusters["id"], ":[^:]*$", "")
    differ = np.asarray(pc.not_equal(whole(own), start).to_numpy(False), dtype=bool)
    return int(np.count_nonzero(differ & (at >= 0)))


def _window_row(evidence: Evidence, facet: str) -> dict[str, object]:
    rows = evidence.population[facet]
    days = evidence.facets["started_at"].take(pa.array(rows)).cast(pa.date32())
    bounds = pc.min_max(days).as_py()
    users = evidence.facets["user"].take(pa.array(rows))
    shown = np.asarray(pc.equal(evidence.tree.nodes["facet"], facet).to_numpy(), dtype=bool)
    leaf = evidence.leaves[facet]
    in_leaf = leaf[leaf >= 0]
    unpublished = len(rows) - int(np.count_nonzero(evidence.published[in_leaf] >= 0))
    return {
        "window": evidence.key,
        "first_day": bounds["min"],
        "last_day": bounds["max"],
        "conversations": len(rows),
        "users": pc.count_distinct(users).as_py(),
        "clusters": int(np.count_nonzero((evidence.published >= 0) & shown)),
        "unpublished": unpublished,
    }


def _within(key: str, kind: str, first: date, last: date) -> bool:
    """Whether the window of that kind and key holds the days."""
    if kind not in _KINDS or (key == "all") != (kind == "all"):
        return False
    if kind == "all":
        return True
    try:
        start = date.fromisoformat(key)
    except ValueError:
        return False
    if (kind == "week" and start.weekday() != 0) or (kind == "month" and start.day != 1):
        return False
    next_month = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    length = {"day": 1, "week": 7, "month": (next_month - start).days}[kind]
    return start <= first and last < start + timedelta(days=length)


def _take(values: Codes, at: Codes) -> Codes:
    """Values at positions; 0 for position -1."""
    return np.where(at >= 0, values[at], 0) if len(values) else np.zeros(len(at), dtype=np.int64)


def _close(stored: Values, expected: np.ndarray) -> np.ndarray:
    """Whether stored numbers are the expected ones; null and not-a-number never are."""
    found = np.asarray(whole(stored).cast(pa.float64()).fill_null(np.nan).to_numpy(False))
    close: np.ndarray = np.abs(found - expected) <= _CLOSE * np.maximum(1, np.abs(expected))
    return close
