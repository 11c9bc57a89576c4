"""Batches: every text once, shapes that do not depend on the other texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clio_assets.embeddings.batches import TILE, batches, padded_length


@settings(deadline=None)
@given(
    counts=st.lists(st.integers(0, 256), max_size=200),
    limit=st.sampled_from([None, 250, 256]),
)
def test_batches_hold_each_text_once_in_one_shape_a_length_when_counts_vary(
    counts: list[int], limit: int | None
) -> None:
    counts = [count if limit is None else min(count, limit) for count in counts]
    found = list(batches(counts, limit))
    assert sorted(p for batch in found for p in batch.positions) == list(range(len(counts)))
    for batch in found:
        assert 0 < len(batch.positions) <= batch.rows
        assert batch.rows == next(one.rows for one in found if one.length == batch.length)
        assert batch.rows * batch.length % TILE == 0
        # some row is padded, so the model's mask is never left out
        assert batch.fillers or any(counts[p] < batch.length for p in batch.positions)
        for position in batch.positions:
            assert batch.length == padded_length(counts[position], limit)
            assert counts[position] <= batch.length


@pytest.mark.parametrize(
    ("tokens", "limit", "length"),
    [
        (0, None, 4),
        (3, 256, 4),
        (12, 256, 12),
        (13, 256, 16),
        (33, 256, 40),
        (65, 256, 80),
        (129, 256, 160),
        (256, 256, 256),
        (249, 250, 250),
    ],
)
def test_padded_length_is_the_next_step_when_tokens_are_counted(
    tokens: int, limit: int | None, length: int
) -> None:
    assert padded_length(tokens, limit) == length
