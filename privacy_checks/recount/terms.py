"""How many users of a cluster wrote a word, counted again from their facet texts."""

from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.language.lemmas import content_lemmas, replace_bracketed
from privacy_checks.recount.counting import (
    Codes,
    ColumnValues,
    codes,
    distinct_in_groups,
    distinct_sorted,
    indices_in,
    joined,
    numbers,
    numbers_in_ranges,
)


def users_of_terms(
    terms: pa.Table,
    members: pa.Table,
    facets: pa.Table,
    person: Codes,
    clustered_facets: Collection[str],
) -> Codes:
    """Number of distinct users of each term's cluster whose text of its facet holds the lemma.

    `person` is the row of `facets` behind each row of `members`, -1 where there is none. Facet
    texts are read as users: who wrote a text is the user of its row in `facets`.

    Two users of cluster 0 baked, one of them twice; nobody of cluster 1 did:

    >>> members = pa.table({"facet": ["request"] * 4, "cluster": [0, 0, 0, 1]})
    >>> facets = pa.table({
    ...     "user": ["u1", "u1", "u2", "u3"],
    ...     "request": ["bake bread", "Bakes rolls", "bake it", "plant trees"],
    ... })
    >>> terms = pa.table({
    ...     "facet": ["request"] * 3, "cluster": [0, 1, 1], "lemma": ["bake", "bake", "tree"],
    ... })
    >>> users_of_terms(terms, members, facets, np.arange(4), ["request"]).tolist()
    [2, 0, 1]
    """
    users, _ = codes(facets["user"])
    people = np.zeros(terms.num_rows, dtype=np.int64)
    for facet in clustered_facets:
        rows = np.flatnonzero((_is(members, facet)) & (person >= 0))
        wanted = np.flatnonzero(_is(terms, facet))
        if len(rows) and len(wanted):
            some = terms.take(pa.array(wanted))
            text_of_row, texts = codes(facets[facet].take(pa.array(person[rows])))
            clusters = joined(members["cluster"].take(pa.array(rows)))
            people[wanted] = _count(some, clusters, text_of_row, texts, users[person[rows]])
    return people


def lemmas_of(surfaces: ColumnValues, lemmas: ColumnValues) -> pa.Array:
    """The lemma that each displayed form is a form of; empty where it is not one word.

    A form that is the lemma itself, in the second column, is a form of it.
    """
    pairs = list(zip(surfaces.to_pylist(), lemmas.to_pylist(), strict=True))
    lemma_of = {pair: pair[1] if pair[0] == pair[1] else _lemma_of(pair[0]) for pair in set(pairs)}
    return pa.array([lemma_of[pair] for pair in pairs], pa.string())


def _lemma_of(surface: str) -> str:
    found = content_lemmas(surface)
    return found[0] if len(found) == 1 else ""


def _count(
    terms: pa.Table, clusters: pa.Array, text_of_row: Codes, texts: pa.Array, users: Codes
) -> Codes:
    """`users_of_terms` within one facet; the last four say cluster, text and user of each row."""
    lemma_of_term, lemmas = codes(terms["lemma"])
    width = len(lemmas)
    flat, lengths = _lemmas_in(texts, lemmas)
    starts = np.cumsum(lengths) - lengths
    # one entry for each row and lemma of its text
    row = np.repeat(np.arange(len(text_of_row)), lengths[text_of_row])
    lemma = flat[numbers_in_ranges(starts[text_of_row], lengths[text_of_row])]
    cluster_of_term, cluster_names = codes(joined(terms["cluster"]))
    cluster = indices_in(clusters, cluster_names)
    keys = cluster_of_term * width + lemma_of_term
    order = np.argsort(keys, kind="stable")
    key = cluster[row] * width + lemma
    at = np.minimum(np.searchsorted(keys[order], key), len(keys) - 1)
    term = np.where((cluster[row] >= 0) & (keys[order][at] == key), order[at], -1)
    return distinct_in_groups(term, users[row], terms.num_rows)


def _lemmas_in(texts: pa.Array, lemmas: pa.Array) -> tuple[Codes, Codes]:
    """Which of some lemmas each text holds: their numbers, text after text, and how many.

    >>> texts, lemmas = pa.array(["baked bread", "trees", "bread"]), pa.array(["bread", "bake"])
    >>> held, how_many = _lemmas_in(texts, lemmas)
    >>> held.tolist(), how_many.tolist()
    ([0, 1, 0], [2, 0, 1])

    No word goes across a blank, so each distinct piece between blanks is read once. What masking
    leaves in a text may hold blanks and is taken out before.
    """
    masked = pc.match_substring(texts, "[")
    if pc.any(masked).as_py():
        plain = [replace_bracketed(text) for text in texts.filter(masked).to_pylist()]
        texts = pc.replace_with_mask(texts, masked, pa.array(plain, pa.string()))
    pieces = pc.utf8_split_whitespace(texts)
    piece, distinct = codes(pieces.flatten())
    number = {lemma: at for at, lemma in enumerate(lemmas.to_pylist())}
    found = [
        sorted({number[lemma] for lemma in content_lemmas(text) if lemma in number})
        for text in distinct.to_pylist()
    ]
    per_piece = np.fromiter(map(len, found), np.int64, len(found))
    flat = np.fromiter((lemma for one in found for lemma in one), np.int64, int(per_piece.sum()))
    starts = np.cumsum(per_piece) - per_piece
    text = np.repeat(np.arange(len(texts)), numbers(pc.list_value_length(pieces)))
    times = per_piece[piece]
    lemma = flat[numbers_in_ranges(starts[piece], times)]
    width = max(1, len(number))
    pairs = distinct_sorted(np.repeat(text, times) * width + lemma)
    return pairs % width, np.bincount(pairs // width, minlength=len(texts)).astype(np.int64)


def _is(table: pa.Table, facet: str) -> np.ndarray:
    return np.asarray(pc.equal(table["facet"], facet).to_numpy(), dtype=bool)
