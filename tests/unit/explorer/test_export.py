"""`clio export`: one file with everything that is published and nothing else, recorded."""

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clio_assets.cli.app import app
from clio_assets.errors import ClioError, HomeError, UsageError
from clio_assets.explorer.export import export_page
from clio_assets.explorer.payload import encode_map
from clio_assets.explorer.reading import read_map
from clio_assets.explorer.static_files import PAGE, ROOT
from clio_assets.explorer.trends import encode_trends, read_trends
from clio_assets.home.home import Home
from clio_assets.lake.public import PublicDatabase
from tests.unit.explorer.decoding import decode_index, elements


def export(home: Home, *arguments: str) -> str:
    done = CliRunner().invoke(app, ["--home", str(home.path), "export", *arguments])
    if isinstance(done.exception, ClioError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def test_file_holds_every_map_and_nothing_else_when_it_is_written(
    home: Home, tmp_path: Path
) -> None:
    export(home, str(tmp_path / "map.html"))
    page = (tmp_path / "map.html").read_text("utf-8")
    data = elements(page)
    index = decode_index(data.pop("data-index"))
    assert index["traces"] is False
    with PublicDatabase(home.release_folders.database).reading() as reader:
        for at, row in enumerate(index["windows"]):
            found = read_map(reader, row["window"], row["facet"])
            assert found is not None
            assert data.pop(f"data-map-{at}") == encode_map(found)
        for at in (0, 1):  # one for each facet of the only map
            row = index["windows"][at]
            topics = read_trends(reader, row["window"], row["facet"])
            assert topics is not None
            assert data.pop(f"data-trends-{at}") == encode_trends(topics)
    assert data == {}


def test_page_without_its_data_is_the_same_for_any_release_when_it_is_written(
    home: Home, released: Path
) -> None:
    """What is not in the payloads comes from the static files: no string of the database."""
    page = export_page(PublicDatabase(released)).page.decode()
    body = (ROOT / PAGE).read_text("utf-8").split("<body>")[1].split("</body>")[0]
    assert body.strip() in page
    outside = page
    for text in elements_text(page):
        outside = outside.replace(text, "")
    for path in ROOT.rglob("*.js"):
        longest = max(path.read_text("utf-8").splitlines(), key=len)
        outside = outside.replace(longest, "")
    for word in (str(home.path), "2026-03-30", "Software development", "run-2026"):
        assert word not in outside


def elements_text(page: str) -> list[str]:
    return [part.split("</script>")[0] for part in page.split(';base64" id="data-')[1:]]


def test_export_is_recorded_as_a_publication_when_it_is_written(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "very-secret-name.html"
    export(home, str(target))
    log = home.private / "releases.jsonl"
    (entry,) = map(json.loads, log.read_text().splitlines())
    assert entry.pop("exported_at")
    with PublicDatabase(home.release_folders.database).reading() as reader:
        windows = sorted({r["window"] for r in reader.rows("SELECT * FROM windows")})
    assert entry == {
        "kind": "export",
        "windows": windows,
        "release": export_page(PublicDatabase(home.release_folders.database)).release,
        "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
    }
    assert "very-secret-name" not in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600
    assert target.stat().st_mode & 0o777 == 0o644


def test_file_is_replaced_only_with_force_when_it_exists(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "map.html"
    target.write_text("mine")
    with pytest.raises(UsageError, match="--force"):
        export(home, str(target))
    assert target.read_text() == "mine"
    assert not (home.private / "releases.jsonl").exists()
    export(home, str(target), "--force")
    assert target.read_text("utf-8").startswith("<!doctype html>")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["map.html"]


def test_export_is_refused_when_the_place_is_none_for_it(home: Home, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "absent" / "map.html", home.private / "map.html"):
        with pytest.raises(UsageError):
            export(home, str(place))
    assert not (home.private / "releases.jsonl").exists()


def test_export_is_refused_when_nothing_is_published(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="nothing has been published"):
        export(Home(tmp_path / "none"), str(tmp_path / "map.html"))
    assert not (tmp_path / "map.html").exists()


def test_bytes_are_the_same_when_the_release_is(released: Path) -> None:
    database = PublicDatabase(released)
    assert export_page(database) == export_page(database)
