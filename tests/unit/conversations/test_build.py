from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from clio_assets.conversations.attributes import Labels
from clio_assets.conversations.build import ConversationRules, ConversationTables, build
from clio_assets.conversations.pseudonyms import pseudonym
from clio_assets.conversations.schema import CONVERSATIONS, CONVERSATIONS_SET_ASIDE
from clio_assets.domain.attributes import AttributeDefinition
from clio_assets.domain.conversation import Conversation
from clio_assets.domain.transcript import Message, encode_messages
from clio_assets.errors import LakeError
from clio_assets.home.settings import ConversationSettings
from clio_assets.landing.schema import LANDED
from privacy_checks.policy.model import PrivacyPolicy

KEY = bytes(32)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SCHEMA = LANDED.append(pa.field("source", pa.string(), nullable=False))
LEFT_OUT = pa.schema(
    {"source": pa.string(), "file": pa.int32(), "line": pa.int64(), "reason": pa.string()}
)
NONE_LEFT_OUT = LEFT_OUT.empty_table()
SETTINGS = ConversationSettings()


def row(line: int, *messages: tuple[Any, str], **fields: Any) -> dict[str, Any]:
    return {
        "line": line,
        "file": 1,
        "conversation_id": f"c{line}",
        "user_id": "canary-user",
        "started_at": START,
        "latest_at": START,
        "messages": encode_messages([Message(*m) for m in messages or [("user", "hi")]]),
        "flagged": None,
        "metadata": '{"canary": 1}',
        "source": "s1",
    } | fields


def built(
    rows: Sequence[dict[str, Any]],
    left_out: pa.Table = NONE_LEFT_OUT,
    settings: ConversationSettings = SETTINGS,
    screen: Any = None,
) -> ConversationTables:
    landed = pa.Table.from_pylist(list(rows), SCHEMA)
    tables = build(landed, left_out, ConversationRules(KEY, settings, 0, screen))
    assert tables.conversations.num_rows + tables.set_aside.num_rows == len(rows)
    assert tables.conversations.schema == CONVERSATIONS
    assert tables.set_aside.schema == CONVERSATIONS_SET_ASIDE
    return tables


def c(line: int) -> str:
    return pseudonym(KEY, "conversation", f"c{line}")


def test_row_becomes_a_pseudonymous_transcript_when_it_is_kept() -> None:
    messages = [("user", "hi"), ("assistant", "hello"), ("user", "bye")]
    [found] = built([row(1, *messages, flagged=True)]).conversations.to_pylist()
    assert found == {
        "conversation": c(1),
        "user": pseudonym(KEY, "user", "canary-user"),
        "started_at": START,
        "turns": 2,
        "flagged": True,
        "transcript": "<user>hi</user>\n<assistant>hello</assistant>\n<user>bye</user>",
    }


def test_both_tables_are_empty_when_nothing_was_landed() -> None:
    tables = built([])
    assert tables.conversations.num_rows == tables.set_aside.num_rows == 0


def test_rows_are_ordered_when_they_were_not() -> None:
    rows = [
        row(1, started_at=START + timedelta(seconds=1)),
        row(2, source="s2"),
        row(4, file=2),
        row(3, file=1),
    ]
    found = built(rows).conversations.column("conversation").to_pylist()
    assert found == [c(3), c(4), c(2), c(1)]


@pytest.mark.parametrize(
    "messages",
    [[("assistant", "hello")], [("user", "[image]")], [("system", "[system prompt]")]],
)
def test_row_is_set_aside_when_the_user_wrote_nothing(messages: list[tuple[str, str]]) -> None:
    found = built([row(1, *messages), row(2)])
    assert found.set_aside.to_pylist() == [{"conversation": c(1), "reason": "no_user_text"}]


def test_row_is_set_aside_when_it_was_landed_without_messages() -> None:
    assert built([row(1, messages="[]")]).set_aside.num_rows == 1


def test_row_is_set_aside_with_its_reason_when_it_repeats() -> None:
    again = row(9, conversation_id="c2")
    left_out = pa.Table.from_pylist(
        [
            {"source": "s1", "file": 1, "line": 2, "reason": "superseded"},
            {"source": "s2", "file": 1, "line": 1, "reason": "exact_duplicate"},
        ],
        LEFT_OUT,
    )
    tables = built([row(1), row(1, source="s2"), row(2), again], left_out)
    assert tables.conversations.column("conversation").to_pylist() == [c(1), c(2)]
    assert tables.set_aside.to_pylist() == [
        {"conversation": c(2), "reason": "superseded"},
        {"conversation": c(1), "reason": "exact_duplicate"},
    ]


def test_build_refuses_when_a_row_to_leave_out_was_not_landed() -> None:
    left_out = pa.Table.from_pylist(
        [{"source": "s1", "file": 1, "line": 5, "reason": "superseded"}], LEFT_OUT
    )
    with pytest.raises(LakeError):
        build(pa.Table.from_pylist([row(1)], SCHEMA), left_out, ConversationRules(KEY, SETTINGS, 0))


def test_rows_are_not_sampled_when_the_share_is_small() -> None:
    rows = [row(line) for line in range(400)]
    tables = built(rows, settings=ConversationSettings(sample_share=0.25))
    assert 70 < tables.conversations.num_rows < 130
    assert set(tables.set_aside.column("reason").to_pylist()) == {"not_sampled"}


def test_conversation_is_cut_when_a_middle_completion_is_sampled() -> None:
    settings = ConversationSettings(sampling="completion", sample_share=1.0)
    messages = [("user", "hi"), ("assistant", "hello"), ("user", "unanswered")]
    [found] = built([row(1, *messages)], settings=settings).conversations.to_pylist()
    assert found["turns"] == 1
    assert "unanswered" not in found["transcript"]


def test_nothing_of_the_user_is_left_when_the_sampled_completion_comes_first() -> None:
    settings = ConversationSettings(sampling="completion", sample_share=1.0)
    tables = built([row(1, ("assistant", "hello"), ("user", "hi"))], settings=settings)
    assert tables.set_aside.column("reason").to_pylist() == ["no_user_text"]


def test_transcript_is_cut_to_the_budget_when_it_is_long() -> None:
    settings = ConversationSettings(transcript_budget=500)
    [found] = built([row(1, ("user", "x" * 5000))], settings=settings).conversations.to_pylist()
    assert len(found["transcript"]) <= 500
    assert "<omitted characters=" in found["transcript"]


def test_screened_out_rows_are_set_aside_when_the_screener_says_no() -> None:
    seen: list[Conversation] = []

    def screen(conversations: Sequence[Conversation]) -> list[bool]:
        seen.extend(conversations)
        return ["keep" in conversation.transcript for conversation in conversations]

    rows = [
        row(1, ("user", "drop")),
        row(2, ("user", "[image]")),
        row(3, ("user", "keep")),
        row(4, ("user", "drop")),
    ]
    tables = built(rows, screen=screen)
    assert tables.conversations.column("conversation").to_pylist() == [c(3)]
    assert tables.set_aside.to_pylist() == [
        {"conversation": c(1), "reason": "screened_out"},
        {"conversation": c(2), "reason": "no_user_text"},
        {"conversation": c(4), "reason": "screened_out"},
    ]
    assert [found.transcript for found in seen] == [
        "<user>drop</user>",
        "<user>keep</user>",
        "<user>drop</user>",
    ]


def test_build_refuses_when_the_screener_answers_too_few() -> None:
    with pytest.raises(ValueError, match="once for each"):
        built([row(1), row(2)], screen=lambda found: [True])


def test_real_ids_and_metadata_stay_behind_when_tables_are_built() -> None:
    tables = built([row(1), row(2, ("assistant", "x"))])
    shown = str(tables.conversations.to_pylist()) + str(tables.set_aside.to_pylist())
    assert "canary" not in shown
    assert "c1" not in shown.split("'")


def test_kept_rows_alone_have_labels_when_attributes_are_declared() -> None:
    model = AttributeDefinition("model", "model", "category", top=3)
    labels = Labels.under((model,), PrivacyPolicy())
    rows = [
        row(1, attributes='{"model": "swift", "region": "canary"}'),
        row(2, ("assistant", "hello"), attributes='{"model": "owl"}'),
        row(3),
    ]
    landed = pa.Table.from_pylist(rows, SCHEMA)
    tables = build(landed, NONE_LEFT_OUT, ConversationRules(KEY, SETTINGS, 0, labels=labels))
    assert tables.attributes is not None
    assert tables.attributes.to_pylist() == [
        {"conversation": c(1), "model": "swift"},
        {"conversation": c(3), "model": None},
    ]
    assert tables.conversations.schema == CONVERSATIONS
    assert set(tables.by_name()) == {"conversations", "set_aside", "attributes"}


def test_kept_rows_alone_have_numbers_when_an_attribute_has_a_mean() -> None:
    seconds = AttributeDefinition("seconds", "latency_seconds", "number", bins=(1, 30))
    one_edge = AttributeDefinition("cost", "cost_usd", "number", bins=(1,))
    labels = Labels.under((seconds, one_edge), PrivacyPolicy())
    said = ['{"latency_seconds": 900, "cost_usd": 2}', '{"latency_seconds": "2.5"}', None]
    rows = [row(at, attributes=one) for at, one in enumerate(said, start=1)]
    landed = pa.Table.from_pylist([*rows, row(4, ("assistant", "hello"))], SCHEMA)
    tables = build(landed, NONE_LEFT_OUT, ConversationRules(KEY, SETTINGS, 0, labels=labels))
    assert tables.numbers is not None
    assert tables.numbers.to_pylist() == [
        {"conversation": c(1), "seconds": 30.0},
        {"conversation": c(2), "seconds": 2.5},
        {"conversation": c(3), "seconds": None},
    ]


def test_no_table_of_labels_is_there_when_no_attribute_is_declared() -> None:
    assert set(built([row(1)]).by_name()) == {"conversations", "set_aside"}
