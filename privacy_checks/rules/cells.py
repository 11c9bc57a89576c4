"""Rules about breakdown cells: which are there, what they show, and what they give away."""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.expectations.expected import between
from privacy_checks.expectations.frames import Frame
from privacy_checks.recount.cells import CellCounts
from privacy_checks.recount.counting import (
    Codes,
    ColumnValues,
    indices_in,
    joined,
    missing,
    repeated,
    whole,
)
from privacy_checks.recount.exposure import worked_out
from privacy_checks.rules.judging import Rule, all_of, counting, expecting, none_of
from privacy_checks.rules.summary_evidence import SummariesEvidence

#: Relative error of a stored quotient.
CLOSE = 1e-9
_QUOTIENTS = ("size", "share", "lift")


def error(stored: ColumnValues, expected: np.ndarray) -> np.ndarray:
    """How far stored numbers are from the expected ones, relative to those above 1.

    Not-a-number, which is within no bounds, where null or not-a-number is stored.
    """
    found = np.asarray(whole(stored).cast(pa.float64()).fill_null(np.nan).to_numpy(False))
    distance: np.ndarray = np.abs(found - expected) / np.maximum(1, np.abs(expected))
    return distance


def _present(evidence: SummariesEvidence) -> Mapping[str, int]:
    """How many cells are lost, and how many should not be there."""
    rows, places = evidence.breakdowns, evidence.places
    attributes = pa.array(sorted(evidence.counts), pa.string())
    lost, invented = 0, missing(rows["facet"], attributes)
    for attribute, counts in evidence.counts.items():
        own, place, column = _located(evidence, attribute, counts)
        known = (place >= 0) & (column >= 0)
        invented += int(np.count_nonzero(~known))
        place, column, gone = place[known], column[known], _suppressed(own)[known]
        named, there = np.zeros((2, *counts.size.shape), dtype=bool)
        there[place, column] = True
        named[place[~gone], column[~gone]] = True
        wanted = named[places.nesting.window] & places.nesting.published[:, None]
        lost += int(np.count_nonzero(wanted & ~there))
        invented += int(np.count_nonzero(~wanted & there))
    keys = joined(pa.array(places.of(rows)), rows["facet"], rows["value"])
    return {
        "lost": lost,
        "invented": invented,
        "twice": repeated(keys),
        "of_another_window": missing(rows["window"], pa.array([evidence.key], pa.string())),
        "undeclared": _undeclared(evidence),
        "cells": rows.num_rows,
    }


def _undeclared(evidence: SummariesEvidence) -> int:
    """Cells with a value that the operator did not declare, of what has declared values."""
    rows, declared = evidence.breakdowns, evidence.declared
    allowed = {one.name: one.values for one in declared.facets if one.kind == "category"}
    allowed |= {one.name: one.labels for one in declared.attributes if not one.is_open}
    return sum(
        missing(rows["value"].filter(pc.equal(rows["facet"], name)), pa.array(values, pa.string()))
        for name, values in allowed.items()
    )


def _errors(evidence: SummariesEvidence) -> Frame:
    """Of each cell that is shown: how far its numbers are from those that were counted again."""
    places = evidence.places
    found: dict[str, list[np.ndarray]] = {name: [np.zeros(0)] for name in _QUOTIENTS}
    for attribute, counts in evidence.counts.items():
        own, place, column = _located(evidence, attribute, counts)
        seen = (place >= 0) & (column >= 0) & ~_suppressed(own)
        stored, at = own.filter(pa.array(seen)), (place[seen], column[seen])
        size = evidence.cells[attribute]
        share = size / np.maximum(places.size[:, None], 1)
        base = np.maximum(share[places.nesting.window], 1e-300)
        for name, expected in zip(_QUOTIENTS, (size, share, share / base), strict=True):
            found[name].append(error(stored[name], expected[at]))
    return {f"error_of_{name}": np.concatenate(parts) for name, parts in found.items()}


def _behind(evidence: SummariesEvidence) -> Frame:
    """Of each cell that is shown: who truly stands behind it, and its published number."""
    found: list[list[np.ndarray]] = [[np.zeros(0, np.int64)] for _ in range(3)]
    for attribute, counts, shown in _shown(evidence):
        numbers = (counts.size, counts.users, evidence.cells[attribute])
        for parts, values in zip(found, numbers, strict=True):
            parts.append(values[shown])
    names = ("conversations", "users", "published")
    return {name: np.concatenate(parts) for name, parts in zip(names, found, strict=True)}


def _speaking(evidence: SummariesEvidence) -> int:
    """Numbers of cells that show none."""
    hidden = evidence.breakdowns.filter(evidence.breakdowns["suppressed"])
    return sum(len(hidden) - hidden[name].null_count for name in _QUOTIENTS)


def _below_hidden(evidence: SummariesEvidence) -> int:
    """Cells that are shown although the place above hides them."""
    above = evidence.places.nesting.above
    inner = above >= 0
    return sum(
        int(np.count_nonzero(shown[inner] & ~shown[above[inner]]))
        for _, _, shown in _shown(evidence)
    )


def _one_sided(evidence: SummariesEvidence) -> int:
    """Values that one clustered facet's window shows and another one's, where they occur, hides."""
    found = 0
    for _, counts, shown in _shown(evidence):
        windows = evidence.places.nesting.above < 0
        occurs = counts.size[windows] > 0
        hidden = (occurs & ~shown[windows]).any(axis=0)
        found += int(np.count_nonzero(hidden & shown[windows].any(axis=0)))
    return found


def _derivable(evidence: SummariesEvidence) -> Mapping[str, int]:
    """How many cells are under the thresholds, and how many of those can be worked out.

    Also of base clusters that are not published, and of the conversations in none. Not of an
    attribute with one value: its cells are the sizes of places, published in their own right.
    """
    found = protected = 0
    places, policy = evidence.places.nesting, evidence.policy
    for attribute, counts, shown in _shown(evidence):
        numbers = evidence.cells[attribute]
        several = (counts.size > 0).sum(axis=1)[places.window] > 1
        few = counts.size < policy.min_cell_conversations
        few |= counts.users < policy.min_cell_users
        few |= evidence.beside[attribute]
        few &= (numbers > 0) & several[:, None]
        protected += int(np.count_nonzero(few))
        if few.any():
            exposed = worked_out(places.above, numbers, ~shown)
            found += int(np.count_nonzero(few & exposed))
    return {"protected": protected, "derivable": found}


def _beside(evidence: SummariesEvidence) -> int:
    """Cells of windows that are shown and would tell of few beside another map."""
    return sum(
        int(np.count_nonzero(shown & evidence.beside[attribute]))
        for attribute, _, shown in _shown(evidence)
    )


CELL_RULES: dict[str, Rule[SummariesEvidence]] = {
    # Every value that a window shows has a row in each of its places, and no other value has any;
    # values of categories are declared ones.
    # What rows show is the published number, counted again, and its quotients.
    "breakdowns": all_of(
        counting(_present, "lost", "invented", "twice", "of_another_window", "undeclared"),
        expecting(_errors, *(between(f"error_of_{name}", at_most=CLOSE) for name in _QUOTIENTS)),
    ),
    # Enough stands behind cells that are shown; their published number, too, is enough, were it too
    # large by all that rounding can add. Cells that are not shown show nothing.
    "suppression": all_of(
        expecting(
            _behind,
            lambda policy: between("conversations", at_least=policy.min_cell_conversations),
            lambda policy: between("users", at_least=policy.min_cell_users),
            lambda policy: between(
                "published", at_least=policy.min_cell_conversations + policy.rounding - 1
            ),
            numbers=lambda frame: {"cells_shown": len(frame["users"])},
        ),
        none_of(numbers_of_suppressed_cells=_speaking),
    ),
    # What a place hides is hidden in all places below it, and what one facet's window hides in the
    # other one's: they hold the same conversations.
    "nesting": none_of(shown_below_hidden=_below_hidden, shown_for_one_facet=_one_sided),
    # No number of a cell under the thresholds follows from all that is shown together.
    "derivable": counting(_derivable, "derivable"),
    # A named map shows no number from which another map's would tell of few.
    "beside": none_of(tells_of_few=_beside),
}


def _shown(evidence: SummariesEvidence) -> Iterator[tuple[str, CellCounts, np.ndarray]]:
    """Each attribute, its counts, and a mask of the cells that are shown."""
    for attribute, counts in evidence.counts.items():
        own, place, column = _located(evidence, attribute, counts)
        seen = (place >= 0) & (column >= 0) & ~_suppressed(own)
        shown = np.zeros(counts.size.shape, dtype=bool)
        shown[place[seen], column[seen]] = True
        yield attribute, counts, shown


def _located(
    evidence: SummariesEvidence, attribute: str, counts: CellCounts
) -> tuple[pa.Table, Codes, Codes]:
    """An attribute's rows, and the place and column of each (-1: no such one)."""
    own = evidence.breakdowns.filter(pc.equal(evidence.breakdowns["facet"], attribute))
    return own, evidence.places.of(own), indices_in(joined(own["facet"], own["value"]), counts.keys)


def _suppressed(rows: pa.Table) -> np.ndarray:
    return np.asarray(rows["suppressed"].to_numpy(), dtype=bool)
