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
