import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from clio_assets.errors import SourceError, TooManyRejectsError, UsageError
from clio_assets.home.erasures import Exclusions
from clio_assets.home.settings import SourceSettings
from clio_assets.landing import buffers as landing_buffers
from clio_assets.landing.buffers import LandedRow, LandingBuffers
from clio_assets.landing.land import (
    LandingCounts,
    land,
    survey,
)
from clio_assets.landing.listing import list_source
from clio_assets.landing.reading import Terms
from clio_assets.landing.schema import LANDED, LANDED_INDEX_KEPT, REJECTED

T = TypeVar("T")
TODAY = date(2026, 3, 10)
Write = Callable[..., str]
Plain = Callable[..., dict[str, Any]]
LMSYS = {"conversation_id": "l1", "conversation": [{"role": "user", "content": "canary"}]}


def settings(*paths: str, **fields: Any) -> SourceSettings:
    return SourceSettings(paths=paths, **fields)


def both(found: SourceSettings, sink: Any) -> LandingCounts:
    """What `land` counts, which is what `survey` counts."""
    counts = land(found, sink, today=TODAY)
    assert survey(found, today=TODAY) == counts
    return counts


def test_rows_are_split_by_utc_day_when_a_source_is_landed(
    jsonl: Write, plain: Plain, sink: Any
) -> None:
    path = jsonl(
        [
            plain(1, started_at="2026-03-02T00:30:00+01:00"),
            plain(2, started_at="2026-03-02T00:00:00Z", metadata={"a": 1}, flagged=True),
            plain(3, started_at="2026-03-01T12:00:00Z", user_id="u1"),
        ]
    )
    counts = both(settings(path), sink)
    assert asdict(counts) == {
        "formats": {"plain": 1},
        "written_by": {},
        "files": 1,
        "records": 3,
        "parts": 3,
        "landed": 3,
        "joined": 0,
        "left_out": {},
        "rejected": {},
        "lost": {},
        "same_id": 0,
        "unread": (),
        "days": {"2026-03-01": 2, "2026-03-02": 1},
        "users": 2,
        "turns": 3,
        "first_rejects": (),
        "too_many_rejects": False,
        "vectors": {},
        "excluded": {},
        "unusable": 0,
        "too_many_unread": False,
    }
    tables = sink.tables
    assert sorted(tables) == ["index", "landed_2026-03-01", "landed_2026-03-02"]
    assert tables["landed_2026-03-01"].column("line").to_pylist() == [1, 3]
    assert tables["landed_2026-03-02"].schema == LANDED
    (row,) = tables["landed_2026-03-02"].to_pylist()
    assert re.fullmatch("[0-9a-f]{32}", row.pop("conversation_id"))
    assert [row] == [
        {
            "line": 2,
            "file": 1,
            "source_id": "c2",
            "user_id": "u2",
            "started_at": datetime(2026, 3, 2, tzinfo=UTC),
            "latest_at": datetime(2026, 3, 2, tzinfo=UTC),
            "messages": '[{"role":"user","content":"question 2"}]',
            "flagged": True,
            "metadata": '{"a":1}',
            "attributes": None,
        }
    ]


def test_index_tells_repeats_apart_when_records_are_landed(
    jsonl: Write, plain: Plain, sink: Any
) -> None:
    same = {"user_id": "u", "messages": [{"role": "user", "content": "hi"}]}
    moved = {"user_id": "u\0h", "messages": [{"role": "user", "content": "i"}]}
    other = {"user_id": "v", "messages": same["messages"]}
    again = {"user_id": "u", "messages": [*same["messages"], {"role": "user", "content": "more"}]}
    path = jsonl([plain(1, **r) for r in (same, other, moved, again)] + [plain(2, **same)])
    both(settings(path), sink)
    index = sink.tables["index"]
    assert index.schema == LANDED_INDEX_KEPT
    rows = index.to_pylist()
    conversations = [row["conversation_digest"] for row in rows]
    contents = [row["content_digest"] for row in rows]
    assert conversations[0] == conversations[3]  # it continues; the others are others'
    assert len(set(conversations)) == 4
    assert contents[0] == contents[4]
    assert len(set(contents)) == 4
    assert {row["day"] for row in rows} == {date(2026, 3, 1)}


def test_every_record_is_accounted_for_when_some_are_malformed(
    jsonl: Write, plain: Plain, sink: Any
) -> None:
    lines = [
        plain(1),
        "{broken",
        b'{"conversation_id": "\xff"}',
        "[1]",
        plain(5, messages=None),
        plain(6, user_id=None),
        plain(7, started_at=None),
        plain(8, started_at="2026-03-11T00:00:00Z"),
        plain(9, started_at="2026-03-10T23:59:59Z"),
        plain(10, started_at="1970-01-01T00:00:00Z"),
        plain(11, messages=[]),
        LMSYS,
    ]
    counts = both(settings(jsonl(lines), max_reject_share=1), sink)
    reasons = {
        2: "broken_json",
        3: "invalid_utf8",
        4: "not_an_object",
        5: "messages_missing",
        6: "user_id_missing",
        7: "started_at_missing",
        8: "started_at_in_the_future",
        10: "started_at_implausible",
        12: "of_another_shape",
    }
    assert counts.records == 12 == counts.landed + sum(counts.rejected.values())
    assert counts.rejected == dict.fromkeys(sorted(reasons.values()), 1)
    assert counts.first_rejects == tuple((1, n, r) for n, r in list(reasons.items())[:5])
    rejected = sink.tables["rejected"]
    assert rejected.schema == REJECTED
    rows = rejected.to_pylist()
    assert {row["line"]: row["reason"] for row in rows} == reasons
    assert rows[0]["record"] == "{broken\n"
    assert "\ufffd" in rows[1]["record"]


def test_reject_is_cut_and_storable_when_it_is_long_or_odd(
    jsonl: Write, plain: Plain, sink: Any
) -> None:
    odd = [plain(1), plain(2), plain(3), {"long": "x" * 50_000}, {"odd": "\ud800\0"}]
    path = jsonl([json.dumps(odd)], "source.json")
    land(settings(path, max_reject_share=1), sink, today=TODAY)
    first, second = (row["record"] for row in sink.tables["rejected"].to_pylist())
    assert len(first) == 10_000
    assert second == '{"odd": "\\u0000"}'


def test_run_stops_in_numbers_when_too_many_records_are_malformed(
    jsonl: Write, plain: Plain, sink: Any
) -> None:
    lines = [*(plain(n) for n in range(97)), "{canary", plain(98, user_id=None), plain(99)]
    path = jsonl(lines)
    found = settings(path, max_reject_share=0.019)
    with pytest.raises(TooManyRejectsError) as caught:
        land(found, sink, today=TODAY)
    words = str(caught.value)
    assert "2 of 100 records" in words
    assert "broken_json 1, user_id_missing 1" in words
    assert "1:98 (broken_json), 1:99 (user_id_missing)" in words
    assert "--each-conversation-is-a-user" in words
    assert "canary" not in words
    assert survey(found, today=TODAY).too_many_rejects
    assert not survey(settings(path, max_reject_share=0.02), today=TODAY).too_many_rejects


@pytest.mark.parametrize(
    ("lines", "fields", "words"),
    [
        ([], {}, "holds no records"),
        (["", " "], {}, "holds no records"),
        (["{", "["], {}, "none of its first 2 records"),
        (["{"], {"format": "plain"}, "1 of 1 records"),
        (["{"], {"format": "plain", "max_reject_share": 1}, "no usable record"),
        ([{"text": "canary"}], {}, r"\(seen: none; fields: text\)"),
        ([LMSYS], {}, "no user ids: .* --each-conversation-is-a-user .*no timestamps: .*--day"),
        ([LMSYS], {"each_conversation_is_a_user": True}, "the source has no timestamps"),
        ([LMSYS], {"day": TODAY}, "the source has no user ids: .*count distinct users"),
        ([LMSYS], {"format": "plain"}, "of_another_shape 1"),
    ],
)
def test_run_stops_with_advice_when_the_source_cannot_be_used(
    jsonl: Write, sink: Any, lines: list[object], fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        land(settings(jsonl(lines), **fields), sink, today=TODAY)
    assert "canary" not in str(caught.value)


def test_each_conversation_is_a_user_when_the_operator_says_so(
    jsonl: Write, plain: Plain, sink: Any
) -> None:
    path = jsonl([plain(1), plain(2, user_id=None), plain(3, user_id=""), plain(4, user_id="u1")])
    counts = both(settings(path, each_conversation_is_a_user=True), sink)
    assert (counts.landed, counts.users) == (4, 3)
    rows = sink.tables["landed_2026-03-01"].to_pylist()
    own = [f"conversation {row['conversation_id']}" for row in rows]
    assert [row["user_id"] for row in rows] == ["u1", own[1], own[2], "u1"]


def test_named_day_counts_only_when_a_record_has_no_timestamp(
    jsonl: Write, plain: Plain, sink: Any
) -> None:
    path = jsonl([plain(1), plain(2, started_at=None)])
    counts = both(settings(path, day=date(2026, 2, 1)), sink)
    assert counts.days == {"2026-02-01": 1, "2026-03-01": 1}


def test_future_day_is_refused_when_the_operator_names_one(jsonl: Write, plain: Plain) -> None:
    path = jsonl([plain(1)])
    with pytest.raises(UsageError):
        survey(settings(path, day=date(2026, 3, 11)), today=TODAY)


def claude(number: int, account: object) -> dict[str, Any]:
    return {
        "uuid": f"k{number}",
        "account": account,
        "created_at": "2026-03-01T10:00:00Z",
        "chat_messages": [{"sender": "human", "text": "hi"}],
    }


@pytest.mark.parametrize("accounts", [[None, None], [{"uuid": "a"}, {"uuid": "a"}]])
def test_personal_export_stops_the_run_unless_each_conversation_is_a_user(
    jsonl: Write, sink: Any, accounts: list[object]
) -> None:
    path = jsonl([claude(n, account) for n, account in enumerate(accounts)])
    with pytest.raises(SourceError, match="--each-conversation-is-a-user"):
        land(settings(path), sink, today=TODAY)
    found = settings(path, each_conversation_is_a_user=True)
    assert survey(found, today=TODAY).users == 2


def test_accounts_are_users_when_an_export_is_an_organisations(jsonl: Write, sink: Any) -> None:
    path = jsonl([claude(n, {"uuid": f"a{n % 2}"}) for n in range(6)])
    assert both(settings(path), sink).users == 2


def test_directory_of_exports_is_one_source_when_it_holds_several(
    jsonl: Write, plain: Plain, sink: Any, tmp_path: Path
) -> None:
    jsonl([json.dumps([plain(1), plain(2)])], "in/a/conversations.json")
    jsonl([plain(3)], "in/b.jsonl")
    jsonl(['{"email": "canary"}'], "in/a/user.json")
    assert both(settings(str(tmp_path / "in")), sink).landed == 3
    rows = sink.tables["landed_2026-03-01"].to_pylist()
    assert [(row["file"], row["line"]) for row in rows] == [(1, 1), (1, 2), (2, 1)]


def test_rows_are_the_same_when_buffers_are_small(
    jsonl: Write, plain: Plain, monkeypatch: pytest.MonkeyPatch, sink: Any
) -> None:
    lines: list[object] = []
    for n in range(400):
        lines.append(plain(n, started_at=f"2026-03-0{1 + n * 7 % 9}T00:00:00Z"))
        lines.append("{broken")
    found = settings(jsonl(lines), max_reject_share=1)
    land(found, sink, today=TODAY)
    small = type(sink)()
    monkeypatch.setattr(landing_buffers.LandingBuffers.__init__, "__defaults__", (8192,))
    monkeypatch.setattr(landing_buffers, "_INDEX_ROWS", 7)
    land(found, small, today=TODAY)
    assert small.tables == sink.tables
    assert len(small.pieces["landed_2026-03-01"]) > 1 == len(sink.pieces["landed_2026-03-01"])
    assert max(len(p) for p in small.pieces["index"]) == 7
    assert len(small.pieces["rejected"]) > 1


def _waiting(number: int, moment: datetime) -> LandedRow:
    return LandedRow(
        line=number,
        file=1,
        conversation_id=f"c{number}",
        source_id=None,
        user_id="u",
        started_at=moment,
        latest_at=moment,
        messages=b"x" * 300,
        flagged=None,
        metadata=None,
        attributes=None,
    )


def test_waiting_rows_stay_below_the_limit_when_days_are_many(sink: Any) -> None:
    buffers = LandingBuffers(sink, waiting=100_000)
    moments = [datetime(2026, 1 + n % 12, 1 + n % 28, tzinfo=UTC) for n in range(5000)]
    for n, moment in enumerate(moments):
        buffers.land(_waiting(n, moment))
    written = sum(t.num_rows for name, t in sink.tables.items() if name.startswith("landed_"))
    assert 5000 - written <= 100_000 / 800 + 1
    buffers.finish()
    landed = [t for name, t in sink.tables.items() if name.startswith("landed_")]
    assert sum(t.num_rows for t in landed) == sink.tables["index"].num_rows == 5000
    assert all(t["line"].to_pylist() == sorted(t["line"].to_pylist()) for t in landed)


def test_records_pass_the_tracker_when_one_is_given(jsonl: Write, plain: Plain) -> None:
    seen: list[object] = []

    def track(items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        assert label
        for item in items:
            seen.append(item)
            yield item

    survey(settings(jsonl([plain(n) for n in range(250)])), today=TODAY, track=track)
    assert len(seen) == 250


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({}, True),
        ({"format": "plain"}, False),
        ({"day": date(2026, 1, 1)}, False),
        ({"each_conversation_is_a_user": True}, False),
        ({"max_reject_share": 0.5}, False),
        ({"namespace": "n"}, False),
        ({"user_from": ("account",)}, False),
        ({"conversation_from": ("thread",)}, False),
        ({"tenant_from": ("organisation",)}, False),
    ],
)
def test_fingerprint_changes_when_a_setting_that_decides_does(
    jsonl: Write, plain: Plain, fields: dict[str, Any], same: bool
) -> None:
    path = jsonl([plain(1)])
    before = list_source(settings(path)).fingerprint
    assert (list_source(settings(path, **fields)).fingerprint == before) is same


def test_operators_fields_count_when_they_are_named(jsonl: Write, plain: Plain, sink: Any) -> None:
    account = {"a": {"user": "w", "thread": 7.0, "organisation": "o"}}
    path = jsonl([plain(1, **account), plain(2)])
    found = settings(
        path,
        user_from=("none", "a.user"),
        conversation_from=("a.thread",),
        tenant_from=("a.organisation",),
    )
    both(found, sink)
    rows = sink.tables["landed_2026-03-01"].to_pylist()
    assert [(row["user_id"], row["source_id"]) for row in rows] == [("o/w", "7"), ("u2", "c2")]


@pytest.mark.parametrize(
    ("change", "kept", "same_id"),
    [
        ({}, 1, 0),
        ({"messages": [{"role": "user", "content": "other words"}]}, 2, 1),
        ({"user_id": "other"}, 2, 0),
        ({"a": "tenant"}, 2, 0),
    ],
    ids=["continued", "other words", "another user", "another tenant"],
)
def test_one_id_is_one_conversation_only_when_a_user_goes_on(
    jsonl: Write, plain: Plain, sink: Any, change: dict[str, Any], kept: int, same_id: int
) -> None:
    counts = both(settings(jsonl([plain(1), plain(1, **change)]), tenant_from=("a",)), sink)
    assert (counts.landed, counts.same_id) == (2, same_id)
    digests = sink.tables["index"]["conversation_digest"].to_pylist()
    assert len(set(digests)) == kept


def test_sources_of_two_namespaces_share_no_conversation_when_their_ids_meet(
    jsonl: Write, plain: Plain
) -> None:
    sinks = [
        _identities(settings(jsonl([plain(1)]), namespace=name)) for name in ("", "a", "b", "a")
    ]
    assert len(set(sinks)) == 3


def _identities(found: SourceSettings) -> str:
    from tests.unit.landing.conftest import RecordingSink

    sink = RecordingSink()
    land(found, sink, today=TODAY)
    identity: str = sink.tables["landed_2026-03-01"]["conversation_id"][0].as_py()
    return identity


@pytest.mark.parametrize(
    ("second", "landed"),
    [(b"\x1f\x8b\x08garbage", 2), (b"[{", 2), (b'{"a": 1}\n', 2)],
    ids=["damaged", "cut off", "of no known shape"],
)
def test_other_files_are_landed_when_one_cannot_be_read(
    jsonl: Write, plain: Plain, sink: Any, tmp_path: Path, second: bytes, landed: int
) -> None:
    jsonl([plain(1)], "in/a.jsonl")
    name = "in/b.jsonl.gz" if second.startswith(b"\x1f") else "in/b.json"
    (tmp_path / name).write_bytes(second)
    jsonl([plain(3)], "in/c.jsonl")
    counts = both(settings(str(tmp_path / "in")), sink)
    assert counts.landed == landed
    assert [number for number, _ in counts.unread] == [2]
    assert counts.set_aside == {"unreadable_file": 1}


def test_files_of_several_shapes_are_landed_when_a_folder_holds_them(
    jsonl: Write, plain: Plain, sink: Any, tmp_path: Path
) -> None:
    jsonl([plain(1)], "in/a.jsonl")
    jsonl([LMSYS | {"tstamp": 1772366400, "user_id": "u"}], "in/b.jsonl")
    counts = both(settings(str(tmp_path / "in"), each_conversation_is_a_user=True), sink)
    assert (counts.formats, counts.landed) == ({"lmsys": 1, "plain": 1}, 2)


def test_others_of_a_record_are_landed_when_one_of_them_is_malformed(
    jsonl: Write, plain: Plain, sink: Any
) -> None:
    wrapped = {"data": [plain(1, user_id=None), plain(2), plain(3, started_at=None), plain(4)]}
    counts = both(settings(jsonl([wrapped]), max_reject_share=1), sink)
    assert (counts.records, counts.parts, counts.landed) == (1, 4, 2)
    assert counts.rejected == {"started_at_missing": 1, "user_id_missing": 1}
    rows = sink.tables["landed_2026-03-01"].to_pylist()
    assert [row["source_id"] for row in rows] == ["c2", "c4"]
    assert len({(row["file"], row["line"]) for row in rows}) == 2


def test_fingerprint_changes_when_a_file_grows(jsonl: Write, plain: Plain) -> None:
    path = jsonl([plain(1)])
    before = list_source(settings(path)).fingerprint
    jsonl([plain(1), plain(2)])
    assert list_source(settings(path)).fingerprint != before


def test_excluded_records_are_counted_apart_when_days_and_users_may_not_be_landed(
    jsonl: Write, plain: Plain, sink: Any
) -> None:
    lines = [
        plain(1),
        plain(2, started_at="2026-02-28T23:59:59Z"),
        plain(3, user_id=" gone "),
        plain(4, user_id="gone", started_at="2026-02-01T10:00:00Z"),
        "{canary",
    ]
    found = settings(jsonl(lines), max_reject_share=0.2)
    exclusions = Exclusions(date(2026, 3, 1), lambda user: user == "gone")
    counts = land(found, sink, today=TODAY, terms=Terms(exclusions))
    assert (counts.records, counts.landed) == (5, 1)
    assert counts.excluded == {"forgotten": 1, "past_retention": 2}
    assert counts.set_aside == {"broken_json": 1, "forgotten": 1, "past_retention": 2}
    assert sorted(sink.tables) == ["index", "landed_2026-03-01", "rejected"]
    assert sink.tables["index"].num_rows == 1
    assert sink.tables["rejected"]["record"].to_pylist() == [""]
    assert survey(found, today=TODAY).landed == 4


def test_source_is_landed_empty_when_all_of_it_is_excluded(
    jsonl: Write, plain: Plain, sink: Any
) -> None:
    found = settings(jsonl([plain(1), plain(2)]))
    counts = land(found, sink, today=TODAY, terms=Terms(Exclusions(date(2026, 3, 2))))
    assert (counts.landed, counts.excluded) == (0, {"past_retention": 2})
    assert sink.tables == {}


def test_export_of_several_accounts_is_landed_when_all_but_one_are_forgotten(
    jsonl: Write, sink: Any
) -> None:
    path = jsonl([claude(n, {"uuid": f"a{n % 2}"}) for n in range(6)])
    forgotten = Exclusions(forgotten=lambda user: user == "a1")
    assert land(settings(path), sink, today=TODAY, terms=Terms(forgotten)).users == 1


SHARED = Path(__file__).parents[4] / "shared" / "data"


@pytest.mark.parametrize(
    ("name", "shape", "landed", "days"),
    [
        ("hh_rlhf_harmless_test.wildchat.jsonl.gz", "wildchat", 2312, 42),
        ("clinc150.jsonl.gz", "plain", 22500, 28),
        ("oasst_trees.lmsys.jsonl.gz", "lmsys", 100, 1),
    ],
)
def test_real_data_is_landed_whole_when_it_is_there(
    name: str, shape: str, landed: int, days: int
) -> None:
    path = SHARED / name
    if not path.exists():
        pytest.skip("the real data sets are not beside the checkout")
    own = {"day": date(2026, 10, 1), "each_conversation_is_a_user": True}
    fields = own if shape == "lmsys" else {}
    counts = survey(settings(str(path), **fields), today=date(2026, 11, 22))
    assert (counts.formats, counts.landed, len(counts.days)) == ({shape: 1}, landed, days)
    assert counts.rejected == {}
