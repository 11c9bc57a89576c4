import io

import pytest

from clio_assets.sources.readers.json_lines import read_json_lines
from clio_assets.sources.readers.protocol import Unreadable

DEEP = b'{"a":' * 100_000


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"a":1}\n{"a":2}\n', [(1, {"a": 1}, None), (2, {"a": 2}, None)]),
        (b'{"a":1}\r\n\r\n \n{"a":2}', [(1, {"a": 1}, None), (4, {"a": 2}, None)]),
        (b'\xef\xbb\xbf{"a":1}\n', [(1, {"a": 1}, None)]),
        (b'{"a":NaN,"b":-Infinity}\n', [(1, {"a": None, "b": None}, None)]),
        (b'{"a":"\xe2\x80\xa8"}\n', [(1, {"a": "\u2028"}, None)]),
        (b'{"a":\n{"a":2}\n', [(1, None, "broken_json"), (2, {"a": 2}, None)]),
        (b'{"a":1} {"a":2}\n', [(1, None, "broken_json")]),
        (b'{"a":' + b"9" * 5000 + b"}\n", [(1, None, "broken_json")]),
        (b'{"a":"\xff"}\n{"a":2}\n', [(1, None, "invalid_utf8"), (2, {"a": 2}, None)]),
        (b'[1]\nnull\n"x"\n', [(n, None, "not_an_object") for n in (1, 2, 3)]),
        (DEEP + b'\n{"a":2}\n', [(1, None, "nested_too_deeply"), (2, {"a": 2}, None)]),
        (b"", []),
    ],
)
def test_lines_are_read_or_set_aside_when_some_are_broken(
    data: bytes, expected: list[tuple[int, object, object]]
) -> None:
    found = list(read_json_lines(io.BytesIO(data)))
    assert [(f.line, f.value, f.reason) for f in found] == expected


@pytest.mark.parametrize("size", [11, 12, 50, 5_000_000])
def test_line_is_set_aside_when_it_is_too_long(size: int) -> None:
    long = b'{"a":"' + b"x" * size + b'"}'
    stream = io.BytesIO(long + b"\n" + b'{"b":1}\n' + long)
    found = list(read_json_lines(stream, longest=18))
    assert [(f.line, f.reason) for f in found] == [
        (1, "record_too_long"), (2, None), (3, "record_too_long"),
    ]  # fmt: skip


def test_raw_text_is_cut_when_it_is_long() -> None:
    [found] = read_json_lines(io.BytesIO(b"\xffcanary" + "é".encode() * 50 + b"\n"))
    assert found.raw_text(10) == "\ufffdcanaryééé"


@pytest.mark.parametrize("half", [b'{"a": [1, 2', b'{"a": "\xc3'])
def test_file_is_cut_off_when_its_last_line_breaks_off(half: bytes) -> None:
    read = read_json_lines(io.BytesIO(b'{"a":1}\n' + half))
    assert next(read).value == {"a": 1}
    with pytest.raises(Unreadable, match="breaks off in line 2"):
        next(read)
    whole = list(read_json_lines(io.BytesIO(b'{"a":1}\n' + half + b"\n")))
    assert whole[1].reason in ("broken_json", "invalid_utf8")
