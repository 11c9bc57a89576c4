"""Audit every name and description; what fails is not published (paper, G.8).

Fails closed: a text without a rating fails, whatever the reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from clio_assets.analyst.protocol import Analyst, NotAnswered
from clio_assets.domain.clusters import ClusterText
from clio_assets.errors import AnalystError
from privacy_checks.detectors import registry_of
from privacy_checks.language.names import suspected_names
from privacy_checks.policy.model import PrivacyPolicy

#: What a parent says whose own text failed; fixed, so it identifies no one.
WITHHELD = ClusterText(
    "Unnamed group",
    "The audit withheld the name and description of this group. "
    "The groups below it show what it holds.",
)
WITHHELD_RATING = 5
#: Why such a parent is among what was set aside, although it is published.
WITHHELD_TEXT = "text_withheld"

#: Facet, level and number of a cluster.
Key = tuple[str, int, int]


@dataclass(frozen=True)
class AuditedCluster:
    """A cluster that may be published, with the rating of the text it is published with."""

    key: Key
    parent: Key | None
    text: ClusterText
    size: int
    users: int
    rating: int


@dataclass(frozen=True)
class SetAside:
    """A cluster that is not published (audit_failed, personal_data) or not with its own text
    (text_withheld).
    """

    key: Key
    reason: str
    size: int


@dataclass(frozen=True)
class Audited:
    """The audit's outcome, both in the order of the nodes."""

    clusters: list[AuditedCluster]
    set_aside: list[SetAside]


def audit_nodes(nodes: pa.Table, analyst: Analyst, policy: PrivacyPolicy) -> Audited:
    """Audit a NODES table.

    A leaf whose text fails is dropped. A parent whose text fails stays, with a fixed text in place
    of its own, because what lies below it passed; a parent with nothing left below it goes
    (`audit_failed`). Sizes of parents stay what they were.
    """
    rows = nodes.to_pylist()
    texts = [ClusterText(row["name"], row["description"]) for row in rows]
    ratings = analyst.audit(texts) if texts else []
    if len(ratings) != len(texts):
        raise AnalystError("the analyst audited more or fewer texts than it was asked to")
    found: list[AuditedCluster] = []
    failures: dict[Key, str] = {}
    for row, text, rating in zip(rows, texts, ratings, strict=True):
        key, parent = node_keys(row)
        verdict = _verdict(text, rating, policy)
        if isinstance(verdict, str):
            failures[key] = verdict
            said, rated = WITHHELD, WITHHELD_RATING
        else:
            said, rated = text, verdict
        found.append(AuditedCluster(key, parent, said, row["size"], row["users"], rated))
    dropped = _dropped(found, failures)
    return Audited(
        [cluster for cluster in found if cluster.key not in dropped],
        [
            SetAside(cluster.key, dropped.get(cluster.key, WITHHELD_TEXT), cluster.size)
            for cluster in found
            if cluster.key in dropped or cluster.key in failures
        ],
    )


def node_keys(row: Mapping[str, Any]) -> tuple[Key, Key | None]:
    """Keys of a NODES row and of its parent."""
    facet, level, parent = row["facet"], row["level"], row["parent"]
    above = None if parent is None else (facet, level + 1, parent)
    return (facet, level, row["cluster"]), above


def _verdict(text: ClusterText, rating: int | NotAnswered, policy: PrivacyPolicy) -> int | str:
    """The rating of a text that may be published, or why it may not."""
    registry = registry_of(policy)
    for said in (text.name, text.description):
        if registry.has_hit(said) or suspected_names(said, policy.allowed_names):
            return "personal_data"
    if isinstance(rating, NotAnswered) or not policy.min_audit_rating <= rating <= 5:
        return "audit_failed"
    return rating


def _dropped(found: Sequence[AuditedCluster], failures: Mapping[Key, str]) -> dict[Key, str]:
    """Clusters that go, with the reason: failed leaves, and parents of nothing but those."""
    dropped: dict[Key, str] = {}
    with_children: set[Key | None] = set()
    for cluster in sorted(found, key=lambda cluster: cluster.key[1]):
        leaf = cluster.key[1] == 0
        if leaf and cluster.key in failures:
            dropped[cluster.key] = failures[cluster.key]
        elif leaf or cluster.key in with_children:
            with_children.add(cluster.parent)
        else:
            dropped[cluster.key] = "audit_failed"
    return dropped
