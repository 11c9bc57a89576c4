import pytest

from clio_assets.landing import distinct
from clio_assets.landing.distinct import DistinctCounter


@pytest.mark.parametrize("pending", [1, 7, 10_000])
def test_count_is_exact_when_texts_repeat(monkeypatch: pytest.MonkeyPatch, pending: int) -> None:
    monkeypatch.setattr(distinct, "_PENDING", pending)
    counter = DistinctCounter()
    assert counter.count() == 0
    for number in range(3000):
        counter.add(f"user {number % 1000}")
    assert counter.count() == 1000
    counter.add("another")
    assert counter.count() == 1001
