"""Every shape of the sample is landed as what it was: conversations, users, days and words."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from clio_assets.domain.transcript import decode_messages
from clio_assets.home.settings import Format, SourceSettings
from clio_assets.landing.counts import LandingCounts
from clio_assets.landing.land import land
from clio_assets.sample.settings import SampleSettings
from clio_assets.sample.shapes import SHAPES
from clio_assets.sample.stream import conversations
from clio_assets.sources.formats import FORMATS
from tests.unit.landing.conftest import RecordingSink

TODAY = date(2026, 12, 31)
DAY = date(2026, 12, 1)
Record = Mapping[str, Any]


@pytest.fixture(scope="module")
def sample() -> list[Record]:
    """Conversations of ordinary form: those that are sent twice, or in odd forms, are left out."""
    made = conversations(SampleSettings(conversations=500))
    return [one.record for one in made if not one.truth["duplicate_of"] and not one.truth["edge"]]


def landed(
    folder: Path, name: Format, records: Iterable[Record]
) -> tuple[LandingCounts, list[Any]]:
    """What is landed of records that lie, in no order, in three files."""
    lines = [json.dumps(record, ensure_ascii=False, default=str) for record in records]
    Random(7).shuffle(lines)
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.jsonl").write_text("\n".join(lines[number::3]), "utf-8")
    lacks = SHAPES[name].lacks
    settings = SourceSettings(
        paths=(str(folder),),
        day=DAY if "times" in lacks else None,
        each_conversation_is_a_user="users" in lacks,
    )
    sink = RecordingSink()
    counts = land(settings, sink, today=TODAY)
    rows = [
        row
        for table, found in sink.tables.items()
        if table.startswith("landed_")
        for row in found.to_pylist()
    ]
    return counts, rows


def words_of_users(rows: Iterable[Mapping[str, Any]]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(_said(row, "user")) for row in rows)


def _said(row: Mapping[str, Any], role: str) -> list[str]:
    """What one side said, white space aside: a page of HTML keeps little of it."""
    messages = decode_messages(row["messages"])
    return [" ".join(m.content.split()) for m in messages if m.role == role and m.content]


def test_every_format_can_be_tried_when_a_sample_is_written() -> None:
    assert set(SHAPES) == set(FORMATS)


@pytest.mark.parametrize("name", SHAPES)
def test_sample_is_landed_whole_when_it_has_the_shape(
    name: Format, sample: list[Record], tmp_path: Path
) -> None:
    plain, expected = landed(tmp_path / "plain", "plain", sample)
    counts, rows = landed(tmp_path / "shape", name, SHAPES[name].records(sample))
    lacks = SHAPES[name].lacks
    assert counts.formats == {name: 3}
    assert counts.rejected == {}
    assert counts.unread == ()
    assert counts.landed == plain.landed == len(sample)
    assert words_of_users(rows) == words_of_users(expected)
    if "users" not in lacks:
        assert counts.users == plain.users
    if "times" not in lacks:
        assert counts.days == plain.days
    if "answers" not in lacks:
        assert _answers(rows) == _answers(expected)
    if "flags" not in lacks:
        assert Counter(row["flagged"] for row in rows) == Counter(r["flagged"] for r in expected)
    assert len({row["conversation_id"] for row in rows}) == len(sample)


def _answers(rows: Iterable[Mapping[str, Any]]) -> Counter[str]:
    return Counter(answer for row in rows for answer in _said(row, "assistant"))
