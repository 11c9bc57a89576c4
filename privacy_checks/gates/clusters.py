"""The gate of `clusters`: thresholds recomputed from membership, words shared by enough users."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from privacy_checks.gates import columns
from privacy_checks.gates.counting import (
    Codes,
    codes,
    distinct_in_groups,
    joined,
    matrix,
    missing,
    numbers,
    positions,
    repeated,
    upstream,
)
from privacy_checks.gates.judging import Found, Rule, judge_tables
from privacy_checks.gates.protocol import StoredPartition, Verdict
from privacy_checks.gates.rules import (
    accounted,
    holding_personal_data,
    ill_formed_texts,
    malformed_pseudonyms,
    not_unit_length,
    unknown_values,
)
from privacy_checks.gates.terms import is_form_of, users_of_terms
from privacy_checks.policy import PrivacyPolicy

_REASONS = ("below_min_users", "below_min_conversations", "not_named")
#: Least cosine between a stored centroid and the mean of the members' vectors.
_SAME_DIRECTION = 0.999


@dataclass(frozen=True)
class Evidence:
    """The stage's tables and what its inputs say about them.

    `embedded` joins facet and conversation of every vector of the window. For each row of
    `members`: `cluster_of` is its row of `clusters`, `person` the row of `facets` it belongs to
    (-1: none). `sums` adds up the vectors of each row of `clusters`; `odd_vectors` counts inputs
    whose vectors have another dimension than the centroids.
    """

    members: pa.Table
    clusters: pa.Table
    centroids: pa.Table
    terms: pa.Table
    set_aside: pa.Table
    facets: pa.Table
    embedded: pa.Array
    cluster_of: Codes
    person: Codes
    sums: npt.NDArray[np.float64]
    odd_vectors: int


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> tuple[Verdict, ...]:
    """Judge one window of `clusters` by its bytes, its days' facets and their vectors."""
    return judge_tables(partition, policy, columns.CLUSTERS, _gather, RULES)


def _gather(partition: StoredPartition, tables: Mapping[str, pa.Table]) -> Evidence:
    members, clusters = tables["members"], tables["clusters"]
    cluster_of = positions(_cluster_keys(members), _cluster_keys(clusters))
    keys_of_members = joined(members["facet"], members["conversation"]).to_pylist()
    # a dictionary, because the days come one by one and Arrow would hash all members for each
    cluster_of_key = dict(zip(keys_of_members, cluster_of.tolist(), strict=True))
    dimension = tables["centroids"].schema.field("vector").type.list_size
    sums = np.zeros((clusters.num_rows, dimension))
    embedded, odd = [pa.array([], pa.string())], 0
    for source in partition.inputs("embeddings"):  # one day's vectors at a time
        day = source.table("embeddings")
        keys = joined(day["facet"], day["conversation"])
        embedded.append(keys)
        if day.schema.field("vector").type.list_size != dimension:
            odd += day.num_rows > 0
            continue
        groups = np.array([cluster_of_key.get(key, -1) for key in keys.to_pylist()], dtype=np.int64)
        _add(sums, matrix(day["vector"]), groups)
    names = ("conversation", "user", *columns.CLUSTERED_FACETS)
    facets = upstream(partition, "facets", "facets", columns.FACETS["facets"], names)
    return Evidence(
        **tables,
        facets=facets,
        embedded=pa.concat_arrays(embedded),
        cluster_of=cluster_of,
        person=positions(members["conversation"], facets["conversation"]),
        sums=sums,
        odd_vectors=odd,
    )


def accounting(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Every vector of the window is in one cluster or set aside."""
    members, aside = evidence.members, evidence.set_aside
    return accounted(
        evidence.embedded,
        joined(members["facet"], members["conversation"]),
        joined(aside["facet"], aside["conversation"]),
    )


def pseudonyms(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Ids have the form of pseudonyms."""
    return Found(malformed_pseudonyms(evidence.members) + malformed_pseudonyms(evidence.set_aside))


def reasons(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Rows are set aside for a known reason."""
    return Found(unknown_values(evidence.set_aside["reason"], _REASONS))


def users(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """A member's user is that of the conversation: thresholds count users."""
    rows = evidence.facets["user"].take(pa.array(evidence.person, mask=evidence.person < 0))
    ours = joined(evidence.members["conversation"], evidence.members["user"])
    theirs = joined(evidence.members["conversation"], rows).fill_null("")
    return Found(int(np.count_nonzero(positions(ours, theirs) < 0)))


def sizes(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Every cluster is there once, and its size and users are those of its members."""
    clusters = evidence.clusters
    strays = int(np.count_nonzero(evidence.cluster_of < 0))
    conversations, people = _recomputed(evidence)
    wrong_sizes = int(np.count_nonzero(numbers(clusters["size"]) != conversations))
    wrong_users = int(np.count_nonzero(numbers(clusters["users"]) != people))
    return Found(
        strays + repeated(_cluster_keys(clusters)) + wrong_sizes + wrong_users,
        {"clusters": clusters.num_rows, "members_of_no_cluster": strays},
    )


def thresholds(evidence: Evidence, policy: PrivacyPolicy) -> Found:
    """Enough distinct conversations and users stand behind every cluster (paper, 2.3 and D)."""
    conversations, people = _recomputed(evidence)
    few = (conversations < policy.min_conversations) | (people < policy.min_users)
    return Found(
        int(np.count_nonzero(few)),
        {
            "fewest_conversations": int(conversations.min(initial=0x7FFFFFFF)) if len(few) else 0,
            "fewest_users": int(people.min(initial=0x7FFFFFFF)) if len(few) else 0,
            "min_conversations": policy.min_conversations,
            "min_users": policy.min_users,
        },
    )


def texts(evidence: Evidence, policy: PrivacyPolicy) -> Found:
    """Names have at most ten words, descriptions a bounded length (paper, G.5)."""
    return ill_formed_texts(evidence.clusters, policy)


def personal_data(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """No detector finds anything in a name, a description or a word."""
    clusters, terms = evidence.clusters, evidence.terms
    return holding_personal_data(
        clusters["name"], clusters["description"], terms["lemma"], terms["surface"]
    )


def centroids(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Every cluster has one centroid: the direction of the mean of all its members' vectors."""
    keys, clusters = _cluster_keys(evidence.centroids), _cluster_keys(evidence.clusters)
    unmatched = missing(keys, clusters) + missing(clusters, keys) + repeated(keys)
    stored = matrix(evidence.centroids["vector"])
    at = positions(keys, clusters)
    means, stored_known = evidence.sums[at[at >= 0]], stored[at >= 0]
    lengths = np.linalg.norm(means, axis=1)
    towards_nothing = lengths < 1e-6
    cosines = np.einsum("ij,ij->i", means, stored_known) / np.where(towards_nothing, 1, lengths)
    elsewhere = int(np.count_nonzero(~towards_nothing & ~(cosines >= _SAME_DIRECTION)))
    return Found(
        unmatched + not_unit_length(stored) + elsewhere + evidence.odd_vectors,
        {"centroids": len(stored), "not_the_mean": elsewhere},
    )


def terms(evidence: Evidence, policy: PrivacyPolicy) -> Found:
    """Enough distinct users of the cluster wrote every word, by a count of their facet texts.

    The form that is shown of a word is a form of that word.
    """
    found = evidence.terms
    if not found.num_rows:
        return Found(0, {"terms": 0})
    strays = missing(_cluster_keys(found), _cluster_keys(evidence.clusters))
    again = repeated(joined(found["facet"], found["cluster"], found["lemma"]))
    people = users_of_terms(
        found, evidence.members, evidence.facets, evidence.person, columns.CLUSTERED_FACETS
    )
    pairs = set(zip(found["lemma"].to_pylist(), found["surface"].to_pylist(), strict=True))
    foreign = sum(not is_form_of(surface, lemma) for lemma, surface in pairs)
    few = int(np.count_nonzero(people < policy.min_vocabulary_users))
    wrong = int(np.count_nonzero(people != numbers(found["users"])))
    return Found(
        strays + again + few + wrong + foreign,
        {
            "terms": found.num_rows,
            "below_min_users": few,
            "wrong_users": wrong,
            "other_words": foreign,
        },
    )


RULES: dict[str, Rule[Evidence]] = {
    "accounting": accounting,
    "pseudonyms": pseudonyms,
    "reasons": reasons,
    "users": users,
    "sizes": sizes,
    "thresholds": thresholds,
    "texts": texts,
    "personal_data": personal_data,
    "centroids": centroids,
    "terms": terms,
}


def _cluster_keys(table: pa.Table) -> pa.Array:
    return joined(table["facet"], table["cluster"])


def _recomputed(evidence: Evidence) -> tuple[Codes, Codes]:
    """Distinct conversations and distinct users of each cluster, from its members."""
    count = evidence.clusters.num_rows
    conversations, people = (
        distinct_in_groups(evidence.cluster_of, codes(evidence.members[name])[0], count)
        for name in ("conversation", "user")
    )
    return conversations, people


def _add(sums: npt.NDArray[np.float64], vectors: npt.NDArray[np.float32], groups: Codes) -> None:
    """Add each vector to the row of its group; vectors of group -1 to none."""
    rows = np.flatnonzero(groups >= 0)
    if len(rows):
        order = rows[np.argsort(groups[rows], kind="stable")]
        present, starts = np.unique(groups[order], return_index=True)
        sums[present] += np.add.reduceat(vectors[order], starts, axis=0)
