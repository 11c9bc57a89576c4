"""Which words of a published text need support."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_checks.language.lemmas import content_lemmas, replace_bracketed
from privacy_checks.language.vocabulary import (
    ALL_WORDS,
    FRAME_WORDS,
    VocabularyRule,
    needing_support,
    unsupported,
    vocabulary_rule,
)
from privacy_checks.policy.model import PrivacyPolicy

RARE = VocabularyRule(ordinary_is_free=True)


def test_unsupported_finds_words_that_are_neither_shared_nor_of_the_platform() -> None:
    name = "Ask about John's [secret] flight to the bank in Spanish"
    assert unsupported(name, {"flight", "bank"}) == ["john", "secret"]


def test_unsupported_accepts_other_forms_of_a_supported_word() -> None:
    assert unsupported("Paying bills and taxes", {"pay", "bill", "tax"}) == []


def test_unsupported_accepts_a_stretch_of_a_longer_text_without_spaces() -> None:
    assert unsupported("翻译成英文", set(content_lemmas("请帮我把这句话翻译成英文谢谢"))) == []
    assert unsupported("张伟", set(content_lemmas("我想翻译"))) == ["张伟"]


def test_frame_words_need_no_support() -> None:
    assert unsupported(" ".join(sorted(FRAME_WORDS)), set()) == []


@settings(deadline=None)
@given(st.text())
def test_a_text_is_always_supported_by_its_own_lemmas(text: str) -> None:
    masked = replace_bracketed(text)
    assert unsupported(masked, set(content_lemmas(masked))) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Provide guidance on workplace communication", []),
        ("Help John write e-mails", ["john"]),
        ("Help Will with Apple laptops", ["will", "apple"]),
        ("Will it rain? Apples grow. May I?", []),
        ("Kowalski asked. Nike answered", ["kowalski", "nike"]),
        ("Ask about Spanish verbs, AI and 10 PDFs", []),
        ("Debug Kubernetes on 4096 pods", ["kubernetes", "4096"]),
        ("users wanted jeremy's check-in", ["jeremy"]),
        ("翻译 and guidance", ["翻译"]),
        ("they're, don't, company's own", []),
    ],
)
def test_needing_support_finds_rare_words_when_ordinary_ones_are_free(
    text: str, words: list[str]
) -> None:
    assert needing_support(text, RARE) == words


def test_needing_support_finds_every_content_word_when_none_is_free() -> None:
    text = "Users asked to provide guidance on Spanish"
    assert needing_support(text) == ["provide", "guidance"]


def test_unsupported_accepts_rare_words_that_are_supported() -> None:
    assert unsupported("Compare Nike and Pfizer", {"nike"}, RARE) == ["pfizer"]


@pytest.mark.parametrize(
    ("vocabulary", "analyst", "rule"),
    [
        ("by_analyst", "local", ALL_WORDS),
        ("by_analyst", "claude", RARE),
        ("all", "claude", ALL_WORDS),
        ("rare", "claude", RARE),
        ("rare", "local", ALL_WORDS),
    ],
)
def test_vocabulary_rule_is_strict_for_whoever_quotes(
    vocabulary: str, analyst: str, rule: VocabularyRule
) -> None:
    policy = PrivacyPolicy.model_validate({"vocabulary": vocabulary})
    assert vocabulary_rule(policy, analyst) == rule


def test_vocabulary_rule_frees_allowed_names_when_ordinary_words_are_free() -> None:
    policy = PrivacyPolicy(allowed_names=("New York", "IKEA"))
    text = "Visit Ikea in New York or Barnsley"
    assert needing_support(text, vocabulary_rule(policy, "claude")) == ["barnsley"]
    assert "ikea" in needing_support(text, vocabulary_rule(policy, "local"))
