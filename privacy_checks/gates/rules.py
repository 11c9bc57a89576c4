"""Rules that several gates share, one idea a function. Each counts what breaks it."""

from collections.abc import Collection, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.detectors import has_hit
from privacy_checks.gates.counting import Values, missing, repeated, whole
from privacy_checks.gates.judging import Found
from privacy_checks.policy import PrivacyPolicy

_CONVERSATION = "^c_[0-9a-f]{32}$"
_USER = "^u_[0-9a-f]{32}$"
#: A pseudonym anywhere in a text, in either case.
_ANY_PSEUDONYM = "(?i)[uc]_[0-9a-f]{32}"
#: Paper, G.5.
_WORDS_OF_A_NAME = 10
_UNIT_LENGTH = 1e-3


def malformed_pseudonyms(table: pa.Table) -> int:
    """Ids in the columns `conversation` and `user` that are no pseudonyms."""
    wrong = 0
    for name, pattern in (("conversation", _CONVERSATION), ("user", _USER)):
        if name in table.column_names:
            wrong += _count(pc.invert(pc.match_substring_regex(table[name], pattern)))
    return wrong


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


def accounted(rows_in: Values, kept: Values, set_aside: Values) -> Found:
    """in = out + set aside: every key in exactly one of both, once, and no key besides.

    `rows_in` has distinct keys.
    """
    out = pa.concat_arrays([whole(kept), whole(set_aside)])
    twice = repeated(out)
    lost, invented = missing(rows_in, out), missing(out, rows_in)
    return Found(
        twice + lost + invented + repeated(rows_in),
        {
            "rows_in": len(rows_in),
            "rows_kept": len(kept),
            "rows_set_aside": len(set_aside),
            "twice": twice,
            "lost": lost,
            "invented": invented,
        },
    )


def holding_personal_data(*columns: Values) -> Found:
    """Distinct texts in which a detector finds something."""
    texts = {text for column in columns for text in pc.unique(whole(column)).to_pylist() if text}
    hits = sum(map(has_hit, texts))
    return Found(hits, {"texts": len(texts)})


def ill_formed_texts(table: pa.Table, policy: PrivacyPolicy) -> Found:
    """Names that are empty or of more than ten words, and descriptions that are empty or long."""
    names = table["name"].to_pylist()
    descriptions = table["description"].to_pylist()
    wrong_names = sum(not 1 <= len(name.split()) <= _WORDS_OF_A_NAME for name in names)
    longest = policy.max_facet_characters
    wrong_names += sum(len(name) > longest for name in names)
    wrong = sum(not text.strip() or len(text) > longest for text in descriptions)
    return Found(wrong_names + wrong, {"names": wrong_names, "descriptions": wrong})


def not_unit_length(vectors: np.ndarray) -> int:
    """Rows that are not finite or not of length 1."""
    if not len(vectors):
        return 0
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    return int(np.count_nonzero(~(np.abs(lengths - 1) <= _UNIT_LENGTH)))


def _count(mask: Values) -> int:
    return int(pc.sum(mask).as_py() or 0)
