"""Making proposals distinct."""

import json
import re

import numpy as np
import pytest

from clio_assets.analyst.claude.exchange import Request
from clio_assets.analyst.claude.verbs.deduplicate import AT_ONCE, deduplicate
from clio_assets.analyst.protocol import NotAnswered, ParentsToMerge
from clio_assets.domain.clusters import ClusterText, Node
from clio_assets.facets.schema import DEFAULT_FACETS
from tests.fakes.desk import desk_of, user_of


def proposals(count: int, kinds: int = 8) -> list[Node]:
    random = np.random.default_rng(0)
    vectors = np.eye(kinds, 8)[np.arange(count) % kinds] + random.normal(
        scale=0.01, size=(count, 8)
    )
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return [
        Node(ClusterText(f"kind {at % kinds} number {at}", "Users asked."), 0, vector)
        for at, vector in enumerate(vectors)
    ]


def to_merge(count: int, wanted: int) -> ParentsToMerge:
    return ParentsToMerge(DEFAULT_FACETS[0], proposals(count), wanted)


def listed(request: Request) -> list[str]:
    return re.findall(r"^\d+\. (.*):", user_of(request), re.M)


def half(request: Request) -> str:
    return json.dumps({"keep": list(range(1, len(listed(request)) // 2 + 1))})


def test_deduplicate_keeps_those_that_were_chosen_with_their_vectors() -> None:
    parents = to_merge(6, 3)
    desk, asker = desk_of(lambda _: '{"keep": [5, 1, 2]}')
    found = deduplicate(desk, parents)
    assert [p.text for p in found] == [parents.proposals[at].text for at in (0, 1, 4)]
    assert found[2].vector is parents.proposals[4].vector
    assert len(asker.requests) == 1


def test_deduplicate_asks_again_when_a_number_was_not_offered() -> None:
    replies = ['{"keep": [1, 9]}', '{"keep": [1, 2]}']
    desk, asker = desk_of(lambda _: replies.pop(0))
    assert len(deduplicate(desk, to_merge(4, 2))) == 2
    assert "not offered" in user_of(asker.requests[1])


def test_deduplicate_looks_at_those_together_that_are_alike_when_there_are_many() -> None:
    desk, asker = desk_of(half)
    found = deduplicate(desk, to_merge(800, 400))
    sizes = [len(listed(request)) for request in asker.requests]
    assert max(sizes) <= AT_ONCE
    assert sum(sizes) == 800
    assert len(sizes) <= 16
    assert 200 <= len(found) <= 600
    kinds = [{name.split(" number")[0] for name in listed(r)} for r in asker.requests]
    assert sum(map(len, kinds)) <= 8 + len(sizes)  # a kind is split over as few as can be


def test_deduplicate_is_the_same_again() -> None:
    names = []
    for _ in range(2):
        desk, _ = desk_of(half)
        names.append([p.text.name for p in deduplicate(desk, to_merge(300, 150))])
    assert names[0] == names[1]


@pytest.mark.parametrize("answer", ["no JSON", '{"keep": []}', '{"keep": [1]}'])
@pytest.mark.parametrize(("count", "wanted"), [(4, 4), (12, 4), (250, 100), (6, 2)])
def test_deduplicate_stays_within_bounds_when_answers_do_not(
    answer: str, count: int, wanted: int
) -> None:
    desk, _ = desk_of(lambda _: answer)
    found = deduplicate(desk, to_merge(count, wanted))
    assert 0.5 * wanted <= len(found) <= 1.5 * wanted
    assert len({p.text.name for p in found}) == len(found)


def test_deduplicate_drops_those_that_are_most_alike_when_nothing_is_answered() -> None:
    desk, _ = desk_of(lambda _: NotAnswered("refused"))
    found = deduplicate(desk, to_merge(24, 8))
    assert len(found) == 12
    assert {p.text.name.split(" number")[0] for p in found} == {f"kind {n}" for n in range(8)}
