"""Sources whose records are requests, messages or spans: what is landed of them, and counted."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clio_assets.errors import SourceError, TooManyRejectsError
from clio_assets.home.erasures import Exclusions
from clio_assets.home.settings import SourceSettings
from clio_assets.landing.counts import LandingCounts
from clio_assets.landing.land import land
from clio_assets.landing.reading import Terms
from tests.fakes.telemetry import request as request_of_spans
from tests.fakes.telemetry import span
from tests.unit.landing.conftest import RecordingSink

TODAY = date(2026, 12, 31)
Record = Mapping[str, Any]


def request(words: Sequence[str], minute: int, user: str | None = "u", **fields: Any) -> Record:
    """A logged request: the user's turns with answers between them, and the last answer."""
    messages: list[dict[str, str]] = []
    for word in words:
        messages += [{"role": "user", "content": word}, {"role": "assistant", "content": "A"}]
    return {
        "timestamp": f"2026-10-0{5 + minute // 1440}T{minute // 60 % 24:02}:{minute % 60:02}:00Z",
        "request": {
            "model": "m",
            "max_tokens": 9,
            "messages": messages[:-1],
            "metadata": {"user_id": user} if user else {},
        },
        "response": {
            "type": "message",
            "role": "assistant",
            "content": [{"type": "text", "text": "A"}],
        },
        **fields,
    }


def landed(
    folder: Path, files: Sequence[Sequence[Record]], **fields: Any
) -> tuple[LandingCounts, RecordingSink]:
    folder.mkdir(parents=True, exist_ok=True)
    for number, records in enumerate(files):
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (folder / f"{number}.jsonl").write_text(lines)
    exclusions = fields.pop("exclusions", Exclusions())
    sink = RecordingSink()
    settings = SourceSettings(paths=(str(folder),), **fields)
    return land(settings, sink, today=TODAY, terms=Terms(exclusions)), sink


def rows(sink: RecordingSink) -> list[dict[str, Any]]:
    tables = sink.tables.items()
    return [
        row for name, t in sorted(tables) if name.startswith("landed_") for row in t.to_pylist()
    ]


def test_strangers_stay_apart_when_they_begin_alike(tmp_path: Path) -> None:
    files = [[request(["Hello", f"question {n}"], n, None) for n in range(24)]]
    counts, sink = landed(tmp_path, files, each_conversation_is_a_user=True)
    assert (counts.landed, counts.joined, counts.users) == (24, 0, 24)
    assert len({row["conversation_id"] for row in rows(sink)}) == 24


def test_questions_of_a_user_stay_apart_when_a_system_prompt_comes_first(tmp_path: Path) -> None:
    records = []
    for n in range(24):
        record = json.loads(json.dumps(request([f"question {n // 12}"], n, f"u{n % 12}")))
        record["request"]["messages"].insert(0, {"role": "system", "content": "You help."})
        records.append(record)
    counts, _ = landed(tmp_path, [records])
    assert (counts.landed, counts.users) == (24, 12)


def test_parts_are_accounted_for_when_requests_are_joined(tmp_path: Path) -> None:
    first = [request(["a"], 0), request(["x"], 1, None), {"canary": 1}]
    second = [request(["a", "b"], 5), request(["a", "b", "c"], 9)]
    counts, sink = landed(tmp_path, [first, second], max_reject_share=1)
    assert (counts.records, counts.parts, counts.landed, counts.joined) == (5, 5, 1, 2)
    assert sum(counts.rejected.values()) == 2
    assert counts.rejected["user_id_missing"] == 1
    (row,) = rows(sink)
    assert json.loads(row["messages"])[-2:] == [
        {"role": "user", "content": "c"},
        {"role": "assistant", "content": "A"},
    ]
    assert row["file"] == 0


def test_rows_are_the_same_when_files_and_lines_come_in_another_order(tmp_path: Path) -> None:
    records = [
        request([f"{n} {turn}" for turn in range(length)], length, f"u{n}")
        for n in range(20)
        for length in (1, 2, 3)
    ]
    _, one = landed(tmp_path / "a", [records[:30], records[30:]])
    _, other = landed(tmp_path / "b", [records[::-1][:7], records[::-1][7:]])
    assert one.tables["landed_2026-10-05"] == other.tables["landed_2026-10-05"]
    assert one.tables["index"] == other.tables["index"]


def test_only_the_day_of_the_conversation_changes_when_a_piece_comes_later(tmp_path: Path) -> None:
    begun = [request(["a"], 0), request(["x"], 1440, "v")]
    _, before = landed(tmp_path, [begun])
    _, after = landed(tmp_path, [begun, [request(["a", "b"], 1500)]])
    assert before.tables["landed_2026-10-06"] == after.tables["landed_2026-10-06"]
    assert before.tables["landed_2026-10-05"] != after.tables["landed_2026-10-05"]
    first, second = (sink.tables["landed_2026-10-05"].to_pylist() for sink in (before, after))
    assert [row["conversation_id"] for row in first] == [row["conversation_id"] for row in second]


def test_nothing_of_a_user_is_landed_when_they_were_forgotten(tmp_path: Path) -> None:
    records = [request(["a"], 0), request(["a", "b"], 1), request(["x"], 2, "v")]
    exclusions = Exclusions(forgotten=lambda user: user == "u")
    counts, sink = landed(tmp_path, [records], exclusions=exclusions)
    assert counts.excluded == {"forgotten": 1}
    assert [row["user_id"] for row in rows(sink)] == ["v"]
    assert counts.parts == 3 == counts.landed + counts.joined + 1


def test_run_stops_with_advice_when_no_request_names_a_user(tmp_path: Path) -> None:
    with pytest.raises(TooManyRejectsError, match="--each-conversation-is-a-user would take"):
        landed(tmp_path, [[request(["a"], 0, None)]])


def test_run_stops_with_what_was_left_out_when_a_log_keeps_no_messages(tmp_path: Path) -> None:
    silent = request_of_spans(span({"llm.request.type": "chat"}))
    with pytest.raises(SourceError, match=r"left out \(no_messages_logged 1\); `clio check`"):
        landed(tmp_path, [[silent]])


def test_operators_fields_name_user_and_conversation_when_requests_lack_them(
    tmp_path: Path,
) -> None:
    records = [request([f"q{n}"], n, None, who={"id": n % 2}, thread=f"t{n % 2}") for n in range(6)]
    counts, sink = landed(tmp_path, [records], user_from=("who.id",), conversation_from=("thread",))
    assert (counts.landed, counts.users, counts.turns) == (2, 2, 6)
    assert sorted(row["source_id"] for row in rows(sink)) == ["t0", "t1"]
