"""Frames and rules that several gates share, one idea a function.

Frames are what expectations run on; a gate's table of rules says which.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.expectations.expected import (
    Expected,
    accounted_for,
    between,
    no_names,
    no_personal_data,
    pseudonyms,
)
from privacy_checks.expectations.frames import Frame
from privacy_checks.recount.counting import ColumnValues, whole
from privacy_checks.rules.judging import Evidence, Expecting, FrameRule, expecting

#: Paper, G.5.
_WORDS_OF_A_NAME = 10
_UNIT_LENGTH = 1e-3


def conversations_are_pseudonyms(
    *ids: Callable[[Evidence], ColumnValues],
) -> FrameRule[Evidence]:
    """Ids of conversations, in some columns of the evidence, are pseudonyms."""

    def frame(evidence: Evidence) -> Frame:
        return {"conversation": pa.concat_arrays([whole(column(evidence)) for column in ids])}

    return expecting(frame, pseudonyms("conversation", "c"))


def users_are_pseudonyms(ids: Callable[[Evidence], ColumnValues]) -> FrameRule[Evidence]:
    """Ids of users, in a column of the evidence, are pseudonyms."""
    return expecting(distinct("user", ids), pseudonyms("user", "u"))


def distinct(name: str, column: Callable[[Evidence], ColumnValues]) -> Callable[[Evidence], Frame]:
    """A frame of the distinct values of a column of the evidence, under a name."""

    def frame(evidence: Evidence) -> Frame:
        return {name: pc.unique(whole(column(evidence)))}

    return frame


def places(rows_in: ColumnValues, kept: ColumnValues, set_aside: ColumnValues) -> Frame:
    """The keys that came in and went out, and where: what `accounted` is about."""
    parts = [whole(part) for part in (rows_in, kept, set_aside)]
    place = np.repeat(np.arange(3, dtype=np.int8), [len(part) for part in parts])
    names = pa.array(["in", "kept", "set_aside"])
    return {
        "key": pa.concat_arrays(parts),
        "place": pa.DictionaryArray.from_arrays(pa.array(place), names),
    }


def accounted(frame: Callable[[Evidence], Frame]) -> FrameRule[Evidence]:
    """in = kept + set aside, over a frame of `places`."""
    return expecting(frame, accounted_for("key", "place"))


def texts_frame(*columns: ColumnValues) -> Frame:
    """The distinct texts of columns, as `text`."""
    parts = [pc.unique(whole(column)) for column in columns]
    texts = pc.unique(pa.concat_arrays(parts))
    return {"text": texts.filter(pc.not_equal(texts, ""))}


def clean_of_personal_data(
    texts: Callable[[Evidence], Sequence[ColumnValues]],
) -> FrameRule[Evidence]:
    """No detector of the policy finds anything in the texts; numbers: distinct texts."""
    return expecting(
        lambda evidence: texts_frame(*texts(evidence)),
        lambda policy: no_personal_data("text", policy),
        numbers=lambda frame: {"texts": len(frame["text"])},
    )


def clean_of_names(texts: Callable[[Evidence], Sequence[ColumnValues]]) -> FrameRule[Evidence]:
    """No suspected name in the texts but those that are allowed; numbers: distinct texts."""
    return expecting(
        lambda evidence: texts_frame(*texts(evidence)),
        lambda policy: no_names("text", policy),
        numbers=lambda frame: {"texts": len(frame["text"])},
    )


def named_frame(table: pa.Table) -> Frame:
    """Words and lengths of names and descriptions."""
    names, descriptions = table["name"].to_pylist(), table["description"].to_pylist()
    pairs = list(zip(names, descriptions, strict=True))
    return {
        "words_of_name": np.array([len(name.split()) for name in names], dtype=np.int64),
        "words_of_description": np.array([len(text.split()) for text in descriptions], np.int64),
        "characters": np.array([max(map(len, pair)) for pair in pairs], dtype=np.int64),
    }


#: Names have one to ten words (paper, G.5); descriptions are not empty; both are short.
WELL_NAMED: tuple[Expecting, ...] = (
    between("words_of_name", at_least=1, at_most=_WORDS_OF_A_NAME),
    between("words_of_description", at_least=1),
    lambda policy: between("characters", at_most=policy.max_facet_characters),
)


def unit_length(column: str) -> Expected:
    """Lengths of vectors: 1, give or take a thousandth."""
    return between(column, at_least=1 - _UNIT_LENGTH, at_most=1 + _UNIT_LENGTH)


def lengths_of(vectors: np.ndarray) -> np.ndarray:
    """Euclidean length of each row, in double precision."""
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64)))
