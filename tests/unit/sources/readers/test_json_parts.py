"""Records that are too long to be read whole: one object around an array of any length."""

import io
import json
from typing import Any

import pytest

from clio_assets.sources.formats import parted
from clio_assets.sources.formats.protocol import Parted, Record
from clio_assets.sources.readers.json_documents import read_json_document
from clio_assets.sources.readers.protocol import Found, Unreadable

#: What a window reads at once, so that nothing shorter is ever cut off.
PIECE = 2**20
#: A conversation that fits, and several of which do not.
TALK = {"conversation_id": "c", "messages": [{"role": "user", "content": "x" * (PIECE // 3)}]}
TALKS = [{**TALK, "n": number} for number in range(9)]


def read(document: object, longest: int = 2 * PIECE, whole: int = PIECE) -> list[Found]:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return list(read_json_document(io.BytesIO(data), longest, parted, whole))


def values(*documents: object) -> list[Any]:
    data = b"\n".join(json.dumps(document, indent=1).encode() for document in documents)
    found = read(data)
    assert [one.line for one in found] == list(range(1, len(found) + 1))
    return [one.value for one in found]


@pytest.mark.parametrize(
    "around",
    [
        {"conversations": TALKS},
        {"version": 1, "tags": [], "notes": [{"a": 1}], "conversations": TALKS},
        {"data": TALKS, "has_more": False, "next": None, "links": [{"a": 1}]},
        {"conversations": TALKS[:1], "version": 1, "chats": TALKS[1:]},
    ],
)
def test_elements_are_records_when_the_object_around_them_is_long(around: Record) -> None:
    assert values(around) == TALKS


def test_others_are_records_when_one_of_several_documents_is_long() -> None:
    assert values(TALK, {"chats": TALKS}, TALK) == [TALK, *TALKS, TALK]


def test_elements_are_set_aside_when_they_are_no_objects() -> None:
    found = read({"conversations": [TALK, 3, *TALKS]})
    assert [(one.line, one.reason) for one in found if one.value is None] == [(2, "not_an_object")]
    assert len(found) == 2 + len(TALKS)


def spans(count: int, size: int = PIECE // 3) -> list[Record]:
    return [{"spanId": f"{number}", "name": "x" * size} for number in range(count)]


RESOURCE = {"attributes": [{"key": "service.name", "value": {"stringValue": "trains"}}]}


def scoped(spans: list[Record]) -> Record:
    return {"scope": {"name": "s"}, "spans": spans}


def resource(*scopes: object) -> Record:
    return {"resource": RESOURCE, "scopeSpans": list(scopes)}


def test_spans_keep_their_resource_when_a_request_is_long() -> None:
    small, long = scoped(spans(1, 9)), scoped(spans(9))
    records = values({"resourceSpans": [resource(small), resource(small, long), resource(small)]})
    assert [len(record["resourceSpans"]) for record in records] == [1] * 12
    inner = [record["resourceSpans"][0] for record in records]
    assert all(one["resource"] == RESOURCE for one in inner)
    told = [span for one in inner for scope in one["scopeSpans"] for span in scope["spans"]]
    assert told == [*spans(1, 9), *spans(1, 9), *spans(9), *spans(1, 9)]


def test_spans_are_read_once_when_logs_follow_them() -> None:
    logs = {"resource": RESOURCE, "scopeLogs": [{"logRecords": [{"body": "x" * (PIECE // 3)}]}]}
    records = values({"resourceSpans": [resource(scoped(spans(1)))], "resourceLogs": [logs] * 9})
    assert [list(record) for record in records] == [["resourceSpans"], *[["resourceLogs"]] * 9]


def test_samples_keep_their_evaluation_when_its_log_is_long() -> None:
    log = {"version": 2, "status": "success", "eval": {"model": "m"}, "plan": {"steps": [{}]}}
    samples = [{"id": number, "input": "x" * (PIECE // 3)} for number in range(9)]
    records = values({**log, "samples": samples, "reductions": [{"a": 1}]})
    assert records == [{**log, "samples": [sample]} for sample in samples]


@pytest.mark.parametrize(
    "whole",
    [
        {"conversation_id": "c", "messages": [turn for talk in TALKS for turn in talk["messages"]]},
        {"words": [{"text": "x" * 3 * PIECE}], "conversations": []},
        {"conversations": [{**TALK, "note": "x" * 3 * PIECE}]},
        {"conversations": {"a": TALKS}},
        {"text": "x" * 3 * PIECE},
        {"resourceSpans": [{"scopeSpans": [scoped(spans(9))], "resource": RESOURCE}]},
        {"resourceLogs": [{"resource": {}, "scopeLogs": [{"logRecords": spans(9)}]}]},
    ],
)
def test_record_is_too_long_when_it_cannot_be_told_in_parts(whole: Record) -> None:
    with pytest.raises(Unreadable, match="record 1 is broken or too long"):
        read(whole)
    assert [found.value for found in read(whole, longest=9 * PIECE)] == [whole]


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (b"", "broken behind record 9"),
        (b"]", "broken behind record 9"),
        (b",]}", "broken at record 10"),
        (b"}}", "broken behind record 9"),
        (b'], "a" 1}', "broken behind record 9"),
        (b'], "a": canary}', "broken at record 10"),
        (b'], "a": 1 "b": 2}', "broken behind record 9"),
        (b"], 3: 4}", "broken behind record 9"),
        (b"]} x", "broken at record 10"),
    ],
)
def test_records_before_are_read_when_a_long_one_breaks(ending: bytes, words: str) -> None:
    whole = json.dumps({"conversations": TALKS}).encode()
    reader = read_json_document(io.BytesIO(whole[:-2] + ending), 2 * PIECE, parted, PIECE)
    assert [next(reader).value for _ in TALKS] == TALKS
    with pytest.raises(Unreadable, match=words) as caught:
        next(reader)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("record", "path", "how"),
    [
        ({"conversations": [TALK]}, ("conversations",), "alone"),
        ({"conversations": [TALK]}, ("conversations", "messages"), None),
        ({"talks": [TALK]}, ("talks",), None),
        (TALK, ("messages",), None),
        ({"resource_spans": [{"resource": {}, "scope_spans": []}]}, ("resource_spans",), "within"),
        ({"resourceSpans": [{"scopeSpans": []}]}, ("resourceSpans",), "within"),
        ({"resourceSpans": [{"scopeSpans": []}]}, ("resourceSpans", "scopeSpans"), None),
        ({"resourceMetrics": [{"scopeMetrics": []}]}, ("resourceMetrics",), None),
    ],
)
def test_way_into_a_record_is_told_when_its_shape_allows_it(
    record: Record, path: tuple[str, ...], how: Parted | None
) -> None:
    assert parted(record, path) == how
