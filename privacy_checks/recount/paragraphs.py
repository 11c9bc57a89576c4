"""Personal data in many transcripts at once: only paragraphs that can hold some are looked at.

What a detector needs before it can find anything (its trigger) is looked for over whole columns;
what is left goes to the detectors one by one.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.detectors import Registry, Trigger
from privacy_checks.ground.parallel import in_pieces
from privacy_checks.language.pieces import personal_pieces
from privacy_checks.recount.counting import Codes, ColumnValues, whole

_AT_ONCE = 50_000
#: Marks of a transcript; nobody can write them, because `<` is escaped in what was said.
_MARK = r'</?(?:system|user|assistant|tool)>|<omitted characters="[0-9]+"/>'
_BLANK_LINE = r"\n[ \t\r]*\n"


def pieces_by_row(transcripts: ColumnValues, registry: Registry) -> dict[int, frozenset[str]]:
    """`personal_pieces` of every transcript that has some, by its row; null has none."""
    column = whole(transcripts)
    found: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
    for start in range(0, len(column), _AT_ONCE):
        said = pc.replace_substring_regex(column.slice(start, _AT_ONCE), _MARK, "\n\n")
        parts = pc.split_pattern_regex(said.fill_null(""), _BLANK_LINE)
        paragraphs = parts.flatten()
        rows: Codes = np.asarray(pc.list_parent_indices(parts).to_numpy(), dtype=np.int64)
        worth = np.flatnonzero(in_pieces(partial(_may_hold, registry), paragraphs))
        texts = paragraphs.take(pa.array(worth)).to_pylist()
        for row, text in zip((start + rows[worth]).tolist(), texts, strict=True):
            pieces = personal_pieces(text, registry)
            if pieces:
                found[row] |= pieces
    return dict(found)


def may_hold(registry: Registry, texts: pa.Array) -> np.ndarray:
    """Whether any detector's trigger holds in a text; always where characters have other forms."""
    said = pc.ascii_lower(texts)
    digits = pc.count_substring_regex(said, "[0-9]")
    may = pc.or_(pc.invert(pc.string_is_ascii(said)), pc.match_substring(said, "\0"))
    for fewest, needed in _by_digits([d.trigger for d in registry.detectors]).items():
        holds = pc.greater_equal(digits, fewest)
        if needed:
            holds = pc.and_(holds, pc.match_substring_regex(said, needed))
        may = pc.or_(may, holds)
    return np.asarray(may.to_numpy(zero_copy_only=False), dtype=bool)


def _may_hold(registry: Registry, paragraphs: pa.Array) -> np.ndarray:
    """`may_hold` of what was said: transcripts escape two characters."""
    said = pc.replace_substring(paragraphs, "&lt;", "<")
    return may_hold(registry, pc.replace_substring(said, "&amp;", "&"))


def _by_digits(triggers: Sequence[Trigger]) -> dict[int, str]:
    """Digits that are needed -> one pattern of what else is, empty where nothing else is."""
    needed: defaultdict[int, list[str]] = defaultdict(list)
    free = {trigger.min_digits for trigger in triggers if not trigger.any_of}
    for trigger in triggers:
        needed[trigger.min_digits] += map(re.escape, filter(str.isascii, trigger.any_of))
    return {fewest: "" if fewest in free else "|".join(some) for fewest, some in needed.items()}
