"""Requests that look alike are found by what they hold, not searched through one by one."""

from collections.abc import Callable, Iterator
from hashlib import blake2b

import pytest

from clio_assets.sources.grouping import chains as module
from clio_assets.sources.grouping.chains import Leaf, Request, chains
from clio_assets.sources.grouping.rows import TURN, Told


def request(place: int, words: list[str]) -> Request:
    turns = b"".join(blake2b(word.encode(), digest_size=TURN).digest() for word in words)
    return Request(place, turns, 2 * len(words), place, str((place, words)).encode())


@pytest.mark.parametrize(
    ("words", "told", "conversations"),
    [
        (lambda n: ["hi"], Told.BY_BEGINNING, 300),
        (lambda n: [f"text {n}", "summarise it"], Told.BY_USER, 300),
        (lambda n: ["you are", f"text {n}"], Told.BY_SOURCE, 1),
    ],
    ids=["strangers say the same", "texts of a template", "one name for all"],
)
def test_few_leaves_are_looked_at_when_requests_are_alike(
    words: Callable[[int], list[str]],
    told: Told,
    conversations: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = 0
    plain = module._present

    def counted(leaves: list[Leaf]) -> Iterator[Leaf]:
        nonlocal seen
        for leaf in plain(leaves):
            seen += 1
            yield leaf

    monkeypatch.setattr(module, "_present", counted)
    found = chains((request(n, words(n)) for n in range(300)), told)
    assert len(found) == conversations
    assert sorted(place for chain in found for place in chain.members) == list(range(300))
    assert seen <= 2 * 300
