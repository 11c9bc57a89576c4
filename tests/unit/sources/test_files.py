import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import fsspec
import pytest

from clio_assets.errors import SourceError, UsageError
from clio_assets.sources.files import digest_of_files, find_files

Tree = Callable[..., Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Makes empty files under a folder and gives it."""

    def make(*names: str) -> Path:
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("{}\n")
        return tmp_path

    return make


def names(root: Path, *paths: str) -> list[str]:
    return [str(Path(file.path).relative_to(root)) for file in find_files(paths)]


def test_directory_gives_readable_files_by_name_when_others_lie_beside(tree: Tree) -> None:
    root = tree(
        "b.jsonl", "a/z.jsonl.gz", "a/y.parquet", "a/b/x.ndjson.zst", "c.json", "D.JSONL",
        "README.md", ".hidden.jsonl", "_SUCCESS.json", "a/data.txt", "x.parquet.gz",
    )  # fmt: skip
    assert names(root, str(root)) == [
        "D.JSONL", "a/b/x.ndjson.zst", "a/y.parquet", "a/z.jsonl.gz", "b.jsonl", "c.json",
    ]  # fmt: skip


def test_other_documents_are_left_out_when_a_folder_is_an_export(tree: Tree) -> None:
    root = tree(
        "export/conversations.json", "export/conversations-001.json", "export/user.json",
        "export/projects.json", "export/more.jsonl", "elsewhere/user.json",
    )  # fmt: skip
    assert names(root, str(root)) == [
        "elsewhere/user.json", "export/conversations-001.json", "export/conversations.json",
        "export/more.jsonl",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("there", "read"),
    [
        (  # ChatGPT: numbered shards, files of the account, media
            ("conversations-000.json", "conversations-001.json", "export_manifest.json",
             "shared_conversations.json", "user.json", "user_settings.json", "chat.html",
             "dalle-generations/x.webp"),
            ("conversations-000.json", "conversations-001.json"),
        ),
        (  # Claude
            ("conversations.json", "memories.json", "users.json", "projects/0b0b.json",
             "design_chats/1c1c.json"),
            ("conversations.json",),
        ),
        (("projects/a.json", "design_chats/b.json"), ("design_chats/b.json", "projects/a.json")),
        (
            ("conversations.json", "more/log.json", "more/projects/a.json"),
            ("conversations.json", "more/log.json", "more/projects/a.json"),
        ),
        (("conversations-of-may.json", "user.json"), ("conversations-of-may.json", "user.json")),
        (  # a data set, a data set of several splits, and what `map` left there
            ("state.json", "dataset_info.json", "data-00000-of-00001.arrow", "cache-1f.arrow"),
            ("data-00000-of-00001.arrow",),
        ),
        (
            ("dataset_dict.json", "train/state.json", "train/dataset_info.json",
             "train/data-00000-of-00001.arrow"),
            ("train/data-00000-of-00001.arrow",),
        ),
        (("state.json", "cache-1f.arrow"), ("cache-1f.arrow", "state.json")),
    ],
)  # fmt: skip
def test_files_about_an_export_are_left_out_when_they_lie_beside_it(
    tree: Tree, there: Sequence[str], read: Sequence[str]
) -> None:
    root = tree(*there)
    assert names(root, str(root)) == list(read)


@pytest.mark.parametrize("top", ["", "export/"])
def test_files_about_an_export_are_left_out_when_they_lie_in_its_archives(
    tree: Tree, top: str
) -> None:
    root = tree("user.json", "other.json")
    for archive, members in {
        "conversations-000.zip": ("conversations.json", "projects/0b0b.json", "extra.json"),
        "account.zip": ("user.json", "message_feedback.json", "elsewhere.json"),
    }.items():
        with zipfile.ZipFile(root / archive, "w") as stored:
            for name in members:
                stored.writestr(top + name, "[]")
    assert [file.path.removeprefix(str(root)) for file in find_files([str(root)])] == [
        f"{top}elsewhere.json", f"{top}conversations.json", "/other.json",
    ]  # fmt: skip


def test_named_file_is_read_when_a_folder_would_leave_it_out(tree: Tree) -> None:
    root = tree("conversations.json", "user.json", "_x.jsonl")
    found = names(root, str(root / "user.json"), str(root / "_x.jsonl"))
    assert found == ["user.json", "_x.jsonl"]


def test_name_is_fit_for_a_terminal_when_it_holds_commands_for_one(tree: Tree) -> None:
    root = tree("a\x1b[2J\nb.jsonl")
    [file] = find_files([str(root)])
    assert Path(file.name_for_operator).name == "a\ufffd[2J\ufffdb.jsonl"


def test_paths_keep_their_order_and_files_come_once_when_several_are_named(tree: Tree) -> None:
    root = tree("b/2.jsonl", "b/1.jsonl", "a/1.jsonl", "[odd].jsonl")
    paths = ("b", "*/1.jsonl", "b/2.jsonl", "[odd].jsonl")
    found = names(root, *(str(root / path) for path in paths))
    assert found == ["b/1.jsonl", "b/2.jsonl", "a/1.jsonl", "[odd].jsonl"]


def test_glob_reads_directories_through_when_it_matches_some(tree: Tree) -> None:
    root = tree("2026-01/a.jsonl", "2026-01/x/b.jsonl", "2026-02/c.jsonl", "other/d.jsonl")
    expected = ["2026-01/a.jsonl", "2026-01/x/b.jsonl", "2026-02/c.jsonl"]
    assert names(root, str(root / "2026-*")) == expected


def test_urls_are_read_when_fsspec_knows_the_protocol() -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe(
        {"/clio-files/a.jsonl": b"{}", "/clio-files/x/b.parquet": b"", "/clio-files/c": b""}
    )
    found = [file.path for file in find_files(["memory://clio-files"])]
    assert found == ["/clio-files/a.jsonl", "/clio-files/x/b.parquet"]
    memory.rm("/clio-files", recursive=True)


def test_archive_member_is_read_when_its_url_names_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("conversations.json", "[]")
        archive.writestr("user.json", "{}")
    found = find_files([f"zip://*.json::{tmp_path / 'export.zip'}"])
    assert [file.path for file in found] == ["conversations.json"]
    assert found[0].open().read() == b"[]"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("canary-missing.jsonl", "does not exist"),
        ("canary-*.jsonl", "holds no file that can be read"),
        ("canary.txt", "unknown suffix"),
        ("canary-empty", "holds no file that can be read"),
        ("canary://x/y.jsonl", "protocol that fsspec does not know"),
    ],
)
def test_path_is_told_by_number_when_it_cannot_be_read(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, path: str, words: str
) -> None:
    root = tree("good.jsonl", "canary.txt", "canary-empty/notes.txt")
    monkeypatch.chdir(root)
    with pytest.raises(SourceError, match=words) as caught:
        find_files(["good.jsonl", path])
    assert "path 2 of 2" in str(caught.value)
    assert "canary" not in str(caught.value)


def test_closed_folder_stops_the_run_when_it_lies_inside(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree("a.jsonl", "closed/b.jsonl")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(SourceError, match="cannot be listed: Permission denied"):
        find_files([str(root)])


def test_no_paths_is_a_usage_error_when_none_is_named() -> None:
    with pytest.raises(UsageError):
        find_files([])


def digest(root: Path, *extras: str) -> str:
    return digest_of_files(find_files([str(root)]), extras)


def test_digest_stays_when_nothing_changed_but_rights(tree: Tree) -> None:
    root = tree("a.jsonl", "b.jsonl")
    before = digest(root, "x")
    (root / "a.jsonl").chmod(0o600)
    (root / "notes.txt").write_text("not read")
    assert digest(root, "x") == before


@pytest.mark.parametrize("change", ["size", "time", "name", "more", "fewer", "extras"])
def test_digest_changes_when_files_or_settings_do(tree: Tree, change: str) -> None:
    root = tree("a.jsonl", "b.jsonl")
    before = digest(root, "x")
    file = root / "a.jsonl"
    match change:
        case "size":
            times = file.stat().st_mtime_ns
            file.write_text("{}\n{}\n")
            os.utime(file, ns=(times, times))
        case "time":
            os.utime(file, (1, 1))
        case "name":
            file.rename(root / "c.jsonl")
        case "more":
            (root / "c.jsonl").write_text("{}")
        case "fewer":
            file.unlink()
    assert digest(root, "y" if change == "extras" else "x") != before


def test_digest_changes_and_stops_nothing_when_a_file_went_away(tree: Tree) -> None:
    root = tree("canary.jsonl")
    files = find_files([str(root)])
    before = digest_of_files(files, [])
    (root / "canary.jsonl").unlink()
    assert digest_of_files(files, []) == digest_of_files(files, []) != before
