"""What `clio check` foresees is what the first stage of a run does."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from clio_assets.conversations.build import what_stays
from clio_assets.domain.transcript import decode_messages
from clio_assets.estimate.foresee import foresee
from clio_assets.home.settings import ConversationSettings, SourceSettings
from tests.fakes.records import jsonl, plain

__all__ = ["jsonl", "plain"]

TODAY = date(2026, 3, 10)
IMAGE = [{"role": "user", "content": [{"type": "image"}]}]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([{}, {"n": 2}], {}),
        ([{}, {}], {"superseded": 1}),
        ([{}, {"n": 2, "same": True}], {"exact_duplicate": 1}),
        ([{"messages": IMAGE}, {"n": 2}], {"no_user_text": 1}),
        ([{"messages": IMAGE}, {"messages": IMAGE}], {"no_user_text": 1, "superseded": 1}),
        ([{}, {"user_id": "other"}], {}),
    ],
    ids=["two", "twice", "sent again", "only a picture", "a picture twice", "another user"],
)
def test_reasons_are_foreseen_when_a_run_would_set_records_aside(
    jsonl: Callable[..., str],
    plain: Callable[..., dict[str, Any]],
    changes: list[dict[str, Any]],
    expected: dict[str, int],
) -> None:
    records = []
    for change in changes:
        fields = dict(change)
        record = plain(fields.pop("n", 1))
        if fields.pop("same", False):
            record |= {k: v for k, v in plain(1).items() if k in {"user_id", "messages"}}
        records.append(record | fields)
    source = SourceSettings(paths=(jsonl(records),))
    found = foresee(source, ConversationSettings(), seed=0, today=TODAY)
    assert found.set_aside == expected
    assert found.kept == len(records) - sum(expected.values())


def test_sampling_is_foreseen_when_a_share_is_kept(
    jsonl: Callable[..., str], plain: Callable[..., dict[str, Any]]
) -> None:
    from clio_assets.landing.land import land
    from tests.unit.landing.conftest import RecordingSink

    source = SourceSettings(paths=(jsonl([plain(n) for n in range(200)]),))
    settings = ConversationSettings(sample_share=0.3)
    found = foresee(source, settings, seed=5, today=TODAY)
    sink = RecordingSink()
    land(source, sink, today=TODAY)
    tables = [t for name, t in sink.tables.items() if name.startswith("landed_")]
    rows = pa.concat_tables(tables).to_pylist()
    kept = [_stays(row["messages"], row["conversation_id"], settings) for row in rows]
    assert found.set_aside == {"not_sampled": kept.count(False)}
    assert found.kept == kept.count(True)
    assert 20 < found.kept < 100


def _stays(messages: str, identity: str, settings: ConversationSettings) -> bool:
    return not isinstance(what_stays(decode_messages(messages), identity, settings, 5), str)


@pytest.mark.parametrize(
    ("changes", "options", "lacks"),
    [
        ({}, {}, ()),
        ({"user_id": None}, {}, ("users",)),
        ({"user_id": "None"}, {"each_conversation_is_a_user": True}, ()),
        ({"user_id": None}, {"user_from": ("metadata.who",)}, ()),
        ({"started_at": None}, {}, ("times",)),
        ({"started_at": None}, {"day": TODAY}, ()),
        ({"user_id": None, "started_at": ""}, {}, ("users", "times")),
    ],
)
def test_all_else_is_told_when_a_source_lacks_users_or_times(
    jsonl: Callable[..., str],
    plain: Callable[..., dict[str, Any]],
    changes: dict[str, Any],
    options: dict[str, Any],
    lacks: tuple[str, ...],
) -> None:
    records = [plain(n, metadata={"who": f"w{n}"}) | changes for n in range(4)]
    source = SourceSettings(paths=(jsonl([*records, records[0]]),), **options)
    found = foresee(source, ConversationSettings(), seed=0, today=TODAY)
    assert found.lacks == lacks
    assert (found.found.landed, found.kept, found.found.users) == (5, 4, 4)
    assert not found.found.rejected


def test_users_are_lacking_when_pieces_name_none(jsonl: Callable[..., str]) -> None:
    call = {"request": {"model": "m", "messages": [{"role": "user", "content": "hi"}]}}
    calls = [call | {"timestamp": f"2026-03-01T10:0{n}:00Z", "response": None} for n in range(3)]
    source = SourceSettings(paths=(jsonl(calls),), format="messages-api")
    found = foresee(source, ConversationSettings(), seed=0, today=TODAY)
    assert found.lacks == ("users",)
    assert found.found.landed == found.kept == 3


def test_accounts_are_lacking_when_an_export_is_of_one(jsonl: Callable[..., str]) -> None:
    chat = {
        "uuid": "k",
        "account": {"uuid": "a"},
        "created_at": "2026-03-01T10:00:00Z",
        "chat_messages": [{"sender": "human", "text": "hi"}],
    }
    source = SourceSettings(paths=(jsonl([chat]),))
    found = foresee(source, ConversationSettings(), seed=0, today=TODAY)
    assert found.lacks == ("several_accounts",)
    assert found.kept == 1


def test_some_are_rejected_and_nothing_lacks_when_others_name_users(
    jsonl: Callable[..., str], plain: Callable[..., dict[str, Any]]
) -> None:
    source = SourceSettings(paths=(jsonl([plain(1), plain(2, user_id=None)]),))
    found = foresee(source, ConversationSettings(), seed=0, today=TODAY)
    assert found.lacks == ()
    assert found.found.rejected == {"user_id_missing": 1}
