"""The gate of `clusters`: thresholds recomputed from membership, words shared by enough users."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.expectations.expected import (
    Expected,
    between,
    enough_users,
    one_of,
    unique,
)
from privacy_checks.expectations.frames import Frame
from privacy_checks.language.capitals import capitalised_words
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.counting import (
    Codes,
    ColumnValues,
    alike,
    codes,
    distinct_in_groups,
    indices_in,
    joined,
    matrix,
    on_map,
    rows_within,
    sizes_of_groups,
    upstream,
)
from privacy_checks.recount.mapped import (
    bridged_vectors,
    facets_in_other_languages,
    maps_of,
)
from privacy_checks.recount.terms import lemmas_of, users_of_terms
from privacy_checks.rules.judging import Rule, all_of, expecting, judge_tables, none_of, suite_of
from privacy_checks.rules.shared import (
    WELL_NAMED,
    accounted,
    clean_of_personal_data,
    conversations_are_pseudonyms,
    distinct,
    lengths_of,
    named_frame,
    places,
    unit_length,
    users_are_pseudonyms,
)
from privacy_checks.stored import columns
from privacy_checks.stored.protocol import StoredPartition, Verdict

_REASONS = ("below_min_users", "below_min_conversations", "not_named", "unsupported_vocabulary")
#: Least cosine between a stored centroid and the mean of the members' vectors.
_SAME_DIRECTION = 0.999
#: How far a stored coherence may be from the recounted one.
_SAME_COHERENCE = 0.001


@dataclass(frozen=True)
class ClustersEvidence:
    """The stage's tables and what its inputs say about them.

    `clustered` are the declared facets that are grouped. `embedded` joins facet and conversation of
    every vector of the window. For each row of `members`: `cluster_of` is its row of `clusters`,
    `person` the row of `facets` it belongs to (-1: none). For each row of `clusters`:
    `conversations` and `people` are its distinct conversations and users by its members, `sums`
    adds up their vectors, those in other languages mapped by the stored bridge. `odd_vectors`
    counts inputs whose vectors do not fit the centroids or the bridge, `odd_maps` facets whose map
    is not whole or maps nothing.
    """

    members: pa.Table
    clusters: pa.Table
    centroids: pa.Table
    terms: pa.Table
    bridge: pa.Table
    set_aside: pa.Table
    facets: pa.Table
    clustered: tuple[str, ...]
    embedded: pa.Array
    cluster_of: Codes
    person: Codes
    conversations: Codes
    people: Codes
    sums: npt.NDArray[np.float64]
    odd_vectors: int
    odd_maps: int


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> tuple[Verdict, ...]:
    """Judge one window of `clusters` by its bytes, its days' facets and their vectors."""
    return judge_tables(partition, policy, columns.CLUSTERS, _gather, RULES)


def _gather(partition: StoredPartition, tables: Mapping[str, pa.Table]) -> ClustersEvidence:
    members, clusters = tables["members"], tables["clusters"]
    cluster_of = indices_in(_cluster_keys(members), _cluster_keys(clusters))
    keys_of_members = joined(members["facet"], members["conversation"]).to_pylist()
    # a dictionary, because the days come one by one and Arrow would hash all members for each
    cluster_of_key = dict(zip(keys_of_members, cluster_of.tolist(), strict=True))
    dimension = tables["centroids"].schema.field("vector").type.list_size
    sums = np.zeros((clusters.num_rows, dimension))
    embedded, odd = [pa.array([], pa.string())], 0
    maps, bridged = maps_of(tables["bridge"]), set()
    within, clustered = on_map(partition), partition.declared.clustered
    for source in partition.inputs("embeddings"):  # one day's vectors at a time
        day = rows_within(source.table("embeddings"), within)
        if within is not None:
            day = day.filter(pc.is_in(day["facet"], value_set=pa.array(clustered, pa.string())))
        keys = joined(day["facet"], day["conversation"])
        embedded.append(keys)
        if day.schema.field("vector").type.list_size != dimension:
            odd += day.num_rows > 0
            continue
        groups = np.array([cluster_of_key.get(key, -1) for key in keys.to_pylist()], dtype=np.int64)
        multilingual = rows_within(source.table("multilingual"), within)
        bridged.update(facets_in_other_languages(multilingual))
        vectors, unmapped = bridged_vectors(day, multilingual, maps)
        odd += unmapped > 0
        _add(sums, vectors, groups)
    allowed, read = columns.facets(partition.declared), ("conversation", "user", *clustered)
    facets = upstream(partition, "facets", "facets", allowed, read)
    conversations, people = (
        distinct_in_groups(cluster_of, codes(members[name])[0], clusters.num_rows)
        for name in ("conversation", "user")
    )
    return ClustersEvidence(
        **tables,
        facets=facets,
        clustered=clustered,
        embedded=pa.concat_arrays(embedded),
        cluster_of=cluster_of,
        person=indices_in(members["conversation"], facets["conversation"]),
        conversations=conversations,
        people=people,
        sums=sums,
        odd_vectors=odd,
        odd_maps=len(set(tables["bridge"]["facet"].to_pylist()) - (bridged & maps.keys())),
    )


def _places(evidence: ClustersEvidence) -> Frame:
    members, aside = evidence.members, evidence.set_aside
    return places(
        evidence.embedded,
        joined(members["facet"], members["conversation"]),
        joined(aside["facet"], aside["conversation"]),
    )


def _users(evidence: ClustersEvidence) -> Frame:
    """Each member's user, and the user of its conversation."""
    user_of = evidence.facets["user"].take(pa.array(evidence.person, mask=evidence.person < 0))
    ours, theirs = alike(evidence.members["user"], user_of)
    return {"user": ours, "user_of_conversation": theirs}


def _sizes(evidence: ClustersEvidence) -> Frame:
    """What is stored of each cluster, and what its members say."""
    return {
        "cluster": codes(_cluster_keys(evidence.clusters))[0],
        "size": evidence.clusters["size"],
        "users": evidence.clusters["users"],
        **_recounted(evidence),
    }


def _recounted(evidence: ClustersEvidence) -> Frame:
    return {"conversations_counted": evidence.conversations, "users_counted": evidence.people}


def _members(evidence: ClustersEvidence) -> Frame:
    """Cluster and user of each member of a cluster."""
    kept = evidence.cluster_of >= 0
    return {
        "cluster": evidence.cluster_of[kept],
        "user": codes(evidence.members["user"])[0][kept],
    }


def _fewest(frame: Frame) -> dict[str, int]:
    return {
        f"fewest_{name}": int(min(frame[f"{name}_counted"], default=0))
        for name in ("conversations", "users")
    }


def _centroid_places(evidence: ClustersEvidence) -> Frame:
    nothing = pa.array([], pa.string())
    return places(
        pc.unique(_cluster_keys(evidence.clusters)), _cluster_keys(evidence.centroids), nothing
    )


def _centroids(evidence: ClustersEvidence) -> Frame:
    """Length of each centroid, its cosine with the mean of its members' vectors, and how far the
    stored coherence is from the mean of the members' cosines with it.

    Vectors that add up to nothing have no direction; any centroid will do then.
    """
    stored = matrix(evidence.centroids["vector"])
    at = indices_in(_cluster_keys(evidence.centroids), _cluster_keys(evidence.clusters))
    cosines, apart = np.ones(len(stored)), np.zeros(len(stored))
    known = at[at >= 0]
    means = evidence.sums[known]
    lengths = np.linalg.norm(means, axis=1)
    towards = np.einsum("ij,ij->i", means, stored[at >= 0])
    cosines[at >= 0] = np.where(lengths < 1e-6, 1, towards / np.maximum(lengths, 1e-6))
    coherence = (
        towards / np.maximum(sizes_of_groups(evidence.cluster_of, len(evidence.sums)), 1)[known]
    )
    said = evidence.clusters["coherence"].to_numpy()[known]
    apart[at >= 0] = np.abs(np.clip(coherence, 0, 1) - said)
    return {"length": lengths_of(stored), "cosine": cosines, "coherence_apart": apart}


def _terms(evidence: ClustersEvidence) -> Frame:
    """Each word's cluster, its users by a count of the cluster's texts, and what it is shown as."""
    found = evidence.terms
    people = users_of_terms(
        found, evidence.members, evidence.facets, evidence.person, evidence.clustered
    )
    return {
        "term": codes(joined(found["facet"], found["cluster"], found["lemma"]))[0],
        "cluster": indices_in(_cluster_keys(found), _cluster_keys(evidence.clusters)),
        "users": found["users"],
        "users_counted": people,
        "lemma": found["lemma"],
        "lemma_of_surface": lemmas_of(found["surface"], found["lemma"]),
        "lost_capital": _lost_capitals(evidence),
    }


def _lost_capitals(evidence: ClustersEvidence) -> npt.NDArray[np.int64]:
    """1 for each word that is shown small though people write it with a capital: maybe a name."""
    lost = np.zeros(evidence.terms.num_rows, dtype=np.int64)
    users = evidence.facets["user"].to_pylist()
    for facet in evidence.clustered:
        capitalised = capitalised_words(evidence.facets[facet].to_pylist(), users)
        mine = np.asarray(pc.equal(evidence.terms["facet"], facet).to_numpy(), dtype=bool)
        shown = pc.is_in(
            evidence.terms["surface"], value_set=pa.array(sorted(capitalised), pa.string())
        )
        lost[mine & np.asarray(shown.to_numpy(), dtype=bool)] = 1
    return lost


def _named(evidence: ClustersEvidence) -> Frame:
    return named_frame(evidence.clusters)


def _texts(evidence: ClustersEvidence) -> list[pa.ChunkedArray]:
    return [
        *(evidence.clusters[name] for name in ("name", "description")),
        *(evidence.terms[name] for name in ("lemma", "surface")),
    ]


def _ids(evidence: ClustersEvidence) -> ColumnValues:
    return evidence.members["conversation"]


def _ids_set_aside(evidence: ClustersEvidence) -> ColumnValues:
    return evidence.set_aside["conversation"]


def _user_ids(evidence: ClustersEvidence) -> ColumnValues:
    return evidence.members["user"]


def _reasons(evidence: ClustersEvidence) -> ColumnValues:
    return evidence.set_aside["reason"]


def _in_no_cluster(evidence: ClustersEvidence) -> int:
    return int(np.count_nonzero(evidence.cluster_of < 0))


def _odd_vectors(evidence: ClustersEvidence) -> int:
    return evidence.odd_vectors


def _odd_maps(evidence: ClustersEvidence) -> int:
    return evidence.odd_maps


RULES: dict[str, Rule[ClustersEvidence]] = {
    # Every vector of the window is in one cluster or set aside.
    "accounting": accounted(_places),
    "pseudonyms": all_of(
        conversations_are_pseudonyms(_ids, _ids_set_aside), users_are_pseudonyms(_user_ids)
    ),
    "reasons": expecting(distinct("reason", _reasons), one_of("reason", _REASONS)),
    # A member's user is that of the conversation: thresholds count users.
    "users": expecting(_users, same=[("user", "user_of_conversation")]),
    # Every cluster is there once, and its size and users are those of its members.
    "sizes": all_of(
        expecting(
            _sizes,
            unique("cluster"),
            same=[("size", "conversations_counted"), ("users", "users_counted")],
            numbers=lambda frame: {"clusters": len(frame["cluster"])},
        ),
        none_of(members_of_no_cluster=_in_no_cluster),
    ),
    # Enough distinct conversations and users stand behind every cluster (paper, 2.3 and D).
    "thresholds": all_of(
        expecting(
            _recounted,
            lambda policy: between("conversations_counted", at_least=policy.min_conversations),
            lambda policy: between("users_counted", at_least=policy.min_users),
            numbers=_fewest,
        ),
        # and once more from the rows themselves
        expecting(_members, lambda policy: enough_users("cluster", "user", policy.min_users)),
    ),
    "texts": expecting(_named, *WELL_NAMED),
    "personal_data": clean_of_personal_data(_texts),
    # Every cluster has one centroid: the direction of the mean of all its members' vectors; its
    # coherence is how near to it they lie.
    "centroids": all_of(
        accounted(_centroid_places),
        expecting(
            _centroids,
            unit_length("length"),
            between("cosine", at_least=_SAME_DIRECTION),
            between("coherence_apart", at_most=_SAME_COHERENCE),
        ),
        none_of(vectors_of_another_dimension=_odd_vectors, maps_not_whole=_odd_maps),
    ),
    # Enough distinct users of the cluster wrote every word, and it is shown in a form of its own,
    # with a capital where people write it so.
    "terms": expecting(
        _terms,
        unique("term"),
        between("cluster", at_least=0),
        lambda policy: between("users_counted", at_least=policy.min_vocabulary_users),
        between("lost_capital", at_most=0),
        same=[("users", "users_counted"), ("lemma", "lemma_of_surface")],
        numbers=lambda frame: {"terms": len(frame["term"])},
    ),
}


def suite(policy: PrivacyPolicy) -> Mapping[str, tuple[Expected, ...]]:
    """What the gate expects, check by check."""
    return suite_of(columns.CLUSTERS, RULES, policy)


def _cluster_keys(table: pa.Table) -> pa.Array:
    return joined(table["facet"], table["cluster"])


def _add(sums: npt.NDArray[np.float64], vectors: npt.NDArray[np.float32], groups: Codes) -> None:
    """Add each vector to the row of its group; vectors of group -1 to none."""
    rows = np.flatnonzero(groups >= 0)
    if len(rows):
        order = rows[np.argsort(groups[rows], kind="stable")]
        present, starts = np.unique(groups[order], return_index=True)
        sums[present] += np.add.reduceat(vectors[order], starts, axis=0)
