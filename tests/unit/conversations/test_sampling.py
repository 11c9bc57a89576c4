from typing import Literal

import pytest

from clio_assets.conversations.sampling import sample
from clio_assets.domain.transcript import Message
from clio_assets.home.settings import ConversationSettings

LONG = [Message(role, str(i)) for i in range(10) for role in ("user", "assistant")]  # type: ignore[arg-type]
SHORT = LONG[:2]
UNANSWERED = LONG[:1]


def how(strategy: Literal["conversation", "completion"], share: float) -> ConversationSettings:
    return ConversationSettings(sampling=strategy, sample_share=share)


def kept(messages: list[Message], settings: ConversationSettings, seed: int = 0) -> list[int]:
    """Ids of 2,000 conversations that are sampled."""
    return [i for i in range(2000) if sample(messages, f"c{i}", settings, seed)]


@pytest.mark.parametrize("strategy", ["conversation", "completion"])
def test_everything_is_kept_when_the_share_is_one(
    strategy: Literal["conversation", "completion"],
) -> None:
    assert sample(LONG, "c", how(strategy, 1.0), 0) == LONG


def test_conversations_weigh_the_same_when_conversations_are_sampled() -> None:
    settings = how("conversation", 0.3)
    assert kept(LONG, settings) == kept(UNANSWERED, settings)
    assert 540 < len(kept(LONG, settings)) < 660
    assert all(sample(LONG, f"c{i}", settings, 0) in (None, LONG) for i in range(100))


def test_long_conversations_weigh_more_when_completions_are_sampled() -> None:
    settings = how("completion", 0.1)
    assert 150 < len(kept(SHORT, settings)) < 250
    assert 1230 < len(kept(LONG, settings)) < 1380  # 1 - 0.9 ** 10 = 65 %


def test_conversation_ends_at_its_newest_sampled_completion_when_completions_are_sampled() -> None:
    settings = how("completion", 0.2)
    ends = set()
    for i in range(500):
        found = sample(LONG, f"c{i}", settings, 0)
        if found is not None:
            assert found == LONG[: len(found)]
            assert found[-1].role == "assistant"
            ends.add(len(found))
    assert ends == set(range(2, 21, 2))


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_nothing_is_sampled_when_there_is_no_completion(share: float) -> None:
    assert kept(UNANSWERED, how("completion", share)) == []


def test_sample_depends_on_the_seed_when_nothing_else_changes() -> None:
    settings = how("conversation", 0.5)
    assert kept(SHORT, settings, seed=1) == kept(SHORT, settings, seed=1)
    assert kept(SHORT, settings, seed=1) != kept(SHORT, settings, seed=2)


def test_larger_share_holds_the_smaller_when_the_seed_is_the_same() -> None:
    small, large = kept(SHORT, how("conversation", 0.2)), kept(SHORT, how("conversation", 0.4))
    assert set(small) < set(large)
