import csv
import io
import json
import random
import tracemalloc

import pandas as pd
import pytest

from clio_assets.sources.readers.protocol import Found, Unreadable
from clio_assets.sources.readers.tables import read_table

TURNS = [{"role": "user", "content": 'Say "hello";\n\tthen, "bye"\r\nand ünïcode'}]
ROWS = [{"id": f"c{n}", "user": "", "messages": json.dumps(TURNS)} for n in range(3)]
EXPECTED = [{"id": f"c{n}", "user": None, "messages": json.dumps(TURNS)} for n in range(3)]


def read(data: bytes | str, **options: int) -> list[Found]:
    data = data.encode() if isinstance(data, str) else data
    return list(read_table(io.BufferedReader(io.BytesIO(data)), **options))  # type: ignore[type-var]


def written(dialect: type[csv.Dialect] = csv.excel, **options: object) -> str:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, ["id", "user", "messages"], dialect=dialect, **options)  # type: ignore[arg-type]
    writer.writeheader()
    writer.writerows(ROWS)
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        written().encode(),
        written(lineterminator="\n").encode("utf-8-sig"),
        written(delimiter=";").encode(),
        written(csv.excel_tab).encode("utf-16"),  # what Excel calls Unicode text
        written(quoting=csv.QUOTE_ALL, delimiter="\t").encode(),
        written(lineterminator="\r", delimiter=";").encode(),
        pd.DataFrame(ROWS).to_csv().encode(),  # with an index, whose column has no name
        b"\n\n" + written().encode() + b"\n\n",
    ],
)
def test_rows_are_records_when_the_table_is_of_any_dialect(data: bytes) -> None:
    assert [found.value for found in read(data)] == EXPECTED


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a;b,c\n1;2\n", ["a", "b,c"]),
        ("a,b;c\n1,2\n", ["a", "b;c"]),
        ('"a,b";"c"\n"1,1";2\n', ["a,b", "c"]),
        ("a\tb\n1;2,3\t4;5,6\n", ["a", "b"]),
        ("a,b\n1;2;3,4;5;6\n", ["a", "b"]),
        ('messages\n"[1, 2; 3]"\n', ["messages"]),
        ("a,b\n", []),
        ("", []),
        ("\n \n", None),
    ],
)
def test_delimiter_is_the_one_that_all_rows_agree_on_when_others_occur(
    text: str, names: list[str] | None
) -> None:
    if names is None:
        with pytest.raises(Unreadable, match="no names of columns"):
            read(text)
    else:
        assert [list(found.value or {}) for found in read(text)] == ([names] if names else [])


def test_bad_bytes_are_marked_when_the_text_is_wide() -> None:
    data = "a,b\n1,2".encode("utf-16")[:-1]
    assert [found.value for found in read(data)] == [{"a": "1", "b": "\N{REPLACEMENT CHARACTER}"}]


def test_rows_are_numbered_by_their_first_line_when_cells_go_over_several() -> None:
    found = read('id,said\na,"1\n2\n3"\n\nb,"\n"\nc,\n')
    assert [(f.line, f.value) for f in found] == [
        (2, {"id": "a", "said": "1\n2\n3"}),
        (6, {"id": "b", "said": "\n"}),
        (8, {"id": "c", "said": None}),
    ]


def test_only_the_bad_row_is_set_aside_when_it_does_not_fit() -> None:
    data = b"a,b\n1,2\n1\n1,2,3\n\xff,2\n\xc3\xa9,2\n"
    found = read(data)
    assert [(f.line, f.reason) for f in found] == [
        (2, None), (3, "row_of_other_width"), (4, "row_of_other_width"), (5, "invalid_utf8"),
        (6, None),
    ]  # fmt: skip
    assert [f.raw_text(10) for f in found[1:4]] == ["1", "1,2,3", "\ufffd,2"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'a,b\n1,"canary\n', "broken in or behind line 2"),
        (b'a,b\n1,2\n1,"x"canary\n', "broken in or behind line 3"),
        (b'a,b\n1,"\\"canary\\""\n', "broken in or behind line 2"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no names of columns"),
        (b"PK\3\4\0\0,\n1,2\n", "no names of columns"),
        (b",,\n1,2,3\n", "no names of columns"),
        (b"canary,canary\n1,2\n", "several columns of the CSV have one name"),
    ],
)
def test_reading_stops_in_words_when_the_table_is_broken(data: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words) as caught:
        read(data)
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("seed", range(20))
def test_reading_ends_in_words_when_the_file_is_binary_junk(seed: int) -> None:
    with pytest.raises(Unreadable):
        read(random.Random(seed).randbytes(20_000))


@pytest.mark.parametrize("cut", range(1, len(written()), 7))
def test_whole_rows_are_read_when_the_table_is_cut_anywhere(cut: int) -> None:
    found: list[Found] = []
    try:
        for record in read_table(io.BufferedReader(io.BytesIO(written().encode()[:cut]))):  # type: ignore[type-var]
            found.append(record)  # noqa: PERF402 - those before the error count
    except Unreadable:
        pass
    whole = [record.value for record in found if record.reason is None]
    assert whole[:-1] == EXPECTED[: max(len(whole) - 1, 0)]


@pytest.mark.parametrize("size", [100, 2**18 - 10, 2**18, 2**18 + 10, 3 * 2**20])
def test_cells_are_whole_when_they_are_long(size: int) -> None:
    text = "é, " * (size // 3)
    found = read(f'id,said\na,"{text}"\nb,"x"\n')
    assert [f.value for f in found] == [{"id": "a", "said": text}, {"id": "b", "said": "x"}]


@pytest.mark.parametrize("row", ["x" * 5000, '"' + "x\n" * 5000 + '"', '"a\n",' * 5000])
def test_reading_stops_when_a_row_is_too_long(row: str) -> None:
    with pytest.raises(Unreadable, match="row that begins in line 3 is broken or too long"):
        read(f"id,said\na,b\n{row}\n", longest=1000)


def test_memory_stays_small_when_the_table_is_long() -> None:
    rows = b"id,said\n" + b'a,"%b"\n' % (b"words " * 400) * 10_000
    stream = io.BufferedReader(io.BytesIO(rows))  # type: ignore[type-var]
    tracemalloc.start()
    count = sum(1 for _ in read_table(stream))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 10_000
    assert most < 8 * 2**20


def test_file_is_cut_off_when_its_last_row_has_neither_an_end_nor_all_cells() -> None:
    rows = "id,user,messages\na,b,c\nd,e"
    with pytest.raises(Unreadable, match="breaks off in line 3"):
        read(rows)
    assert [found.reason for found in read(rows + "\n")] == [None, "row_of_other_width"]
    assert [found.reason for found in read(rows + ",f")] == [None, None]
