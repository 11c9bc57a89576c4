"""The rule about the rows that a release has on its windows: their numbers, days and kind."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.expectations.expected import between, matching
from privacy_checks.expectations.frames import Frame
from privacy_checks.recount.counting import ColumnValues, alike
from privacy_checks.rules.accounts import coherence_of_nodes
from privacy_checks.rules.judging import Rule, all_of, expecting, none_of
from privacy_checks.rules.shared import accounted, distinct, places
from privacy_checks.rules.summary_evidence import SummariesEvidence

_ANALYST = r"^[a-z][a-z0-9_-]{0,39}$"
_COUNTED = (
    "window",
    "first_day",
    "last_day",
    "conversations",
    "users",
    "clusters",
    "unpublished",
    "coherent",
)


def _facets(evidence: SummariesEvidence) -> Frame:
    """The facets that the window clusters, as they came and as they have a row."""
    clustered = [facet for facet, rows in evidence.population.items() if len(rows)]
    nothing = pa.array([], pa.string())
    return places(pa.array(clustered, pa.string()), evidence.windows["facet"], nothing)


def _numbers(evidence: SummariesEvidence) -> Frame:
    """What rows of known facets say, as text, and what was counted again and rounded."""
    known = [row for row in evidence.windows.to_pylist() if len(_population(evidence, row))]
    expected = [_window_row(evidence, row["facet"], row["min_coherence"]) for row in known]
    said = [str(row[name]) for row in known for name in _COUNTED]
    counted = [str(row[name]) for row in expected for name in _COUNTED]
    ours, theirs = alike(pa.array(said, pa.string()), pa.array(counted, pa.string()))
    return {"said": ours, "counted": theirs}


def _analysts(evidence: SummariesEvidence) -> ColumnValues:
    return evidence.windows["analyst"]


def _bounds(evidence: SummariesEvidence) -> ColumnValues:
    return evidence.windows["min_coherence"]


def _not_kept(evidence: SummariesEvidence) -> int:
    """Thresholds that rows state and some published cluster truly stays below."""
    shown = evidence.published >= 0
    behind = {"min_users": evidence.users, "min_conversations": evidence.size}
    return sum(
        int((pc.max(evidence.windows[name]).as_py() or 0) > counts[shown].min(initial=2**31))
        for name, counts in behind.items()
    )


def _window(evidence: SummariesEvidence) -> str:
    """The key without the name of the map."""
    return evidence.key.rpartition("@")[2]


def _kinds(evidence: SummariesEvidence) -> int:
    """Kinds of window beyond the one that all rows should have."""
    return max(0, len(set(evidence.windows["kind"].to_pylist())) - 1)


def _unfit(evidence: SummariesEvidence) -> int:
    """Rows of a kind of window that the key cannot be one of."""
    kinds = evidence.windows["kind"].to_pylist()
    if _window(evidence) == "all":
        return sum(kind != "all" for kind in kinds)
    return sum(_calendar(_window(evidence), kind) == (None, None) for kind in kinds)


WINDOW_RULES: dict[str, Rule[SummariesEvidence]] = {
    # Each clustered facet has one row with the window's numbers, counted again and rounded.
    "windows": all_of(
        accounted(_facets),
        expecting(_numbers, same=[("said", "counted")]),
        none_of(kinds_too_many=_kinds, rows_of_another_kind=_unfit),
        expecting(distinct("analyst", _analysts), matching("analyst", _ANALYST)),
        expecting(distinct("bound", _bounds), between("bound", at_least=0, at_most=1)),
        none_of(thresholds_not_kept=_not_kept),
    ),
}


def _population(evidence: SummariesEvidence, row: dict[str, object]) -> np.ndarray:
    """Rows of the facets table behind a row of `windows`; none for an unknown facet."""
    return evidence.population.get(str(row["facet"]), np.zeros(0, np.int64))


def _window_row(evidence: SummariesEvidence, facet: str, bound: float) -> dict[str, object]:
    first_day, last_day = _days(evidence, facet)
    places = evidence.places
    own = np.array([name == facet for name in places.nesting.facets])
    window = int(np.flatnonzero(own & (places.nesting.above < 0))[0])
    clusters = own & places.nesting.published & (places.nesting.above >= 0)
    in_leaves = places.size[clusters & (places.nesting.leaf >= 0)].sum()
    return {
        "window": evidence.key,
        "first_day": first_day,
        "last_day": last_day,
        "conversations": int(places.size[window]),
        "users": int(places.users[window]),
        "clusters": int(np.count_nonzero(clusters)),
        "unpublished": int(places.size[window] - in_leaves),
        "coherent": _coherent(evidence, facet, bound),
    }


def _coherent(evidence: SummariesEvidence, facet: str, bound: float) -> int:
    """Published conversations in a facet's published base clusters whose coherence is enough."""
    tree = evidence.tree
    own = np.asarray(pc.equal(tree.nodes["facet"], facet).to_numpy(), dtype=bool)
    held = own & (evidence.published >= 0) & (tree.level == 0)
    held &= coherence_of_nodes(evidence) >= bound
    return int(evidence.places.size[evidence.place[held]].sum())


def _days(evidence: SummariesEvidence, facet: str) -> tuple[date | None, date | None]:
    """First and last day by the calendar: of the window, or for `all` of the weeks it shows.

    Days of conversations themselves are not published: the first one may be one person's.
    """
    if _window(evidence) != "all":
        kinds = evidence.windows["kind"].to_pylist()
        return _calendar(_window(evidence), kinds[0])
    rows = evidence.breakdowns
    shown = pc.and_(pc.equal(rows["facet"], "time"), pc.is_null(rows["cluster"]))
    shown = pc.and_(shown, pc.equal(rows["clustered_facet"], facet))
    values = rows.filter(pc.and_(shown, pc.invert(rows["suppressed"])))["value"].to_pylist()
    weeks = sorted(map(date.fromisoformat, values))
    return (weeks[0], weeks[-1] + timedelta(days=6)) if weeks else (None, None)


def _calendar(key: str, kind: str) -> tuple[date | None, date | None]:
    """First and last day of the window of that kind and key; nothing where there is none."""
    try:
        start = date.fromisoformat(key)
    except ValueError:
        return None, None
    if (kind == "week" and start.weekday() != 0) or (kind == "month" and start.day != 1):
        return None, None
    next_month = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    length = {"day": 1, "week": 7, "month": (next_month - start).days}.get(kind, 0)
    return (start, start + timedelta(days=length - 1)) if length else (None, None)
