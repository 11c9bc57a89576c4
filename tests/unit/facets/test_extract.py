from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from clio_assets.analyst.protocol import Extraction, NotAnswered
from clio_assets.conversations.schema import CONVERSATIONS
from clio_assets.domain.conversation import Conversation
from clio_assets.domain.facets import FacetDefinition
from clio_assets.errors import AnalystError
from clio_assets.facets.extract import extract_facets
from clio_assets.facets.schema import DEFAULT_FACETS, FACETS, FACETS_SET_ASIDE, facets_schema
from privacy_checks.policy.model import PrivacyPolicy
from tests.fakes.analyst import FakeAnalyst

POLICY = PrivacyPolicy(max_facet_characters=50, extractive_analysts=("fake",))
STRICT = PrivacyPolicy(extractive_analysts=())
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


def test_extract_makes_a_column_for_each_facet_when_they_are_the_operators_own() -> None:
    definitions = (
        FacetDefinition("mood", "category", "?", values=("calm", "other")),
        DEFAULT_FACETS[0],
        FacetDefinition("effort", "scale", "?"),
        FacetDefinition("length", "computed", ""),
    )
    tables = extract_facets(conversations("bake"), FakeAnalyst(), definitions, POLICY)
    assert tables.facets.schema == facets_schema(definitions)
    assert {"mood": "other", "request": "bake", "effort": 1, "length": 4}.items() <= (
        tables.facets.to_pylist()[0].items()
    )


def test_extract_fails_when_a_category_has_a_value_that_was_not_offered() -> None:
    definitions = (DEFAULT_FACETS[0], FacetDefinition("mood", "category", "?", values=("a", "b")))
    with pytest.raises(AnalystError, match="mood is not offered"):
        extract_facets(conversations("bake"), FakeAnalyst(), definitions, POLICY)


def test_extract_reports_progress_over_all_conversations() -> None:
    seen: list[object] = []

    def track(items, label, total):  # type: ignore[no-untyped-def]
        seen.extend([label, total])
        for item in items:
            seen.append("row")
            yield item

    extract_facets(conversations("bake", "sing"), FakeAnalyst(), DEFAULT_FACETS, POLICY, track)
    assert seen == ["extracting facets", 2, "row", "row"]


LONG = "I would like to know how to bake a loaf of bread at home without yeast"


class Heeding(FakeAnalyst):
    """Quotes at first; says what it was told to say where it is asked once more."""

    def __init__(self, second: str | None = "asks for help") -> None:
        super().__init__()
        self.second = second
        self.asked: list[Conversation] = []

    def extract(
        self, conversations: Sequence[Conversation], facets: object
    ) -> Iterator[Extraction | NotAnswered]:
        self.asked.extend(conversations)
        for conversation in conversations:
            text = self.second if conversation.complaints else conversation.transcript
            yield NotAnswered("refused") if text is None else Extraction({**GOOD, "request": text})


def test_extract_asks_once_more_when_a_facet_quotes_the_conversation() -> None:
    analyst = Heeding()
    table = conversations("bake", LONG, "sing")
    tables = extract_facets(table, analyst, DEFAULT_FACETS, STRICT)
    assert tables.facets["request"].to_pylist() == ["bake", "asks for help", "sing"]
    assert tables.facets["turns"].to_pylist() == [1, 2, 3]
    assert analyst.asked[3:] == [Conversation(LONG, 2, ("overlap",))]
    assert tables.counts == {"redone": 1, "mended": 1, "shared_sentences": 0}


@pytest.mark.parametrize("second", [LONG, None])
def test_extract_sets_a_row_aside_when_the_second_answer_is_no_better(second: str | None) -> None:
    tables = extract_facets(conversations(LONG), Heeding(second), DEFAULT_FACETS, STRICT)
    assert tables.set_aside.to_pylist() == [{"conversation": "c0", "reason": "overlap"}]
    assert tables.counts == {"redone": 1, "mended": 0, "shared_sentences": 0}


@pytest.mark.parametrize(
    ("words", "policy", "reasons"),
    [
        (7, STRICT, []),
        (8, STRICT, ["overlap"]),
        (8, PrivacyPolicy(extractive_analysts=(), max_shared_words=8), []),
        (8, PrivacyPolicy(extractive_analysts=("fake",)), []),
    ],
)
def test_extract_bounds_shared_words_when_the_analyst_may_not_quote(
    words: int, policy: PrivacyPolicy, reasons: list[str]
) -> None:
    said = " ".join(LONG.split()[:words])
    tables = extract_facets(conversations(said), FakeAnalyst(), DEFAULT_FACETS, policy)
    assert tables.set_aside["reason"].to_pylist() == reasons


def test_extract_lets_nobody_quote_who_does_not_declare_it() -> None:
    analyst = FakeAnalyst(extractive=False)
    policy = PrivacyPolicy(extractive_analysts=("fake",))
    tables = extract_facets(conversations(LONG), analyst, DEFAULT_FACETS, policy)
    assert tables.set_aside["reason"].to_pylist() == ["overlap"]


@pytest.mark.parametrize(
    ("facet", "reasons"),
    [
        ("writes to Anna", ["personal_data"]),
        ("writes to ANNA\u200b's mother", ["personal_data"]),
        ("writes to [e-mail]", []),
        ("writes to somebody at an organisation", []),
        ("writes an e-mail to some com", []),
    ],
)
def test_extract_lets_no_piece_of_personal_data_through_when_the_analyst_may_quote(
    facet: str, reasons: list[str]
) -> None:
    said = "<user>Write to anna.miller@example.org about the organisation &amp; me</user>"
    policy = PrivacyPolicy(extractive_analysts=("fake",))
    analyst = Scripted({**GOOD, "request": facet})
    tables = extract_facets(conversations(said), analyst, DEFAULT_FACETS, policy)
    assert tables.set_aside["reason"].to_pylist() == reasons


def test_extract_names_all_complaints_when_several_things_are_wrong() -> None:
    analyst = Heeding()
    said = f"{LONG} and write to anna.miller@example.org"
    extract_facets(conversations(said), analyst, DEFAULT_FACETS, STRICT)
    assert analyst.asked[1].complaints == ("personal_data", "overlap")


def test_extract_heeds_the_policy_when_a_detector_is_off() -> None:
    policy = PrivacyPolicy(extractive_analysts=("fake",), detectors_off=("email", "digit_run"))
    table = conversations("write to anna.miller@example.org")
    tables = extract_facets(table, FakeAnalyst(), DEFAULT_FACETS, policy)
    assert tables.facets.num_rows == 1


def test_extract_fails_when_second_answers_are_missing() -> None:
    class Silent(Heeding):
        def extract(
            self, conversations: Sequence[Conversation], facets: object
        ) -> Iterator[Extraction | NotAnswered]:
            return iter(()) if self.asked else super().extract(conversations, facets)

    with pytest.raises(AnalystError, match="more or fewer"):
        extract_facets(conversations(LONG), Silent(), DEFAULT_FACETS, STRICT)
