import io
import json
import os
import stat
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from clio_assets.errors import SourceError
from clio_assets.sources.files import SourceFile, find_files
from clio_assets.sources.readers.protocol import Unreadable
from clio_assets.sources.readers.zstandard import zipfile as with_zstandard
from clio_assets.sources.reading import read_file

RECORDS = [{"n": n, "words": f"turn {n} " * 20} for n in range(30)]
ARRAY = json.dumps(RECORDS).encode()
LINES = b"".join(json.dumps(record).encode() + b"\n" for record in RECORDS)


def packed(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with with_zstandard.ZipFile(stream, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def members(path: Path) -> list[str]:
    return [file.path for file in find_files([str(path)])]


def values(file: SourceFile) -> list[object]:
    return [found.value for found in read_file(file)]


def patched(data: bytes, change: Callable[[bytearray, int, int], None]) -> bytes:
    """The archive with its first local header and its first table entry changed."""
    new = bytearray(data)
    change(new, data.index(b"PK\3\4"), data.index(b"PK\1\2"))
    return bytes(new)


@pytest.mark.parametrize(
    "method",
    [
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
        zipfile.ZIP_BZIP2,
        zipfile.ZIP_LZMA,
        with_zstandard.ZIP_ZSTANDARD,
    ],
)
def test_members_are_files_of_their_own_when_an_archive_is_named(
    tmp_path: Path, method: int
) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(
        packed({"b/x.jsonl": LINES, "a.json": ARRAY, "notes.txt": b"", "b/.c.json": b""}, method)
    )
    files = find_files([str(path)])
    assert [file.path for file in files] == ["a.json", "b/x.jsonl"]
    assert [values(file) for file in files] == [RECORDS, RECORDS]


def test_only_samples_are_read_when_the_archive_is_an_evaluation(tmp_path: Path) -> None:
    names = (
        "header.json", "summaries.json", "_journal/start.json", "_journal/summaries/1.json",
        "samples/1_epoch_1.json", "samples/2_epoch_1.json",
    )  # fmt: skip
    stored = packed(dict.fromkeys(names, b"{}"), with_zstandard.ZIP_ZSTANDARD)
    (tmp_path / "log.eval").write_bytes(stored)
    assert members(tmp_path) == ["samples/1_epoch_1.json", "samples/2_epoch_1.json"]


def test_links_and_folders_are_no_members_when_an_archive_holds_some(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("folder.json/", b"")
        archive.writestr("folder.json\\x.jsonl", LINES)  # as some writers on Windows name it
        link = zipfile.ZipInfo("link.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    [file] = find_files([str(tmp_path)])
    assert file.path == "folder.json/x.jsonl"
    assert values(file) == RECORDS


def test_last_of_one_name_is_read_when_an_archive_was_added_to(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x.json", b'[{"n": 1}]')
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("x.json", b'[{"n": 2}]')
    [file] = find_files([str(tmp_path)])
    assert values(file) == [{"n": 2}]


def test_archive_is_left_out_when_nothing_in_it_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "pictures.zip").write_bytes(packed({"a.png": b"x"}))
    (tmp_path / "a.jsonl").write_bytes(LINES)
    assert members(tmp_path) == [str(tmp_path / "a.jsonl")]
    with pytest.raises(SourceError, match="holds no file that can be read"):
        find_files([str(tmp_path / "pictures.zip")])


def test_files_of_one_name_are_all_read_when_archives_lie_together(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        (tmp_path / name).write_bytes(packed({"conversations.json": ARRAY}))
    files = find_files([str(tmp_path), str(tmp_path / "b.zip")])
    assert [file.path for file in files] == ["conversations.json"] * 2
    assert [values(file) for file in files] == [RECORDS] * 2
    assert [Path(file.name_for_operator).name for file in files] == [
        "a.zip: conversations.json",
        "b.zip: conversations.json",
    ]


def test_member_changes_its_identity_when_its_bytes_do(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    identities = set()
    for data in (b'{"n": 1}', b'{"n": 2}'):
        path.write_bytes(packed({"x.json": data}, zipfile.ZIP_STORED))
        os.utime(path, (1, 1))
        [file] = find_files([str(path)])
        identities.add(tuple(file.identity()))
    assert len(identities) == 2


def encrypt(data: bytearray, local: int, entry: int) -> None:
    data[local + 6] |= 1
    data[entry + 8] |= 1


def use_method_9(data: bytearray, local: int, entry: int) -> None:
    data[local + 8] = data[entry + 10] = 9


def change_a_byte(data: bytearray, local: int, entry: int) -> None:
    data[local + 60] ^= 0xFF


def point_elsewhere(data: bytearray, local: int, entry: int) -> None:
    data[entry + 42] ^= 0x01


def rename_in_one_place(data: bytearray, local: int, entry: int) -> None:
    data[local + 30] ^= 0x01


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (encrypt, "it is encrypted: unpack"),
        (use_method_9, r"not read here \(method 9\): unpack"),
        (change_a_byte, "cut short or damaged at it"),
        (point_elsewhere, "no ZIP archive, or a damaged one"),
        (rename_in_one_place, "no ZIP archive, or a damaged one"),
    ],
)
def test_member_says_why_when_it_cannot_be_read(
    tmp_path: Path, change: Callable[[bytearray, int, int], None], words: str
) -> None:
    (tmp_path / "a.zip").write_bytes(patched(packed({"canary.jsonl": LINES}), change))
    [file] = find_files([str(tmp_path)])
    with pytest.raises(Unreadable, match=words) as caught:
        values(file)
    assert "canary" not in str(caught.value)


def test_archive_within_an_archive_says_what_to_do_when_it_is_met(tmp_path: Path) -> None:
    inner = packed({"x.json": ARRAY})
    (tmp_path / "a.zip").write_bytes(packed({"inner.zip": inner, "x.json": ARRAY}))
    nested, plain = find_files([str(tmp_path)])
    assert values(plain) == RECORDS
    with pytest.raises(Unreadable, match="within an archive: unpack the outer one"):
        values(nested)


def test_archive_stands_for_itself_when_it_is_cut_anywhere(tmp_path: Path) -> None:
    whole = packed({"x.jsonl": LINES, "y.json": ARRAY})
    path = tmp_path / "a.zip"
    ends = {0, 1, 4, 29, 31, whole.index(b"PK\1\2"), whole.index(b"PK\5\6"), len(whole) - 1}
    for size in sorted(ends | set(range(40, len(whole), 37))):
        path.write_bytes(whole[:size])
        [file] = find_files([str(path)])
        with pytest.raises(Unreadable, match="no ZIP archive, or a damaged one"):
            values(file)


def test_reading_ends_in_words_when_any_byte_of_an_archive_is_changed(tmp_path: Path) -> None:
    whole = packed({"x.jsonl": LINES, "y.json": ARRAY})
    path = tmp_path / "a.zip"
    failures = 0
    for place in range(0, len(whole), 3):
        data = bytearray(whole)
        data[place] ^= 0xFF
        path.write_bytes(data)
        try:
            for file in find_files([str(path)]):
                values(file)
        except (Unreadable, SourceError):
            failures += 1
    assert failures > len(whole) // 6


def test_memory_stays_small_when_a_member_swells(tmp_path: Path) -> None:
    swollen = b'{"a": "' + b" " * 200 * 2**20 + b'"}\n' + b'{"n": 2}\n'
    (tmp_path / "a.zip").write_bytes(packed({"a.jsonl": swollen}))
    del swollen
    [file] = find_files([str(tmp_path)])
    tracemalloc.start()
    found = [(record.line, record.reason) for record in read_file(file)]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [(1, "record_too_long"), (2, None)]
    assert most < 160 * 2**20  # twice the longest record that is read


def test_claimed_size_allocates_nothing_when_a_member_holds_less(tmp_path: Path) -> None:
    def claim(data: bytearray, local: int, entry: int) -> None:
        for place in (local + 22, entry + 24):
            data[place : place + 4] = (2**30).to_bytes(4, "little")

    (tmp_path / "a.zip").write_bytes(patched(packed({"a.jsonl": LINES}), claim))
    [file] = find_files([str(tmp_path)])
    tracemalloc.start()
    assert values(file) == RECORDS
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20 * 2**20


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files of Linux")
def test_few_files_are_open_when_there_are_many_archives(tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / f"{number}.zip").write_bytes(packed({"a.json": ARRAY, "b.json": ARRAY}))
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    files = find_files([str(tmp_path)])
    for file in files:
        assert len(values(file)) == len(RECORDS)
        assert len(os.listdir("/proc/self/fd")) <= before + 2  # noqa: PTH208
    del files, file
    assert len(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208


def test_records_are_all_read_when_two_archives_are_read_at_once(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        (tmp_path / name).write_bytes(packed({"x.jsonl": LINES}))
    both = zip(*map(read_file, find_files([str(tmp_path)])), strict=True)
    assert [(a.value, b.value) for a, b in both] == [(record, record) for record in RECORDS]
