"""Frames and rules that several gates share, one idea a function.

Frames are what expectations run on; a gate's table of rules says which. The functions that return
`Found` are whole rules, for gates that call them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
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
from privacy_checks.gates.counting import Values, missing, whole
from privacy_checks.gates.judging import Check, Expecting, Found, expecting, validated
from privacy_checks.policy import PrivacyPolicy

#: A pseudonym anywhere in a text, in either case.
_ANY_PSEUDONYM = "(?i)[uc]_[0-9a-f]{32}"
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


def pseudonyms_anywhere(tables: Mapping[str, pa.Table]) -> Found:
    """Texts of any column, and columns, that are or hold a pseudonym."""
    columns = sum(
        name in ("conversation", "user") for t in tables.values() for name in t.column_names
    )
    texts = 0
    for table in tables.values():
        for values in table.columns:
            if pa.types.is_string(values.type):
                texts += _count(pc.match_substring_regex(pc.unique(values), _ANY_PSEUDONYM))
    return Found(columns + texts, {"columns": columns, "texts": texts})


def unknown_values(values: Values, known: Collection[str]) -> int:
    """Rows whose value is not one of the known ones."""
    return missing(values, pa.array(sorted(known), pa.string()))


def holding_personal_data(*columns: Values, policy: PrivacyPolicy | None = None) -> Found:
    """Distinct texts in which a detector finds something; all detectors without a policy."""
    frame = texts_frame(*columns)
    found = validated(frame, no_personal_data("text", policy or PrivacyPolicy()))
    return Found(found.violations, {**found.numbers, "texts": len(frame["text"])})


def ill_formed_texts(table: pa.Table, policy: PrivacyPolicy) -> Found:
    """Names that are empty or of more than ten words, and descriptions that are empty or long."""
    expected = [each if isinstance(each, Expected) else each(policy) for each in WELL_NAMED]
    return validated(named_frame(table), *expected)


def _count(mask: Values) -> int:
    return int(pc.sum(mask).as_py() or 0)
