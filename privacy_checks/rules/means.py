"""Rules about what is published of declared attributes besides cells: their order, and means."""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.expectations.expected import between
from privacy_checks.expectations.frames import Frame
from privacy_checks.recount.counting import Codes, indices_in, joined, missing, repeated, whole
from privacy_checks.recount.means import MeanCounts, are_few, rests
from privacy_checks.rules.judging import Rule, all_of, counting, expecting, none_of
from privacy_checks.rules.summary_evidence import SummariesEvidence
from privacy_checks.stored.declared import DeclaredAttribute

#: How far a mean may be from the exact one, in steps, and its steps from whole numbers.
_HALF, _NEARLY = 0.5 + 1e-6, 1e-6
#: A step is the least of its kind: of those there are, each is at most 2.5 times the one before.
_APART = 2.5


def _ordered(evidence: SummariesEvidence) -> Mapping[str, int]:
    """Values of attributes that are named and have no place, and places of what is not named."""
    if evidence.attributes is None:
        return {"values_lost": 0, "values_invented": 0}
    cells, expected = evidence.breakdowns, [pa.array([], pa.string())]
    for one in evidence.declared.attributes:
        named = pc.unique(cells["value"].filter(pc.equal(cells["facet"], one.name)))
        place = indices_in(named, pa.array(one.labels, pa.string()))
        told = ["" if one.is_open else str(at) for at in place.tolist()]
        start = (pa.repeat(text, len(named)) for text in (evidence.key, one.name, one.kind))
        expected.append(joined(*start, named, pa.array(told, pa.string())))
    rows = evidence.attributes
    texts = [rows[name] for name in ("window", "attribute", "kind", "value")]
    stored = joined(*texts, whole(rows["place"].cast(pa.string())).fill_null(""))
    wanted = pa.concat_arrays(expected)
    return {
        "values_lost": missing(wanted, stored),
        "values_invented": missing(stored, wanted) + repeated(stored),
    }


def _present(evidence: SummariesEvidence) -> Mapping[str, int]:
    """How many means are lost, and how many should not be there."""
    found = {"means": 0, "means_lost": 0, "means_invented": 0}
    if evidence.means is None:
        return found
    rows, places = evidence.means, evidence.places
    published, windows = places.nesting.published, places.nesting.above < 0
    known = pa.array(sorted(evidence.averaged), pa.string())
    lost, invented = 0, missing(rows["attribute"], known)
    invented += missing(rows["window"], pa.array([evidence.key], pa.string()))
    invented += repeated(joined(pa.array(places.of(rows)), rows["attribute"]))
    for name, counts in evidence.averaged.items():
        own, place = _located(evidence, name)
        there = np.zeros(len(published), dtype=bool)
        there[place[place >= 0]] = True
        few = are_few(counts.size, counts.users, evidence.policy) | (counts.size == 0)
        few |= evidence.untold[name]
        is_told = own.num_rows > 0 or not few[windows].any()
        lost += int(np.count_nonzero(is_told & published & ~there))
        invented += int(np.count_nonzero(place < 0))
    return {"means": rows.num_rows, "means_lost": lost, "means_invented": invented}


def _errors(evidence: SummariesEvidence) -> Frame:
    """Of each mean that is shown: how far from the exact one, in steps, and what the steps are:
    how many times as wide as one user can move it, and how far the mean is from a multiple."""
    found: list[list[np.ndarray]] = [[np.zeros(0)] for _ in range(3)]
    odd = [np.zeros(0, np.int64)]
    for one, counts, own, place in _shown(evidence):
        mean, step = (_reals(own[name]) for name in ("mean", "step"))
        width = one.bins[-1] - one.bins[0]
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = mean / step
            off = np.abs(mean - counts.mean[place]) / step
            reach = step * counts.users[place] / width
        for parts, values in zip(found, (off, np.abs(steps - np.rint(steps)), reach), strict=True):
            parts.append(values)
        odd.append(np.array([_is_odd(size) for size in step.tolist()], dtype=np.int64))
    names = ("error_in_steps", "between_steps", "reach")
    frame = {name: np.concatenate(parts) for name, parts in zip(names, found, strict=True)}
    return {**frame, "odd_step": np.concatenate(odd)}


def _is_odd(step: float) -> bool:
    """Whether it is none of 1, 2 and 5 times a power of ten."""
    return not np.isfinite(step) or float(f"{step:.0e}") != step or f"{step:.0e}"[0] not in "125"


def _behind(evidence: SummariesEvidence) -> Frame:
    """Who says the numbers behind each mean that is shown."""
    size, users = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for _, counts, _, place in _shown(evidence):
        size.append(counts.size[place])
        users.append(counts.users[place])
    return {"conversations": np.concatenate(size), "users": np.concatenate(users)}


def _speaking(evidence: SummariesEvidence) -> int:
    """Means and steps of places that show none."""
    if evidence.means is None:
        return 0
    hidden = evidence.means.filter(evidence.means["suppressed"])
    return sum(len(hidden) - hidden[name].null_count for name in ("mean", "step"))


def _below_hidden(evidence: SummariesEvidence) -> int:
    """Means that are shown although the place above hides its own, or a window of the attribute."""
    above = evidence.places.nesting.above
    inner = above >= 0
    found = 0
    for _, _, shown in _masks(evidence):
        found += int(np.count_nonzero(shown[inner] & ~shown[above[inner]]))
        found += int(shown[~inner].any() and not shown[~inner].all())
    return found


def _rests_of_few(evidence: SummariesEvidence) -> Mapping[str, int]:
    """Places of whose mean those below leave a rest of few, when they are taken off."""
    found = 0
    for _, counts, shown in _masks(evidence):
        size, users = rests(evidence.places.nesting, counts, shown)
        found += int(np.count_nonzero(are_few(size, users, evidence.policy)))
    return {"rests_of_few": found}


def _beside(evidence: SummariesEvidence) -> int:
    """Means of windows that would tell of few beside another map's."""
    return sum(
        int(np.count_nonzero(shown & evidence.untold[name])) for name, _, shown in _masks(evidence)
    )


#: By the check of the gate that they belong to.
MEAN_RULES: dict[str, Rule[SummariesEvidence]] = {
    # Every value of an attribute that is named has its declared place. Every mean that a window
    # tells has a row in each place. It is the exact one to half a step, and the step is so wide
    # that no user moves it further.
    "breakdowns": all_of(
        counting(_ordered, "values_lost", "values_invented"),
        counting(_present, "means_lost", "means_invented"),
        expecting(
            _errors,
            between("error_in_steps", at_most=_HALF),
            between("between_steps", at_most=_NEARLY),
            between("reach", at_least=1 - _NEARLY, at_most=_APART + _NEARLY),
            between("odd_step", at_most=0),
        ),
    ),
    "suppression": all_of(
        expecting(
            _behind,
            lambda policy: between("conversations", at_least=policy.min_cell_conversations),
            lambda policy: between("users", at_least=policy.min_cell_users),
            numbers=lambda frame: {"means_shown": len(frame["users"])},
        ),
        none_of(numbers_of_suppressed_means=_speaking),
    ),
    "nesting": none_of(means_shown_below_hidden=_below_hidden),
    "derivable": counting(_rests_of_few, "rests_of_few"),
    "beside": none_of(means_tell_of_few=_beside),
}


def _located(evidence: SummariesEvidence, attribute: str) -> tuple[pa.Table, Codes]:
    """An attribute's means, and the place of each (-1: no such one)."""
    if evidence.means is None:
        raise ValueError("there are no means")
    own = evidence.means.filter(pc.equal(evidence.means["attribute"], attribute))
    return own, evidence.places.of(own)


def _shown(
    evidence: SummariesEvidence,
) -> Iterator[tuple[DeclaredAttribute, MeanCounts, pa.Table, Codes]]:
    """Each attribute, its counts, its means that are shown, and the place of each."""
    declared = {one.name: one for one in evidence.declared.attributes}
    for name, counts in evidence.averaged.items():
        own, place = _located(evidence, name)
        seen = (place >= 0) & ~np.asarray(own["suppressed"].to_numpy(), dtype=bool)
        yield declared[name], counts, own.filter(pa.array(seen)), place[seen]


def _masks(evidence: SummariesEvidence) -> Iterator[tuple[str, MeanCounts, np.ndarray]]:
    """Each attribute, its counts, and a mask of the places that show its mean."""
    for one, counts, _, place in _shown(evidence):
        shown = np.zeros(len(counts.size), dtype=bool)
        shown[place] = True
        yield one.name, counts, shown


def _reals(values: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(whole(values).fill_null(np.nan).to_numpy(False), dtype=np.float64)
