import pyarrow as pa
import pytest

from clio_assets.clusters.schema import MEMBERS
from clio_assets.errors import LakeError
from clio_assets.hierarchy.support import read_writings

ROWS = [(0, "c1", "u1"), (0, "c2", "u2"), (1, "c3", "u1"), (1, "c4", "u3"), (1, "c5", "u3")]
TEXTS = ["bake bread", "she bakes", "bread", "BREAD!", "bread [e-mail]"]


def tables() -> tuple[pa.Table, pa.Table]:
    members = [("request", *row) for row in ROWS]
    facets = pa.table(
        {
            "conversation": [row[1] for row in ROWS][::-1],
            "user": [row[2] for row in ROWS][::-1],
            "request": TEXTS[::-1],
        }
    )
    named = [dict(zip(MEMBERS.names, row, strict=True)) for row in members]
    return pa.Table.from_pylist(named, schema=MEMBERS), facets


@pytest.mark.parametrize(
    ("leaves", "users"),
    [
        ([0], {"bake": 2, "bread": 1}),
        ([1], {"bread": 2}),
        ([0, 1], {"bake": 2, "bread": 2}),
        ([], {}),
    ],
)
def test_users_of_counts_each_user_once_over_all_base_clusters(
    leaves: list[int], users: dict[str, int]
) -> None:
    writings = read_writings("request", *tables())
    assert writings.users_of(["bake", "bread", "e", "mail"], leaves) == users


def test_read_writings_fails_without_content_when_tables_do_not_belong_together() -> None:
    members, facets = tables()
    with pytest.raises(LakeError, match="1 members") as raised:
        read_writings("request", members, facets.slice(1))
    assert "c5" not in str(raised.value)
