from collections.abc import Iterator
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from clio_assets.analyst.protocol import Extraction
from clio_assets.conversations.schema import CONVERSATIONS
from clio_assets.errors import AnalystError, UsageError
from clio_assets.facets.extract import extract_facets
from clio_assets.facets.schema import DEFAULT_FACETS, FACETS, FACETS_SET_ASIDE
from privacy_checks.policy import PrivacyPolicy
from tests.fakes.analyst import FakeAnalyst

POLICY = PrivacyPolicy(max_facet_characters=50)
GOOD = {"request": "ask", "task": "tell", "language": "English", "concern": 2}


def conversations(*transcripts: str) -> pa.Table:
    rows = [
        {
            "conversation": f"c{at}",
            "user": f"u{at}",
            "started_at": datetime(2026, 9, 28, tzinfo=UTC),
            "turns": at + 1,
            "flagged": None,
            "transcript": transcript,
        }
        for at, transcript in enumerate(transcripts)
    ]
    return pa.Table.from_pylist(rows, schema=CONVERSATIONS)


class Scripted(FakeAnalyst):
    """Gives the same answers whatever it is asked."""

    def __init__(self, *answers: dict[str, str | int]) -> None:
        super().__init__()
        self.answers = answers

    def extract(self, conversations: object, facets: object) -> Iterator[Extraction]:
        return (Extraction(values) for values in self.answers)


def test_extract_keeps_order_and_adds_turns() -> None:
    tables = extract_facets(
        conversations("bake bread", "sing", "dance"), FakeAnalyst(), DEFAULT_FACETS, POLICY
    )
    assert tables.facets.schema == FACETS
    assert tables.set_aside.schema == FACETS_SET_ASIDE
    assert tables.facets["request"].to_pylist() == ["bake bread", "sing", "dance"]
    assert tables.facets["turns"].to_pylist() == [1, 2, 3]
    assert tables.facets["language"].to_pylist() == ["English"] * 3


def test_extract_asks_for_no_computed_facet() -> None:
    asked: list[str] = []

    class Listening(FakeAnalyst):
        def extract(self, conversations, facets):  # type: ignore[no-untyped-def]
            asked.extend(facet.name for facet in facets)
            return super().extract(conversations, facets)

    extract_facets(conversations("bake"), Listening(), DEFAULT_FACETS, POLICY)
    assert asked == ["request", "task", "language", "concern"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", ""),
        ("  two\n\n words\t", "two words"),
        ("x" * 50, "x" * 50),
        ("x" * 60, "x" * 50),
        ("word " * 12, ("word " * 10).strip()),
        ("ab " + "c" * 47 + " d", "ab " + "c" * 47),
        ("a" * 47 + " bcd", "a" * 47),
        ("a" * 46 + " bcd", "a" * 46 + " bcd"),
    ],
)
def test_extract_makes_text_short_and_plain(said: str, kept: str) -> None:
    tables = extract_facets(conversations(said), FakeAnalyst(), DEFAULT_FACETS, POLICY)
    assert tables.facets["request"].to_pylist() == [kept]


def test_extract_sets_rows_aside_with_their_reason() -> None:
    table = conversations("bake", "refuse", "write to anna.miller@example.org", "sing")
    tables = extract_facets(table, FakeAnalyst(), DEFAULT_FACETS, POLICY)
    assert tables.facets["conversation"].to_pylist() == ["c0", "c3"]
    assert tables.set_aside.to_pylist() == [
        {"conversation": "c1", "reason": "not_answered"},
        {"conversation": "c2", "reason": "personal_data"},
    ]


def test_extract_sets_a_row_aside_when_cutting_splits_its_personal_data() -> None:
    said = "tell everybody that they can write to anna.miller@example.org"
    tables = extract_facets(conversations(said), FakeAnalyst(), DEFAULT_FACETS, POLICY)
    assert tables.set_aside["reason"].to_pylist() == ["personal_data"]


def test_extract_gives_empty_tables_when_there_are_no_conversations() -> None:
    tables = extract_facets(conversations(), FakeAnalyst(), DEFAULT_FACETS, POLICY)
    assert (tables.facets.num_rows, tables.set_aside.num_rows) == (0, 0)
    assert tables.facets.schema == FACETS


@pytest.mark.parametrize(
    "values",
    [
        {**GOOD, "concern": 6},
        {**GOOD, "concern": 0},
        {**GOOD, "concern": "2"},
        {**GOOD, "request": 3},
        {**GOOD, "language": " "},
        {name: value for name, value in GOOD.items() if name != "task"},
    ],
)
def test_extract_fails_without_content_when_an_answer_is_unfit(
    values: dict[str, str | int],
) -> None:
    with pytest.raises(AnalystError) as raised:
        extract_facets(conversations("bake"), Scripted(values), DEFAULT_FACETS, POLICY)
    assert "bake" not in str(raised.value)
    assert "c0" not in str(raised.value)


@pytest.mark.parametrize("answers", [0, 1, 3])
def test_extract_fails_when_answers_do_not_match_conversations(answers: int) -> None:
    with pytest.raises(AnalystError, match="more or fewer"):
        extract_facets(
            conversations("bake", "sing"), Scripted(*[GOOD] * answers), DEFAULT_FACETS, POLICY
        )


def test_extract_fails_when_definitions_do_not_fit_the_table() -> None:
    with pytest.raises(UsageError, match="request, task, language, concern, turns"):
        extract_facets(conversations("bake"), FakeAnalyst(), DEFAULT_FACETS[1:], POLICY)


def test_extract_reports_progress_over_all_conversations() -> None:
    seen: list[object] = []

    def track(items, label, total):  # type: ignore[no-untyped-def]
        seen.extend([label, total])
        for item in items:
            seen.append("row")
            yield item

    extract_facets(conversations("bake", "sing"), FakeAnalyst(), DEFAULT_FACETS, POLICY, track)
    assert seen == ["extracting facets", 2, "row", "row"]
