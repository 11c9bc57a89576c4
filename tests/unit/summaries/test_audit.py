from collections.abc import Sequence

import pyarrow as pa
import pytest

from clio_assets.analyst.protocol import NotAnswered
from clio_assets.domain.clusters import ClusterText
from clio_assets.errors import AnalystError
from clio_assets.hierarchy.schema import NODES
from clio_assets.summaries.audit import WITHHELD, WITHHELD_RATING, Audited, SetAside, audit_nodes
from privacy_checks.detectors import has_hit
from privacy_checks.policy.model import PrivacyPolicy
from tests.fakes.analyst import FakeAnalyst

POLICY = PrivacyPolicy()


def nodes(*rows: tuple[int, int, int | None, str]) -> pa.Table:
    """Nodes from level, number, parent and name; sizes are 20."""
    return pa.Table.from_pylist(
        [
            {
                "facet": "request",
                "level": level,
                "cluster": number,
                "parent": parent,
                "name": name,
                "description": "Users asked. They wanted answers.",
                "size": 20,
                "users": 10,
            }
            for level, number, parent, name in rows
        ],
        schema=NODES,
    )


# three levels: a top of two parents, of which the first has two leaves and the second one
TREE = (
    (0, 0, 0, "leaf a"),
    (0, 1, 0, "leaf b"),
    (0, 2, 1, "leaf c"),
    (1, 0, 0, "middle a"),
    (1, 1, 0, "middle b"),
    (2, 0, None, "top"),
)


def audit(ratings: dict[str, int | None], *rows: tuple[int, int, int | None, str]) -> Audited:
    return audit_nodes(nodes(*(rows or TREE)), FakeAnalyst(ratings=ratings), POLICY)


def names(audited: Audited) -> list[str]:
    return [cluster.text.name for cluster in audited.clusters]


def test_audit_publishes_everything_when_every_text_passes() -> None:
    audited = audit({"leaf b": 3, "top": 4})
    assert names(audited) == [row[3] for row in TREE]
    assert [cluster.rating for cluster in audited.clusters] == [5, 3, 5, 5, 5, 4]
    assert audited.clusters[0].parent == ("request", 1, 0)
    assert audited.clusters[-1].parent is None
    assert not audited.set_aside


@pytest.mark.parametrize("rating", [1, 2, 0, -1, 6, None])
def test_audit_drops_a_leaf_when_its_text_fails(rating: int | None) -> None:
    audited = audit({"leaf b": rating})
    assert names(audited) == ["leaf a", "leaf c", "middle a", "middle b", "top"]
    assert audited.set_aside == [SetAside(("request", 0, 1), "audit_failed", 20)]
    assert [c.size for c in audited.clusters] == [20] * 5


@pytest.mark.parametrize("rating", [1, None])
def test_audit_withholds_the_text_of_a_parent_when_it_fails(rating: int | None) -> None:
    audited = audit({"middle a": rating})
    withheld = audited.clusters[3]
    assert (withheld.key, withheld.text) == (("request", 1, 0), WITHHELD)
    assert withheld.rating == WITHHELD_RATING
    assert audited.set_aside == [SetAside(("request", 1, 0), "text_withheld", 20)]


def test_audit_drops_a_parent_when_nothing_is_left_below_it() -> None:
    audited = audit({"leaf c": 1})
    assert names(audited) == ["leaf a", "leaf b", "middle a", "top"]
    assert [(aside.key, aside.reason) for aside in audited.set_aside] == [
        (("request", 0, 2), "audit_failed"),
        (("request", 1, 1), "audit_failed"),
    ]


def test_audit_drops_all_levels_when_every_leaf_fails() -> None:
    audited = audit({"leaf": 2, "middle b": None})
    assert not audited.clusters
    assert len(audited.set_aside) == len(TREE)
    assert {aside.reason for aside in audited.set_aside} == {"audit_failed"}


@pytest.mark.parametrize("level", [0, 1])
def test_audit_fails_a_text_that_holds_personal_data_whatever_its_rating(level: int) -> None:
    row = next(row for row in TREE if row[0] == level)
    spoiled = (*row[:3], "Write to anna.miller@example.org")
    audited = audit({}, *(spoiled if other == row else other for other in TREE))
    reason = "personal_data" if level == 0 else "text_withheld"
    assert [(aside.key, aside.reason) for aside in audited.set_aside] == [
        (("request", level, 0), reason)
    ]
    assert "example.org" not in str(names(audited))


def test_audit_follows_the_policy() -> None:
    strict = PrivacyPolicy(min_audit_rating=5)
    audited = audit_nodes(nodes(*TREE), FakeAnalyst(ratings={"leaf a": 4}), strict)
    assert [aside.key for aside in audited.set_aside] == [("request", 0, 0)]


def test_audit_accounts_for_every_node() -> None:
    audited = audit({"leaf a": 1, "leaf c": None, "top": 1})
    gone = [aside for aside in audited.set_aside if aside.reason != "text_withheld"]
    assert len(audited.clusters) + len(gone) == len(TREE)


def test_audit_fails_when_ratings_are_missing() -> None:
    class Forgetful(FakeAnalyst):
        def audit(self, texts: Sequence[ClusterText]) -> Sequence[int | NotAnswered]:
            return [5]

    with pytest.raises(AnalystError, match="more or fewer"):
        audit_nodes(nodes(*TREE), Forgetful(), POLICY)


def test_audit_asks_nothing_when_there_are_no_nodes() -> None:
    assert audit_nodes(nodes(), FakeAnalyst(), POLICY) == Audited([], [])


def test_withheld_text_holds_no_personal_data() -> None:
    assert not has_hit(WITHHELD.name)
    assert not has_hit(WITHHELD.description)


def test_audit_drops_a_leaf_when_its_text_names_a_person() -> None:
    rows = ((0, 0, 0, "Write to Ferdinand Oyelaran"), (0, 1, 0, "leaf b"), (1, 0, None, "top"))
    audited = audit({}, *rows)
    assert names(audited) == ["leaf b", "top"]
    assert audited.set_aside == [SetAside(("request", 0, 0), "personal_data", 20)]


def test_audit_publishes_a_name_when_the_policy_allows_it() -> None:
    rows = ((0, 0, 0, "Write to Ferdinand Oyelaran"), (1, 0, None, "top"))
    policy = PrivacyPolicy(allowed_names=("Ferdinand Oyelaran",))
    audited = audit_nodes(nodes(*rows), FakeAnalyst(), policy)
    assert names(audited) == ["Write to Ferdinand Oyelaran", "top"]


def test_audit_looks_for_the_kinds_of_the_policy_when_some_are_switched_off() -> None:
    rows = ((0, 0, 0, "Write to someone@example.org"), (1, 0, None, "top"))
    policy = PrivacyPolicy(detectors_off=("email",), allowed_names=("example.org",))
    assert names(audit({}, *rows)) == []
    audited = audit_nodes(nodes(*rows), FakeAnalyst(), policy)
    assert names(audited) == ["Write to someone@example.org", "top"]
