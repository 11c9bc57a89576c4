"""Requests and tasks: the user's own words, short, masked, never empty without need."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clio_assets.analyst.local.facets.request_and_task import (
    LONGEST,
    cut,
    sentence_form,
    stripped,
    summary_of,
)
from privacy_checks.detectors import find
from privacy_checks.language.lemmas import tokens


@pytest.mark.parametrize(
    ("turns", "request_", "task"),
    [
        (
            ["Hi there! Could you please write a cover letter for a nurse? Thanks!"],
            "Could you please write a cover letter for a nurse?",
            "Write a cover letter for a nurse",
        ),
        (
            ["hey siri, what's the capital of Peru"],
            "What's the capital of Peru",
            "Answer: What's the capital of Peru",
        ),
        (
            ["I'm trying to fix my bicycle chain. It keeps slipping."],
            "I'm trying to fix my bicycle chain.",
            "Help to fix my bicycle chain.",
        ),
        (
            ["i need a recipe for lentil soup"],
            "I need a recipe for lentil soup",
            "Provide a recipe for lentil soup",
        ),
        (
            ["I want you to act as a guide. List three museums in Lyon."],
            "List three museums in Lyon.",
            "List three museums in Lyon.",
        ),
        (
            ["My rash itches and burns since Monday. What should I do?"],
            "My rash itches and burns since Monday. What should I do?",
            None,
        ),
        (
            ["How do I grow tomatoes on a balcony?", "And when?", "Thanks a lot!"],
            "How do I grow tomatoes on a balcony?",
            "Answer: How do I grow tomatoes on a balcony?",
        ),
        (
            ["Hi", "ok", "Explain how tides work to a child"],
            "Explain how tides work to a child",
            "Explain how tides work to a child",
        ),
        (
            ["Rewrite this more politely:\n\nYou are late again. Where is the report?"],
            "Rewrite this more politely",
            "Rewrite this more politely",
        ),
        (
            ["As a tourist, what can I see in Oslo in one day"],
            "As a tourist, what can I see in Oslo in one day",
            "Answer: As a tourist, what can I see in Oslo in one day",
        ),
        (
            ["planning a trip to Hungary", "Is it cheap?"],
            "Planning a trip to Hungary",
            "Respond to: Planning a trip to Hungary",
        ),
        (["Hallo, kannst du meinen Brief kürzen? Danke!"], "Kannst du meinen Brief kürzen?", None),
        (["Hola, ¿cómo se dice mesa en francés?"], "¿Cómo se dice mesa en francés?", None),
        (["こんにちは。履歴書を直してください。"], "履歴書を直してください。", None),
        (["你好！请帮我写一封信。谢谢"], "帮我写一封信。", None),
        (["안녕하세요. 이력서를 고쳐 주세요."], "이력서를 고쳐 주세요.", None),
    ],
)
def test_request_says_what_is_asked_when_turns_hold_more(
    turns: list[str], request_: str, task: str | None
) -> None:
    summary = summary_of(turns)
    assert summary.request == request_
    if task is not None:
        assert summary.task == task


@pytest.mark.parametrize("turns", [[], [""], ["  \n "], ["👍"], ["?!", "..."]])
def test_request_and_task_are_empty_when_the_user_wrote_no_words(turns: list[str]) -> None:
    summary = summary_of(turns)
    assert (summary.request, summary.task, summary.said) == ("", "", ())


@pytest.mark.parametrize(
    "turn",
    [
        "x",
        "42",
        "def f():\n    return 1",
        "```\nimport os\n```",
        "> only a quoted line",
        "请",
        "ok",
        "thanks",
        '"' + "A quotation of somebody else. " * 6 + '"',
        "<b>",
        "word" * 500,
    ],
)
def test_request_and_task_hold_words_when_the_user_wrote_any(turn: str) -> None:
    summary = summary_of([turn])
    for text in (summary.request, summary.task):
        assert tokens(text)
        assert len(text) <= LONGEST


@pytest.mark.parametrize(
    "turn",
    [
        "Write to jo.doe@example.org that I am ill.",
        "Can you call +49 30 901820 for me and ask for a table?",
        "Is DE89 3704 0044 0532 0130 00 a valid IBAN?",
        "Why can't I reach 192.168.17.23 from my laptop?",
    ],
)
def test_personal_data_is_masked_when_it_stands_in_the_request(turn: str) -> None:
    summary = summary_of([turn])
    assert "[" in summary.request
    for text in (summary.request, summary.task, *summary.said):
        assert not find(text)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=400), max_size=5))
def test_summary_keeps_its_promises_when_turns_are_anything(turns: list[str]) -> None:
    summary = summary_of(turns)
    assert summary == summary_of(turns)
    assert len(summary.request) <= LONGEST
    assert len(summary.task) <= LONGEST
    assert bool(summary.request) == bool(summary.task)
    if not summary.request:
        assert not tokens(" ".join(turns))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("What is a fjord", "question"),
        ("A fjord is what?", "question"),
        ("In which year was it", "question"),
        ("Can you draw a map?", "imperative"),
        ("Book a table", "imperative"),
        ("I was wondering if you could help", "imperative"),
        ("I need a hand", "wish"),
        ("The sun is shining", "statement"),
        ("Wie hoch ist der Turm", "question"),
        ("Помоги с переводом", "question"),
        ("写一首诗", "question"),
    ],
)
def test_form_is_recognised_when_a_sentence_asks_or_states(text: str, form: str) -> None:
    assert sentence_form(text) == form


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Good morning, please, could you help me?", "Could you help me?"),
        ("Computer is broken", "Computer is broken"),
        ("Thanks", "Thanks"),
        ("hi-fi systems compared", "Hi-fi systems compared"),
        ("So-called experts", "So-called experts"),
        ("ok - why", "Why"),
        ("So what is it", "What is it"),
        ("Draw a cat, please. Thank you in advance!", "Draw a cat"),
        ("Si vous pouvez, aidez-moi s'il vous plaît", "Si vous pouvez, aidez-moi"),
    ],
)
def test_politeness_is_cut_off_when_words_are_left(text: str, left: str) -> None:
    assert stripped(text) == left


@pytest.mark.parametrize(
    ("text", "characters", "left"),
    [
        ("short", 10, "short"),
        ("two words here", 10, "two words"),
        ("请帮我写一封很长的信", 5, "请帮我写一"),
        ("write to [e-mail address] now", 18, "write to"),
        ("a word, and more", 8, "a word"),
    ],
)
def test_cut_ends_at_a_word_when_the_text_is_too_long(
    text: str, characters: int, left: str
) -> None:
    assert cut(text, characters) == left


def test_requests_are_short_and_clean_when_conversations_are_real(
    user_turns_of: Callable[[str, int], list[list[str]]],
) -> None:
    conversations = user_turns_of("hh_rlhf", 6) + user_turns_of("oasst", 1)
    summaries = [summary_of(turns) for turns in conversations]
    assert all(1 <= len(s.request) <= LONGEST and 1 <= len(s.task) <= LONGEST for s in summaries)
    assert not any(find(text) for s in summaries for text in (s.request, s.task))
    asking = sum(sentence_form(s.request) != "statement" for s in summaries)
    assert asking / len(summaries) > 0.8
