"""Files that could not be read whole, named for a terminal and numbered elsewhere."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from clio_assets.cli.app import app
from clio_assets.cli.report import print_outcome
from clio_assets.landing.unread import names_of, unread_files
from clio_assets.sources.files import find_files
from tests.unit.landing.test_source import Folder, talk


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A landed folder with a file that was always damaged, and one that became so."""
    found = Folder(tmp_path)
    talks = [talk(n) for n in range(20)]
    (found.path / "sub").mkdir()
    found.write("a.jsonl", [talk(90)])
    found.write("sub/canary.jsonl", talks)
    found.write("b.jsonl", talks[:4], share=0.6)
    found.land()
    found.write("sub/canary.jsonl", talks, share=0.5)
    found.land()
    return found


def test_names_lose_what_all_have_in_common_when_files_are_told(folder: Folder) -> None:
    assert names_of(find_files(folder.source.paths)) == ["a.jsonl", "b.jsonl", "sub/canary.jsonl"]
    assert names_of(find_files([str(folder.path / "a.jsonl")])) == ["a.jsonl"]


def test_damage_is_told_with_its_reason_when_files_are_cut_off(folder: Folder) -> None:
    found = unread_files(folder.lake, folder.landed(), folder.source)
    assert [(one.name, one.why, one.kept) for one in found] == [
        ("b.jsonl", "it breaks off in line 3", False),
        ("sub/canary.jsonl", "it breaks off in line 11", True),
    ]
    nameless = unread_files(folder.lake, folder.landed(), None)
    assert [(one.number, one.name) for one in nameless] == [(2, None), (3, None)]


def test_names_are_missing_and_nothing_stops_when_the_source_is_gone(folder: Folder) -> None:
    folder.path.rename(folder.path.with_name("elsewhere"))
    found = unread_files(folder.lake, folder.landed(), folder.source)
    assert [one.name for one in found] == [None, None]


def test_status_and_outcome_name_damaged_files_when_there_are_some(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.home.fix("week", date(2026, 3, 1))
    folder.home.sources.write_text(f"[{folder.source.model_dump_json()}]")
    lake: Any = folder.lake
    bench = SimpleNamespace(home=folder.home, lake=lake, facets=(), maps=())
    print_outcome(bench)  # type: ignore[arg-type]
    done = CliRunner().invoke(app, ["--home", str(folder.home.path), "status"])
    printed = capsys.readouterr().out
    assert "2 files could not be read, or not whole; all others were landed:" in printed
    assert done.exit_code == 0, done.output
    for said in (printed, done.output):
        assert "  b.jsonl: it breaks off in line 3\n" in said
        assert "  sub/canary.jsonl: it breaks off in line 11; kept as landed before\n" in said
        assert "the next run reads them again" in said


def test_nothing_is_said_of_files_when_all_were_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = Folder(tmp_path)
    found.write("a.jsonl", [talk(1)])
    found.land()
    bench = SimpleNamespace(home=found.home, lake=found.lake, facets=(), maps=())
    print_outcome(bench)  # type: ignore[arg-type]
    assert "could not be read" not in capsys.readouterr().out
