"""Build a window's base clusters: group, drop what is too small, name (paper, B.2 and G.5)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.analyst.protocol import Analyst
from clio_assets.clusters.bridge import bridge_vectors
from clio_assets.clusters.group import cluster_vectors
from clio_assets.clusters.name import Group, Places, clusters_to_name, name_clusters
from clio_assets.clusters.schema import (
    CLUSTERS,
    CLUSTERS_SET_ASIDE,
    MEMBERS,
    TERMS,
    bridge_schema,
    centroids_schema,
)
from clio_assets.clusters.source_space import source_places
from clio_assets.clusters.thresholds import below_thresholds, distinct_per_cluster
from clio_assets.domain.clusters import ClusterText, Term
from clio_assets.domain.facets import FacetDefinition
from clio_assets.embeddings.schema import ENGLISH, MULTILINGUAL
from clio_assets.errors import LakeError
from clio_assets.ground.types import Indices, Vector
from clio_assets.ground.vectors import coherence, from_column, mean_direction, to_column
from clio_assets.home.settings import ClusterSettings
from privacy_checks.language.capitals import capitalised_words
from privacy_checks.policy.model import PrivacyPolicy


@dataclass(frozen=True)
class ClusterRules:
    """What the result depends on besides data and analyst."""

    definitions: Sequence[FacetDefinition]
    settings: ClusterSettings
    policy: PrivacyPolicy
    seed: int
    lines: frozenset[str] = frozenset()
    shipped_map: npt.NDArray[np.float64] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class DayTables:
    """What the window's days hold: FACETS, embeddings and multilingual tables, day after day.

    `source_vectors` are those of the facet that the source's own vectors group, if there is one.
    """

    facets: pa.Table
    embeddings: pa.Table
    multilingual: pa.Table = field(default_factory=MULTILINGUAL.empty_table)
    source_vectors: pa.Table | None = None


@dataclass(frozen=True)
class ClusterTables:
    """The stage's output: every embedded facet is a row of `members` or of `set_aside`.

    `counts` say how many clusters were not named with the analyst's first text: `renamed`,
    `named_plainly`, `unsupported_vocabulary` (see `Settled`).
    """

    members: pa.Table
    clusters: pa.Table
    centroids: pa.Table
    terms: pa.Table
    bridge: pa.Table
    set_aside: pa.Table
    counts: Mapping[str, int] = field(default_factory=dict)

    def by_name(self) -> dict[str, pa.Table]:
        """Table name -> table."""
        return {name: value for name, value in vars(self).items() if name != "counts"}


@dataclass(frozen=True)
class _Rows:
    """A facet's rows of the window, in the order of the embeddings.

    `vectors` are of their texts. `grouping` are the source's vectors of the conversations, where
    those say which are a group: they lie in another space, so nothing else is read off them.
    """

    conversations: pa.Array
    users: pa.Array
    texts: pa.Array
    english: npt.NDArray[np.bool_]
    vectors: Vector
    bridge: pa.Table
    bridging: Mapping[str, int]
    grouping: Vector | None = None


@dataclass(frozen=True)
class _Cluster:
    """A kept cluster: its rows and what is said about it."""

    rows: Indices
    text: ClusterText
    terms: Sequence[Term]
    centroid: Vector
    coherence: float


def build_clusters(days: DayTables, analyst: Analyst, rules: ClusterRules) -> ClusterTables:
    """Base clusters of a window from the tables of its days.

    Clusters of a facet are numbered from 0 in the order of their first members. Rows of `members`
    and `set_aside` keep the order of the embeddings. LakeError where the two tables do not belong
    together.
    """
    dimension = days.embeddings.schema.field("vector").type.list_size
    parts = [_empty(dimension)]
    counts: Counter[str] = Counter()
    for facet in rules.definitions:
        if facet.clustered:
            rows = _rows(facet.name, days, rules)
            if len(rows.vectors):
                parts.append(_build_facet(facet, rows, analyst, rules))
                counts.update(parts[-1].counts)
    return ClusterTables(
        **{
            name: pa.concat_tables([part.by_name()[name] for part in parts])
            for name in parts[0].by_name()
        },
        counts=dict(sorted(counts.items())),
    )


def _empty(dimension: int) -> ClusterTables:
    return ClusterTables(
        MEMBERS.empty_table(),
        CLUSTERS.empty_table(),
        centroids_schema(dimension).empty_table(),
        TERMS.empty_table(),
        bridge_schema(dimension).empty_table(),
        CLUSTERS_SET_ASIDE.empty_table(),
    )


def _rows(facet: str, days: DayTables, rules: ClusterRules) -> _Rows:
    facets, embedded, multilingual = (
        days.facets,
        *(
            table.filter(pc.equal(table["facet"], facet))
            for table in (days.embeddings, days.multilingual)
        ),
    )
    conversations = embedded["conversation"].combine_chunks()
    at = pc.index_in(conversations, value_set=facets["conversation"].combine_chunks())
    if at.null_count:
        raise LakeError(
            f"{at.null_count} embeddings of the window belong to no row of its facets; "
            "materialize facets and embeddings of its days again"
        )
    languages = [one.name for one in rules.definitions if one.kind == "languages"][:1]
    found = facets.select(["user", facet, *languages]).take(at)
    bridged = bridge_vectors(
        facet, conversations, from_column(embedded["vector"]), multilingual, rules.shipped_map
    )
    return _Rows(
        conversations,
        found["user"].combine_chunks(),
        found[facet].combine_chunks(),
        _english(found, languages),
        bridged.vectors,
        bridged.bridge,
        bridged.counts,
        source_places(facet, conversations, days.source_vectors),
    )


def _english(found: pa.Table, languages: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which rows are in English; all of them where no facet says."""
    if not languages:
        return np.ones(found.num_rows, dtype=bool)
    return np.asarray(pc.equal(found[languages[0]], ENGLISH).to_numpy(), dtype=bool)


def _build_facet(
    facet: FacetDefinition, rows: _Rows, analyst: Analyst, rules: ClusterRules
) -> ClusterTables:
    places = rows.vectors if rows.grouping is None else rows.grouping
    labels = cluster_vectors(places, rules.settings, rules.policy, rules.seed)
    reasons = below_thresholds(labels, rows.conversations, rows.users, rules.policy)
    large = {
        label: members
        for label, members in enumerate(_rows_of_each(labels))
        if label not in reasons
    }
    kept: list[_Cluster] = []
    named, counts = _named(facet, rows, large, analyst, rules)
    for label, cluster in named.items():
        if isinstance(cluster, _Cluster):
            kept.append(cluster)
        else:
            reasons[label] = cluster
    number = np.full(len(labels), -1, dtype=np.intp)
    for position, cluster in enumerate(kept):
        number[cluster.rows] = position
    members, set_aside = _placed(
        facet.name, rows, number, [reasons.get(n) for n in labels.tolist()]
    )
    return ClusterTables(
        members,
        _clusters_table(facet.name, kept, members),
        _centroids_table(facet.name, kept, rows.vectors.shape[1]),
        _terms_table(facet.name, kept),
        rows.bridge,
        set_aside,
        {**counts, **rows.bridging},
    )


def _rows_of_each(labels: Indices) -> list[Indices]:
    """Rows of each cluster, ascending, by label."""
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.cumsum(np.bincount(labels))[:-1])


def _named(
    facet: FacetDefinition,
    rows: _Rows,
    large: Mapping[int, Indices],
    analyst: Analyst,
    rules: ClusterRules,
) -> tuple[dict[int, _Cluster | str], Mapping[str, int]]:
    """The clusters with their texts, or why they have none, by label; and `Settled.counts`."""
    if not large:
        return {}, {}
    centroids = np.stack([mean_direction(rows.vectors[members]) for members in large.values()])
    coherences = [
        coherence(rows.vectors[members], centroid)
        for members, centroid in zip(large.values(), centroids, strict=True)
    ]
    groups = [
        Group(
            rows.texts.take(pa.array(members)).to_pylist(),
            rows.users.take(pa.array(members)).to_pylist(),
            float(rows.english[members].mean()),
        )
        for members in large.values()
    ]
    places = Places(centroids, coherences, rules.settings.min_coherence)
    capitalised = capitalised_words(rows.texts.to_pylist(), rows.users.to_pylist())
    questions = clusters_to_name(facet, groups, places, rules.policy, rules.seed, capitalised)
    settled = name_clusters(analyst, questions, rules.policy, rules.lines)
    found: dict[int, _Cluster | str] = {}
    for at, (label, members) in enumerate(large.items()):
        text = settled.texts[at]
        if text is not None:
            found[label] = _Cluster(
                members, text, questions[at].terms, centroids[at], coherences[at]
            )
        else:
            found[label] = "unsupported_vocabulary" if at in settled.nameless else "not_named"
    return found, settled.counts


def _placed(
    facet: str, rows: _Rows, number: Indices, reasons: Sequence[str | None]
) -> tuple[pa.Table, pa.Table]:
    """The MEMBERS and CLUSTERS_SET_ASIDE tables: each row in the one or the other."""
    facets = pa.repeat(facet, len(number))
    kept = pa.array(number >= 0)
    members = pa.table(
        [facets, pa.array(number, pa.int32()), rows.conversations, rows.users], schema=MEMBERS
    )
    left_out = pa.table(
        [facets, rows.conversations, pa.array(reasons, pa.string())], schema=CLUSTERS_SET_ASIDE
    )
    return members.filter(kept), left_out.filter(pc.invert(kept))


def _clusters_table(facet: str, kept: Sequence[_Cluster], members: pa.Table) -> pa.Table:
    labels = members["cluster"].to_numpy()
    sizes, users = (
        distinct_per_cluster(labels, members[column].combine_chunks())
        for column in ("conversation", "user")
    )
    rows = [
        (facet, number, cluster.text.name, cluster.text.description, size, who, cluster.coherence)
        for number, (cluster, size, who) in enumerate(zip(kept, sizes, users, strict=True))
    ]
    return _table(rows, CLUSTERS)


def _centroids_table(facet: str, kept: Sequence[_Cluster], dimension: int) -> pa.Table:
    vectors = np.array([cluster.centroid for cluster in kept], np.float32).reshape(-1, dimension)
    return pa.table(
        [
            pa.repeat(facet, len(kept)),
            pa.array(range(len(kept)), pa.int32()),
            to_column(vectors),
        ],
        schema=centroids_schema(dimension),
    )


def _terms_table(facet: str, kept: Sequence[_Cluster]) -> pa.Table:
    rows = [
        (facet, number, term.lemma, term.surface, term.users)
        for number, cluster in enumerate(kept)
        for term in cluster.terms
    ]
    return _table(rows, TERMS)


def _table(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(
        [dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema
    )
