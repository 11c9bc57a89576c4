"""Frames and rules that several gates share, one idea a function.

Frames are what expectations run on; a gate's table of rules says which.
"""

from collections.abc import Callable, Sequence
from typing import Any

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
from privacy_checks.recount.counting import Values, whole
from privacy_checks.rules.judging import Check, Expecting, expecting

#: Paper, G.5.
_WORDS_OF_A_NAME = 10
_UNIT_LENGTH = 1e-3


def conversations_are_pseudonyms(*tables: str) -> Check[Any]:
    """Ids in the column `conversation` of the evidence's tables are pseudonyms."""

    def frame(evidence: Any) -> Frame:
        columns = [whole(getattr(evidence, table)["conversation"]) for table in tables]
        return {"conversation": pa.concat_arrays(columns)}

    return expecting(frame, pseudonyms("conversation", "c"))


def users_are_pseudonyms(table: str) -> Check[Any]:
    """Ids in the column `user` of one of the evidence's tables are pseudonyms."""
    return expecting(distinct(table, "user"), pseudonyms("user", "u"))


def distinct(table: str, column: str) -> Callable[[Any], Frame]:
    """The distinct values of a column of one of the evidence's tables."""
    return lambda evidence: {column: pc.unique(whole(getattr(evidence, table)[column]))}


def places(rows_in: Values, kept: Values, set_aside: Values) -> Frame:
    """The keys that came in and went out, and where: what `accounted` is about."""
    parts = [whole(part) for part in (rows_in, kept, set_aside)]
    place = np.repeat(np.arange(3, dtype=np.int8), [len(part) for part in parts])
    names = pa.array(["in", "kept", "set_aside"])
    return {
        "key": pa.concat_arrays(parts),
        "place": pa.DictionaryArray.from_arrays(pa.array(place), names),
    }


def accounted(frame: Callable[[Any], Frame]) -> Check[Any]:
    """in = kept + set aside, over a frame of `places`."""
    return expecting(frame, accounted_for("key", "place"))


def texts_frame(*columns: Values) -> Frame:
    """The distinct texts of columns, as `text`."""
    parts = [pc.unique(whole(column)) for column in columns]
    texts = pc.unique(pa.concat_arrays(parts))
    return {"text": texts.filter(pc.not_equal(texts, ""))}


def clean_of_personal_data(texts: Callable[[Any], Sequence[Values]]) -> Check[Any]:
    """No detector of the policy finds anything in the texts; numbers: distinct texts."""
    return expecting(
        lambda evidence: texts_frame(*texts(evidence)),
        lambda policy: no_personal_data("text", policy),
        numbers=lambda frame: {"texts": len(frame["text"])},
    )


def clean_of_names(texts: Callable[[Any], Sequence[Values]]) -> Check[Any]:
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


def none_of(**counts: Callable[[Any], int]) -> Check[Any]:
    """Counts of what must not be there at all."""

    def frame(evidence: Any) -> Frame:
        return {name: np.array([count(evidence)]) for name, count in counts.items()}

    return expecting(
        frame,
        *(between(name, at_most=0) for name in counts),
        numbers=lambda found: {name: int(values[0]) for name, values in found.items()},
    )
