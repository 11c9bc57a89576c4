from dataclasses import dataclass, field

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_checks.detectors import ALL, Hit, Trigger
from privacy_checks.language.pieces import personal_pieces
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.paragraphs import pieces_by_row
from privacy_checks.rules.facet_overlap import conversation_personal_data, shared_words
from privacy_checks.rules.judging import Rule, RuleResult
from privacy_checks.stored.declared import Declared

POLICY = PrivacyPolicy()
SAID = "I would like to know how to bake bread at home"
QUOTED = "Asks: I would like to know how to bake"  # eight words of nine
SHORT = "Asks: would like to know how to bake"  # seven


@dataclass(frozen=True)
class Evidence:
    """What the rules ask of a gate's evidence."""

    facets: pa.Table
    conversations: pa.Table
    policy: PrivacyPolicy = POLICY
    analyst: str = "claude"
    declared: Declared = field(default_factory=Declared)


def sharing(table: pa.Table, said: pa.Table, policy: PrivacyPolicy = POLICY) -> int:
    """Violations of `shared_words`."""
    return shared_words()(Evidence(table, said, policy), policy).violations


def holding(table: pa.Table, said: pa.Table, policy: PrivacyPolicy = POLICY) -> RuleResult:
    """What `conversation_personal_data` finds."""
    return conversation_personal_data()(Evidence(table, said, policy), policy)


def facets(*rows: tuple[str, str]) -> pa.Table:
    return pa.table(
        {
            "conversation": [f"c{at}" for at in range(len(rows))],
            "request": [request for request, _ in rows],
            "task": [task for _, task in rows],
        }
    )


def conversations(*said: str) -> pa.Table:
    ids = [f"c{at}" for at in range(len(said))]
    transcripts = [f"<user>{text}</user>\n<assistant>Yes.</assistant>" for text in said]
    return pa.table({"transcript": transcripts[::-1], "conversation": ids[::-1]})


@pytest.mark.parametrize(
    ("request_text", "task", "violations"),
    [(SHORT, "", 0), (QUOTED, "", 1), ("", QUOTED, 1), (QUOTED, SAID, 2), ("bread", "", 0)],
)
def test_shared_words_counts_texts_that_quote_their_conversation(
    request_text: str, task: str, violations: int
) -> None:
    table = facets(("sing", "a song"), (request_text, task))
    found = shared_words()(Evidence(table, conversations("hello", SAID)), POLICY)
    assert (found.violations > 0) == (violations > 0)
    assert found.numbers["quoting"] == violations


def test_shared_words_are_not_those_of_another_conversation() -> None:
    table = facets((QUOTED, ""), ("", ""))
    assert sharing(table, conversations("hello", SAID)) == 0


def test_shared_words_are_free_when_the_analyst_is_extractive() -> None:
    evidence = Evidence(facets((SAID, SAID)), conversations(SAID), analyst="local")
    found = shared_words()(evidence, POLICY)
    assert (found.violations, found.numbers["may_quote"], found.numbers["texts"]) == (0, 1, 0)


def test_shared_words_follow_the_policy() -> None:
    table = facets((QUOTED, ""))
    policy = PrivacyPolicy(max_shared_words=8)
    assert sharing(table, conversations(SAID), policy) == 0
    assert sharing(table, conversations(SAID)) == 1


@pytest.mark.parametrize(
    ("facet", "violations"),
    [("writes to Anna", 1), ("writes to [e-mail]", 0), ("writes to ANNA_x", 1), ("", 0)],
)
def test_conversation_personal_data_counts_texts_that_hold_a_piece(
    facet: str, violations: int
) -> None:
    table = facets(("writes to Anna", ""), (facet, "help"))
    found = holding(table, conversations("hello", "write to anna.miller@example.org"))
    assert found.violations == violations
    assert found.numbers == {
        "texts": 2 + bool(facet),
        "holding": violations,
        "without_conversation": 0,
        "conversations_with_personal_data": 1,
    }


def test_conversation_personal_data_looks_for_what_the_policy_asks_for() -> None:
    policy = PrivacyPolicy(detectors_off=("email",))
    table, said = facets(("writes to Anna", "")), conversations("anna.miller@example.org")
    assert holding(table, said, policy).violations == 0
    assert holding(table, said).violations == 1


@pytest.mark.parametrize("rule", [shared_words(), conversation_personal_data()])
def test_both_rules_are_broken_when_a_facet_has_no_conversation(rule: Rule[Evidence]) -> None:
    table = facets(("sing", "a song"))
    found = rule(Evidence(table, conversations("hello").slice(1)), POLICY)
    assert found.violations > 0
    assert found.numbers["without_conversation"] == 2


@pytest.mark.parametrize("rule", [shared_words(), conversation_personal_data()])
def test_both_rules_accept_tables_without_rows(rule: Rule[Evidence]) -> None:
    table, nothing = facets(("a", "b")).slice(1), conversations("hello").slice(1)
    assert rule(Evidence(table, nothing), POLICY).violations == 0


def test_both_rules_read_every_facet_when_conversations_come_in_several_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("privacy_checks.rules.facet_overlap._AT_ONCE", 2)
    table = facets(*[(QUOTED, "for anna")] * 5)
    said = conversations(*[f"{SAID} anna.miller@example.org"] * 5)
    assert shared_words()(Evidence(table, said), POLICY).numbers["quoting"] == 5
    assert holding(table, said).numbers["holding"] == 5


SAYINGS = st.sampled_from(
    [
        "write to anna.miller@example.org",
        "anna (at) example dot org",
        "a &lt;anna@example.org> &amp; others",
        "ａｎｎａ＠example.org",
        "born on 3 March 1990 in Rome",
        "12 Baker Street, London",
        "call +44 20 7946 0958",
        "Meine Nummer ist zwei drei vier fünf sechs sieben acht",
        "nothing at all",
        "one\n\ntwo",
        "",
    ]
)


@settings(deadline=None)
@given(st.lists(st.lists(SAYINGS, max_size=4), max_size=4))
def test_pieces_by_row_are_those_of_each_transcript_read_alone(said: list[list[str]]) -> None:
    transcripts = ["\n".join(f"<user>{text}</user>" for text in texts) for texts in said]
    expected = {
        row: pieces
        for row, text in enumerate(transcripts)
        if (pieces := personal_pieces(text, ALL))
    }
    assert pieces_by_row(pa.array(transcripts, pa.string()), ALL) == expected


@pytest.mark.parametrize("trigger", [Trigger(), Trigger(any_of=("proj",)), Trigger(min_digits=2)])
def test_pieces_by_row_ask_an_operator_s_detector_when_its_trigger_holds(trigger: Trigger) -> None:
    class Project:
        name = "project"
        placeholder = "[project]"

        def __init__(self) -> None:
            self.trigger = trigger

        def find(self, text: str) -> list[Hit]:
            at = text.find("Falcon")
            return [Hit("project", at, at + 6, 1.0)] if at >= 0 else []

    registry = ALL.extended(Project())
    said = pa.array(["<user>Project Falcon of 24</user>", None, "<user>bread</user>"])
    assert pieces_by_row(said, registry) == {0: {"falcon"}}
