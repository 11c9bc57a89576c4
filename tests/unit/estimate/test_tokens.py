"""The offline estimate of tokens."""

import pytest

from clio_assets.estimate.tokens import tokens_of


@pytest.mark.parametrize(
    ("text", "fewest", "most"),
    [
        ("", 0, 0),
        ("How do I boil an egg without cracking it?", 9, 16),
        ("今日の天気を教えてください", 10, 16),
        ("Как приготовить борщ?", 9, 16),
    ],
)
def test_tokens_are_about_those_of_the_script_when_estimated(
    text: str, fewest: float, most: float
) -> None:
    assert fewest <= tokens_of(text) <= most


def test_tokens_add_up_when_texts_are_joined() -> None:
    first, second = "plain words ", "и другие 言葉"
    assert tokens_of(first + second) == pytest.approx(tokens_of(first) + tokens_of(second))
