import io
import json

import pytest

from clio_assets.sources.readers.json_documents import read_json_document
from clio_assets.sources.readers.protocol import Unreadable

ONE = {"a": 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[]", []),
        (" [ ] \n", []),
        ("", []),
        ('[{"a":1}]', [(1, ONE, None)]),
        ('\ufeff[{"a":1},\n {"a":1}\n]\n', [(1, ONE, None), (2, ONE, None)]),
        ('{"a":1}', [(1, ONE, None)]),
        ('{"a":\n1}\n{"a":1}{"a":1}', [(1, ONE, None), (2, ONE, None), (3, ONE, None)]),
        ('[1, null, "x", [2], {"a":1}]', [*[(n, None, "not_an_object") for n in range(1, 5)],
                                         (5, ONE, None)]),
        ('[{"a": "]}"}]', [(1, {"a": "]}"}, None)]),
        ('[{"a": NaN}]', [(1, {"a": None}, None)]),
        ('[{"a": 12345678901234567890123}]', [(1, {"a": 12345678901234567890123}, None)]),
    ],
)  # fmt: skip
def test_elements_are_read_when_the_document_is_whole(
    text: str, expected: list[tuple[int, object, object]]
) -> None:
    found = list(read_json_document(io.BytesIO(text.encode())))
    assert [(f.line, f.value, f.reason) for f in found] == expected


@pytest.mark.parametrize(
    ("data", "read_before", "words"),
    [
        (b'[{"a":1}, {"a":', 1, "broken at record 2"),
        (b'[{"a":1}', 1, "breaks off behind record 1"),
        (b'[{"a":1},', 1, "broken at record 2"),
        (b'[{"a":1},]', 1, "broken at record 2"),
        (b"[", 0, "breaks off behind record 0"),
        (b'[{"a":1} {"a":1}]', 1, "broken behind record 1"),
        (b'[{"a":1},, {"a":1}]', 1, "broken at record 2"),
        (b'[{"a":1}] rest', 1, "something follows"),
        (b'[{"a":1}]{"a":1}', 1, "something follows"),
        (b'[{"a":canary}]', 0, "broken at record 1"),
        (b"[" * 100_000, 0, "nested too deeply"),
        (b'[{"a":' * 50_000, 0, "nested too deeply"),
        (b'[{"a":"\xff"}]', 0, "not valid UTF-8"),
    ],
)
def test_reading_stops_when_the_document_is_broken(
    data: bytes, read_before: int, words: str
) -> None:
    found = []
    with pytest.raises(Unreadable, match=words) as caught:
        found.extend(read_json_document(io.BytesIO(data)))
    assert "canary" not in str(caught.value)
    reader = read_json_document(io.BytesIO(data))
    assert all(next(reader).reason is None for _ in range(read_before))


@pytest.mark.parametrize("size", [1, 2**20 - 7, 2**20, 3 * 2**20])
def test_elements_are_whole_when_they_reach_over_pieces(size: int) -> None:
    records = [{"text": "é" * size}, {"text": "x" * size}, {"n": 12}]
    data = json.dumps(records, ensure_ascii=False).encode()
    assert [f.value for f in read_json_document(io.BytesIO(data))] == records


def test_reading_stops_when_an_element_is_too_long() -> None:
    data = b'[{"a":1}, {"a":"' + b"x" * 5 * 2**20 + b'"}]'
    reader = read_json_document(io.BytesIO(data), longest=2**20)
    assert next(reader).value == ONE
    with pytest.raises(Unreadable, match="record 2 is broken or too long"):
        next(reader)


def test_raw_text_is_kept_when_an_element_is_no_object() -> None:
    [found] = read_json_document(io.BytesIO(b'[  "words" ]'))
    assert found.raw_text(100) == '"words"'
