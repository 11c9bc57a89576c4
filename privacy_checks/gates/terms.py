"""How many users of a cluster wrote a word, counted again from their facet texts."""

from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.detectors.vocabulary import content_lemmas
from privacy_checks.gates.counting import Codes, codes, distinct_in_groups, joined, positions


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
            people[wanted] = _count(
                some, clusters, text_of_row, texts.to_pylist(), users[person[rows]]
            )
    return people


def is_form_of(surface: str, lemma: str) -> bool:
    """Whether a displayed form is the lemma, or one word with that lemma."""
    return surface == lemma or content_lemmas(surface) == [lemma]


def _count(
    terms: pa.Table, clusters: pa.Array, text_of_row: Codes, texts: list[str], users: Codes
) -> Codes:
    """`users_of_terms` within one facet; the last four say cluster, text and user of each row."""
    lemma_of_term, lemmas = codes(terms["lemma"])
    number = {lemma: at for at, lemma in enumerate(lemmas.to_pylist())}
    found = [
        sorted({number[lemma] for lemma in content_lemmas(text) if lemma in number})
        for text in texts
    ]
    lengths = np.fromiter(map(len, found), np.int64, len(found))
    flat = np.fromiter((lemma for one in found for lemma in one), np.int64, int(lengths.sum()))
    starts = np.cumsum(lengths) - lengths
    # one entry for each row and lemma of its text
    per_row = lengths[text_of_row]
    row = np.repeat(np.arange(len(text_of_row)), per_row)
    within = np.arange(len(row)) - np.repeat(np.cumsum(per_row) - per_row, per_row)
    lemma = flat[starts[text_of_row[row]] + within]
    cluster_of_term, cluster_names = codes(joined(terms["cluster"]))
    cluster = positions(clusters, cluster_names)
    width = len(number)
    keys = cluster_of_term * width + lemma_of_term
    order = np.argsort(keys, kind="stable")
    key = cluster[row] * width + lemma
    at = np.minimum(np.searchsorted(keys[order], key), len(keys) - 1)
    term = np.where((cluster[row] >= 0) & (keys[order][at] == key), order[at], -1)
    return distinct_in_groups(term, users[row], terms.num_rows)


def _is(table: pa.Table, facet: str) -> np.ndarray:
    return np.asarray(pc.equal(table["facet"], facet).to_numpy(), dtype=bool)
