"""The words of many texts at once: what `content_lemmas` finds, over columns.

A word's lemmas do not depend on where it stands, so each distinct word is looked up once. Texts
beyond ASCII are read one by one.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.ground.parallel import side_by_side
from privacy_checks.language.lemmas import content_lemmas, lemmas
from privacy_checks.recount.counting import Codes, ColumnValues, codes, whole

_AT_ONCE = 50_000
#: What masking leaves, hyphens and apostrophes that join nothing, and what stands between words.
_PLACEHOLDER = r"\[[A-Za-z][A-Za-z0-9_ .:-]{0,80}\]"
_JOINS_NOTHING = r"['\-]{2,}"
_BETWEEN = r"[^a-z0-9'\-]+"
_AROUND = "'-"


def words_held(texts: ColumnValues, wanted: Mapping[str, int]) -> tuple[Codes, Codes]:
    """Rows of the texts and numbers of the wanted lemmas that they hold; pairs may repeat.

    >>> texts = pa.array(["Baking bread", "naïve trees", "bread for trees"])
    >>> row, word = words_held(texts, {"bread": 0, "tree": 1})
    >>> sorted(zip(row.tolist(), word.tolist()))
    [(0, 0), (1, 1), (2, 0), (2, 1)]
    """
    column = whole(texts)

    def read(start: int) -> list[tuple[Codes, Codes]]:
        some = column.slice(start, _AT_ONCE)
        plain = np.asarray(pc.string_is_ascii(some).to_numpy(zero_copy_only=False), dtype=bool)
        found = []
        for held, mask in ((_of_plain, plain), (_of_others, ~plain)):
            at = np.flatnonzero(mask)
            if len(at):
                row, word = held(some.take(pa.array(at)), wanted)
                found.append((start + at[row], word))
        return found

    nothing = np.empty(0, np.int64)
    parts = [(nothing, nothing)]
    for found in side_by_side(read, range(0, len(column), _AT_ONCE)):
        parts += found
    return np.concatenate([row for row, _ in parts]), np.concatenate([word for _, word in parts])


def _of_plain(texts: pa.Array, wanted: Mapping[str, int]) -> tuple[Codes, Codes]:
    unmasked = pc.replace_substring_regex(texts, _PLACEHOLDER, " ")
    apart = pc.replace_substring_regex(pc.ascii_lower(unmasked), _JOINS_NOTHING, " ")
    found = pc.split_pattern_regex(apart, _BETWEEN)
    row = np.asarray(pc.list_parent_indices(found).to_numpy(), dtype=np.int64)
    token_of, tokens = codes(pc.ascii_trim(found.flatten(), _AROUND))
    return _spread(row, token_of, [lemmas(token) for token in tokens.to_pylist()], wanted)


def _of_others(texts: pa.Array, wanted: Mapping[str, int]) -> tuple[Codes, Codes]:
    held = [content_lemmas(text) for text in texts.to_pylist()]
    every = np.arange(len(held))
    return _spread(every, every, held, wanted)


def _spread(
    row: Codes, item: Codes, held: Sequence[Sequence[str]], wanted: Mapping[str, int]
) -> tuple[Codes, Codes]:
    """Row and word of each wanted lemma that the item in a row holds.

    Rows 0, 0 and 4 hold items 1, 0 and 1; item 1 holds two lemmas, of which one is wanted twice:

    >>> held = [["tree"], ["bake", "bread"]]
    >>> row, word = _spread(np.array([0, 0, 4]), np.array([1, 0, 1]), held, {"bread": 9, "tree": 8})
    >>> row.tolist(), word.tolist()
    ([0, 0, 4], [9, 8, 9])
    """
    numbers = [[wanted[lemma] for lemma in found if lemma in wanted] for found in held]
    lengths = np.fromiter(map(len, numbers), np.int64, len(numbers))
    flat = np.fromiter((word for found in numbers for word in found), np.int64, lengths.sum())
    starts = np.cumsum(lengths) - lengths
    times = lengths[item]
    again = np.repeat(np.arange(len(row)), times)
    within = np.arange(len(again)) - np.repeat(np.cumsum(times) - times, times)
    return row[again], flat[starts[item[again]] + within]
