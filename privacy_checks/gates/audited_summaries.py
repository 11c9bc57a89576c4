"""The gate of `audited_summaries`: every text, number and cell that may become public."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.expectations.expected import Expected, between, one_of, unique
from privacy_checks.expectations.frames import Frame
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.counting import (
    Codes,
    ColumnValues,
    alike,
    codes,
    indices_in,
    joined,
    missing,
    numbers,
    whole,
)
from privacy_checks.recount.recounted_places import nearest_above
from privacy_checks.rules.accounts import ACCOUNT_RULES
from privacy_checks.rules.cells import CELL_RULES, CLOSE, error
from privacy_checks.rules.judging import (
    Rule,
    all_of,
    expecting,
    joint,
    judge_tables,
    none_of,
    suite_of,
)
from privacy_checks.rules.means import MEAN_RULES
from privacy_checks.rules.no_pseudonyms import no_pseudonyms
from privacy_checks.rules.shared import (
    WELL_NAMED,
    accounted,
    clean_of_names,
    clean_of_personal_data,
    distinct,
    named_frame,
    places,
)
from privacy_checks.rules.summary_evidence import SummariesEvidence, gather
from privacy_checks.rules.vocabulary import Shown, vocabulary
from privacy_checks.rules.window import WINDOW_RULES
from privacy_checks.stored import columns
from privacy_checks.stored.protocol import StoredPartition, Verdict

_REASONS = ("audit_failed", "personal_data", "text_withheld")
_WITHHELD = "text_withheld"
_TEXTS = ("name", "description")
#: Coordinates are rounded to four decimals, a parent's and its children's.
_ON_THE_MAP = 1.1e-4


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> tuple[Verdict, ...]:
    """Judge one window of `audited_summaries` by its bytes and the stages it sums up."""

    def evidence(stored: StoredPartition, tables: Mapping[str, pa.Table]) -> SummariesEvidence:
        return gather(stored, tables, policy)

    allowed = columns.audited_tables(partition.declared)
    return judge_tables(partition, policy, allowed, evidence, RULES)


def _withheld(evidence: SummariesEvidence) -> pa.Table:
    """The rows set aside that are published all the same, without their own text."""
    return evidence.set_aside.filter(pc.equal(evidence.set_aside["reason"], _WITHHELD))


def _withheld_and_missing(evidence: SummariesEvidence) -> int:
    return missing(_withheld(evidence)["id"], evidence.clusters["id"])


def _nodes(evidence: SummariesEvidence) -> Frame:
    aside = evidence.set_aside
    dropped = aside.filter(pc.not_equal(aside["reason"], _WITHHELD))
    return places(evidence.ids, evidence.clusters["id"], dropped["id"])


def _placed(evidence: SummariesEvidence) -> Frame:
    """Window, facet and level of each cluster, and those that its id says."""
    clusters = evidence.clusters
    named = [whole(clusters[name]).cast(pa.string()) for name in ("window", "facet", "level")]
    start = pc.binary_join_element_wise(*named, ":")
    ours, said = alike(start, pc.replace_substring_regex(clusters["id"], ":[^:]*$", ""))
    return {"place": ours, "place_of_id": said}


def _aside(evidence: SummariesEvidence) -> Frame:
    """Each row set aside with its size, and what truly stands behind it (-1: no such cluster)."""
    aside = evidence.set_aside
    at = indices_in(aside["id"], evidence.ids)
    return {
        "cluster": codes(aside["id"])[0],
        "size": aside["size"],
        "size_counted": np.where(at >= 0, _take(evidence.size, at), -1),
    }


def _is_withheld(evidence: SummariesEvidence) -> np.ndarray:
    found: np.ndarray = indices_in(evidence.clusters["id"], _withheld(evidence)["id"]) >= 0
    return found


def _own_texts(evidence: SummariesEvidence) -> Frame:
    """The texts of clusters that are not withheld, and those that the hierarchy gave them."""
    at = indices_in(evidence.clusters["id"], evidence.ids)
    with_own = (at >= 0) & ~_is_withheld(evidence)
    shown = _pairs(evidence.clusters).filter(pa.array(with_own))
    ours, theirs = alike(shown, _pairs(evidence.tree.nodes).take(pa.array(at[with_own])))
    return {"text": ours, "text_of_hierarchy": theirs}


def _stand_ins(evidence: SummariesEvidence) -> pa.Array:
    """The distinct texts of clusters whose own text is withheld."""
    return pc.unique(_pairs(evidence.clusters).filter(pa.array(_is_withheld(evidence))))


def _too_many_stand_ins(evidence: SummariesEvidence) -> int:
    return max(0, len(_stand_ins(evidence)) - 1)


def _quoted(evidence: SummariesEvidence) -> int:
    stand_ins = _stand_ins(evidence)
    return len(stand_ins) - missing(stand_ins, _pairs(evidence.tree.nodes))


def _texts(evidence: SummariesEvidence) -> list[pa.ChunkedArray]:
    return [evidence.clusters[name] for name in _TEXTS]


def _texts_and_values(evidence: SummariesEvidence) -> list[pa.ChunkedArray]:
    """Names, descriptions and values other than days."""
    rows = evidence.breakdowns
    return [*_texts(evidence), rows["value"].filter(pc.not_equal(rows["facet"], "time"))]


def _named(evidence: SummariesEvidence) -> Frame:
    return named_frame(evidence.clusters)


def _shown(evidence: SummariesEvidence) -> Shown:
    clusters = evidence.clusters
    return Shown(clusters, indices_in(clusters["id"], evidence.ids), evidence.tree)


def _tables(evidence: SummariesEvidence) -> Mapping[str, pa.Table]:
    beside = {"attributes": evidence.attributes, "means": evidence.means}
    return {
        **{name: table for name, table in beside.items() if table is not None},
        "windows": evidence.windows,
        "clusters": evidence.clusters,
        "breakdowns": evidence.breakdowns,
        "accounts": evidence.accounts,
        "set_aside": evidence.set_aside,
    }


def _reasons(evidence: SummariesEvidence) -> ColumnValues:
    return evidence.set_aside["reason"]


def _ratings(evidence: SummariesEvidence) -> ColumnValues:
    return evidence.clusters["audit"]


def _known(evidence: SummariesEvidence) -> tuple[pa.Table, Codes]:
    """The clusters that the hierarchy has, and the place of each."""
    at = indices_in(evidence.clusters["id"], evidence.ids)
    return evidence.clusters.filter(pa.array(at >= 0)), evidence.place[at[at >= 0]]


def _sizes(evidence: SummariesEvidence) -> Frame:
    """Size and users of each cluster, and what they are by the members, rounded."""
    clusters, place = _known(evidence)
    return {
        "size": clusters["size"],
        "size_counted": _take(evidence.places.size, place),
        "users": clusters["users"],
        "users_counted": _take(evidence.places.users, place),
    }


def _behind(evidence: SummariesEvidence) -> Frame:
    """What truly stands behind each cluster."""
    shown = evidence.published >= 0
    return {"conversations": evidence.size[shown], "users": evidence.users[shown]}


def _parents(evidence: SummariesEvidence) -> Frame:
    """The parent of each cluster, and its nearest ancestor that is published."""
    shown = np.flatnonzero(evidence.published >= 0)
    own_place = np.where(evidence.published >= 0, np.arange(len(evidence.ids)), -1)
    above = nearest_above(evidence.tree, own_place)[shown]
    expected = evidence.ids.take(pa.array(above, mask=above < 0))
    stored = evidence.clusters["parent"].take(pa.array(evidence.published[shown]))
    ours, theirs = alike(stored, expected)
    return {"parent": ours, "nearest": theirs}


def _shares(evidence: SummariesEvidence) -> Frame:
    """How far each share is from published size over that of the window."""
    clusters, place = _known(evidence)
    size = evidence.places.size
    of_window = np.maximum(size[evidence.places.nesting.window], 1)
    return {"error_of_share": error(clusters["share"], _take(size / of_window, place))}


def _coordinates(evidence: SummariesEvidence) -> Frame:
    return {name: evidence.clusters[name] for name in ("x", "y")}


def _off_centre(evidence: SummariesEvidence) -> Frame:
    """How far each parent is from where its children's published sizes put it.

    With other weights than those, its place would say more about the sizes than is published.
    """
    clusters = evidence.clusters
    above = indices_in(clusters["parent"], clusters["id"])
    child = np.flatnonzero(above >= 0)
    size = numbers(clusters["size"])
    weight = np.bincount(above[child], weights=size[child], minlength=len(size))
    found = {}
    for name in ("x", "y"):
        value = clusters[name].to_numpy().astype(np.float64)
        moment = np.bincount(above[child], weights=(size * value)[child], minlength=len(size))
        centre = moment / np.maximum(weight, 1)
        found[f"off_centre_{name}"] = np.abs(value - centre)[weight > 0]
    return found


RULES: dict[str, Rule[SummariesEvidence]] = {
    # Every cluster of the hierarchy is published once, or set aside with its size; no other is.
    "nodes": all_of(
        accounted(_nodes),
        expecting(_placed, same=[("place", "place_of_id")]),
        expecting(_aside, unique("cluster"), same=[("size", "size_counted")]),
        none_of(withheld_and_not_published=_withheld_and_missing),
    ),
    "reasons": expecting(distinct("reason", _reasons), one_of("reason", _REASONS)),
    # Every published text has a rating that passes (paper, G.8).
    "audit": expecting(
        distinct("audit", _ratings),
        lambda policy: between("audit", at_least=policy.min_audit_rating, at_most=5),
        numbers=lambda frame: {"lowest": int(pc.min(frame["audit"]).as_py() or 0)},
    ),
    # A cluster has the text of the hierarchy; those whose text is withheld all have one text.
    "own_texts": all_of(
        expecting(_own_texts, same=[("text", "text_of_hierarchy")]),
        none_of(
            stand_ins_too_many=_too_many_stand_ins,
            stand_ins_of_the_hierarchy=_quoted,
        ),
    ),
    "texts": expecting(_named, *WELL_NAMED),
    "personal_data": clean_of_personal_data(_texts_and_values),
    # No name of a person, a place or an organisation, but those everyone talks about.
    "names": clean_of_names(_texts),
    # Enough users of a cluster wrote each word of its texts.
    "vocabulary": vocabulary(_shown),
    "pseudonyms": no_pseudonyms(_tables),
    # Sizes and users are those of the members, counted again and rounded.
    "sizes": expecting(_sizes, same=[("size", "size_counted"), ("users", "users_counted")]),
    # Enough distinct conversations and users stand behind every cluster, counted again.
    "thresholds": expecting(
        _behind,
        lambda policy: between("conversations", at_least=policy.min_conversations),
        lambda policy: between("users", at_least=policy.min_users),
        numbers=lambda frame: {
            f"fewest_{name}": int(min(values, default=0)) for name, values in frame.items()
        },
    ),
    # A cluster's parent is its nearest ancestor that is published.
    "parents": expecting(_parents, same=[("parent", "nearest")]),
    "shares": expecting(_shares, between("error_of_share", at_most=CLOSE)),
    # Every cluster lies on the map, a parent where its children put it.
    "coordinates": all_of(
        expecting(_coordinates, *(between(axis, at_least=0, at_most=1) for axis in ("x", "y"))),
        expecting(
            _off_centre,
            *(between(f"off_centre_{axis}", at_most=_ON_THE_MAP) for axis in ("x", "y")),
        ),
    ),
    **WINDOW_RULES,
    **ACCOUNT_RULES,
    # What holds for cells holds for means, and is one check.
    **joint(CELL_RULES, MEAN_RULES),
}


def suite(policy: PrivacyPolicy) -> Mapping[str, tuple[Expected, ...]]:
    """What the gate expects, check by check."""
    return suite_of(columns.AUDITED_SUMMARIES, RULES, policy)


def _pairs(table: pa.Table) -> pa.Array:
    """Name and description of each row, as one text."""
    return joined(*(table[name] for name in _TEXTS))


def _take(values: np.ndarray, at: Codes) -> np.ndarray:
    """Values at positions; 0 for position -1."""
    return np.where(at >= 0, values[at], 0) if len(values) else np.zeros(len(at), dtype=np.int64)
