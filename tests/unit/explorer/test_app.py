"""The server: what it answers, to whom, and with which headers; and that it follows releases."""

import gzip
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from benchmarks.explorer_release import Shape, build_release
from clio_assets.errors import HomeError
from clio_assets.explorer.app import create_app
from clio_assets.explorer.releases import Releases
from clio_assets.explorer.security import CONTENT_SECURITY_POLICY, HEADERS, Access, is_loopback
from clio_assets.explorer.static_files import PAGE, ROOT, SCRIPT, StaticFiles
from clio_assets.lake.public import PublicDatabase, PublicReader
from tests.unit.explorer.decoding import decode_index, decode_map

HOST = "http://127.0.0.1:8765"
LOCAL = Access("127.0.0.1", 8765)
Start = Callable[..., TestClient]


def start(database: Path, access: Access = LOCAL, base: str = HOST) -> TestClient:
    app = create_app(Releases(PublicDatabase(database)), access)
    return TestClient(app, base_url=base, raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture
def client(database: Path) -> TestClient:
    return start(database)


def index_of(client: TestClient) -> dict[str, Any]:
    return decode_index(client.get("/data/index").content)


def url_of(index: dict[str, Any], at: int = 0) -> str:
    return f"/{index['windows'][at]['url']}?release={index['release']['digest']}"


def test_every_listed_map_is_served_when_it_is_asked_for(client: TestClient) -> None:
    index = index_of(client)
    for at, row in enumerate(index["windows"]):
        answer = client.get(url_of(index, at))
        assert answer.status_code == 200
        assert decode_map(answer.content).header["window"]["window"] == row["window"]
        assert "immutable" in answer.headers["cache-control"]
    assert index["traces"] is False


def test_page_and_files_are_served_compressed_when_the_browser_takes_it(
    client: TestClient,
) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-encoding"] == "gzip"
    script = client.get("/static/explorer.js", headers={"accept-encoding": "identity"})
    assert script.headers["content-type"].startswith("text/javascript")
    assert "content-encoding" not in script.headers
    assert "decodeMap" in script.text


def test_page_loads_one_script_and_one_style_sheet_when_it_is_served(client: TestClient) -> None:
    page = client.get("/").text
    links = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert sorted(links) == [
        "data/index",  # a hint, so that it is fetched early
        "static/explorer.css",
        "static/explorer.js",
        "static/icons/clio.svg",
    ]
    style = client.get("/static/explorer.css").text
    sheets = sorted((ROOT / "css").glob("*.css"))
    assert len(sheets) > 3
    for path in sheets:
        assert path.read_text() in style
    assert "@media print {" in style
    assert not re.search(r"^(?:import|export)\b", client.get("/static/explorer.js").text, re.M)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_data_is_the_same_when_the_client_takes_gzip_or_not(
    client: TestClient, encoding: str
) -> None:
    index = index_of(client)
    headers = {"accept-encoding": encoding}
    for url in ("/data/index", url_of(index)):
        answer = client.get(url, headers=headers)
        assert answer.headers.get("content-encoding", "identity") == encoding
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.content == client.get(url).content
    assert decode_map(answer.content).header["window"]["window"] == index["windows"][0]["window"]


@pytest.mark.parametrize(
    "path", ["/", "/static/explorer.js", "/static/explorer.css", "/data/index"]
)
def test_nothing_is_sent_again_when_the_browser_has_it(client: TestClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == again.headers["cache-control"] == "private, no-cache"


#: Method, path and status of an answer of every kind.
ANSWERS = [
    ("GET", "/", 200),
    ("HEAD", "/", 200),
    ("GET", "/healthz", 200),
    ("GET", "/data/index", 200),
    ("GET", "/static/js/payload.js", 200),
    ("GET", "/static/js/absent.js", 404),
    ("GET", "/static/../app.py", 404),
    ("GET", "/static/%2e%2e/app.py", 404),
    ("GET", "/static//etc/passwd", 404),
    ("GET", "/static/js/..%2f..%2f..%2fapp.py", 404),
    ("GET", "/static/js", 404),
    ("GET", "/nowhere", 404),
    ("GET", "/data/traces/all:request:0:0", 404),
    ("GET", "/data/map/2026-03-30/request", 409),
    ("POST", "/", 405),
    ("PUT", "/data/index", 405),
    ("DELETE", "/", 405),
    ("OPTIONS", "/", 405),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_answer_carries_every_security_header_when_it_is_of_any_kind(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "cache-control" in answer.headers
    assert "server" not in answer.headers
    if status >= 400:
        assert "/work" not in answer.text
        assert "Traceback" not in answer.text
        assert len(answer.text) < 200


def test_policy_allows_nothing_inline_and_nothing_elsewhere_when_it_is_read() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split(";"))
    assert rules["default-src"] == "'none'"
    assert set(rules.values()) == {"'none'", "'self'", "'script'"}


def test_map_is_not_found_when_the_release_holds_no_such_map(client: TestClient) -> None:
    digest = index_of(client)["release"]["digest"]
    answer = client.get(f"/data/map/2026-03-30/absent?release={digest}")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("access", "host", "status"),
    [
        (LOCAL, "127.0.0.1:8765", 200),
        (LOCAL, "localhost:8765", 200),
        (LOCAL, "LOCALHOST:8765", 200),
        (LOCAL, "[::1]:8765", 200),
        (LOCAL, "localhost", 200),
        (LOCAL, "localhost:8766", 421),
        (LOCAL, "evil.example:8765", 421),
        (LOCAL, "127.0.0.1.evil.example:8765", 421),
        (LOCAL, "10.0.0.7:8765", 421),
        (LOCAL, "", 421),
        (LOCAL, "[::1", 421),
        (LOCAL, "[::1]x:8765", 421),
        (LOCAL, "localhost@evil.example", 421),
        (Access("10.0.0.7", 8765, "t"), "10.0.0.7:8765", 401),
        (Access("10.0.0.7", 8765, "t"), "evil.example:8765", 421),
        (Access("0.0.0.0", 8765, "t"), "10.0.0.7:8765", 401),
        (Access("0.0.0.0", 8765, "t"), "evil.example:8765", 421),
        (Access("::", 8765, "t"), "[fe80::1]:8765", 401),
    ],
)
def test_host_is_checked_when_a_name_leads_here(
    database: Path, access: Access, host: str, status: int
) -> None:
    assert start(database, access).get("/healthz", headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.7", False),
        ("analysis.example", False),
    ],
)
def test_address_is_told_from_loopback_when_it_is_given(host: str, local: bool) -> None:
    assert is_loopback(host) is local


def test_token_is_asked_for_once_when_others_can_reach_the_address(database: Path) -> None:
    access = Access("10.0.0.7", 8765, "secret-token")
    client = start(database, access, "http://10.0.0.7:8765")
    for path in ("/", "/data/index", "/static/js/payload.js", "/healthz", "/?token=wrong"):
        refused = client.get(path)
        assert refused.status_code == 401
        assert "secret-token" not in refused.text
    assert client.get("/data/index?token=secret-token").status_code == 401
    welcome = client.get("/?token=secret-token")
    assert (welcome.status_code, welcome.headers["location"]) == (303, "/")
    cookie = welcome.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert client.get("/data/index").status_code == 200
    client.cookies.set(access.cookie, "wrong")
    client.cookies = {access.cookie: "wrong"}
    assert client.get("/data/index").status_code == 401


def test_new_release_is_followed_when_the_file_is_replaced(
    client: TestClient, database: Path, tmp_path: Path
) -> None:
    before = index_of(client)
    old = client.get(url_of(before)).content
    build_release(tmp_path / "next.duckdb", Shape(leaves=9, weeks=2), seed=1)
    (tmp_path / "next.duckdb").replace(database)
    after = index_of(client)
    assert [row["window"] for row in after["windows"]] == ["all"]
    assert after["release"]["digest"] != before["release"]["digest"]
    stale = client.get(url_of(before))
    assert (stale.status_code, stale.json()) == (409, {"digest": after["release"]["digest"]})
    new = client.get(url_of(after)).content
    assert new != old
    assert decode_map(new).header["n"] == 13


def test_release_is_not_mixed_up_when_it_changes_while_a_map_is_encoded(
    client: TestClient, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = index_of(client)
    build_release(tmp_path / "next.duckdb", Shape(leaves=9, weeks=2), seed=1)
    reading = PublicDatabase.reading

    def swapped(self: PublicDatabase) -> Any:
        (tmp_path / "next.duckdb").replace(database)
        monkeypatch.undo()
        return reading(self)

    monkeypatch.setattr(PublicDatabase, "reading", swapped)
    answer = client.get(url_of(before))
    assert answer.status_code == 409
    assert answer.json()["digest"] == index_of(client)["release"]["digest"]


def test_nothing_is_queried_again_when_a_map_is_known(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = index_of(client)
    first = client.get(url_of(index)).content

    def refuse(*_: object) -> None:
        raise AssertionError

    for name in ("rows", "columns", "table"):
        monkeypatch.setattr(PublicReader, name, refuse)
    assert client.get(url_of(index)).content == first
    assert index_of(client) == index


def test_cache_lets_the_oldest_map_go_when_it_is_full(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clio_assets.explorer.releases.KEPT_BYTES", 1)
    releases = Releases(PublicDatabase(database))
    index = releases.index()
    first = releases.map(*index.maps[0], index.digest)
    releases.map(*index.maps[1], index.digest)
    assert list(releases._kept) == [("map", *index.maps[1])]
    assert releases.map(*index.maps[0], index.digest) == first


def test_answer_is_plain_words_when_nothing_is_published_any_more(
    client: TestClient, database: Path
) -> None:
    index = index_of(client)
    database.unlink()
    for path in ("/data/index", url_of(index)):
        answer = client.get(path)
        assert answer.status_code == 503
        assert "nothing has been published" in answer.text
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def test_answer_says_nothing_of_paths_when_the_database_is_damaged(
    client: TestClient, database: Path
) -> None:
    database.write_bytes(b"no database")
    answer = client.get("/data/index")
    assert answer.status_code == 500
    assert str(database.parent) not in answer.text
    assert "withheld" in answer.text


def test_reading_is_refused_when_nothing_was_ever_published(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="nothing has been published"):
        Releases(PublicDatabase(tmp_path / "insights.duckdb")).index()


def test_file_is_read_again_when_it_changed(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    path = tmp_path / "js" / "a.js"
    path.write_text("1")
    files = StaticFiles(tmp_path)
    first = files.get("js/a.js")
    path.write_text("22")
    second = files.get("js/a.js")
    assert first is not None
    assert second is not None
    assert gzip.decompress(first.gzipped) == b"1"
    assert first.etag != second.etag
    assert gzip.decompress(second.gzipped) == b"22"
    path.unlink()
    assert files.get("js/a.js") is None


def test_script_is_put_together_again_when_one_of_its_modules_changed(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / PAGE).write_text('<script type="module" src="static/js/a.js"></script>')
    (tmp_path / "js" / "a.js").write_text('import { one } from "./b.js";\none();\n')
    (tmp_path / "js" / "b.js").write_text("export const one = () => 1;\n")
    files = StaticFiles(tmp_path)
    first = files.get(SCRIPT)
    assert files.get(SCRIPT) is first
    (tmp_path / "js" / "b.js").write_text("export const one = () => 22;\n")
    second = files.get(SCRIPT)
    assert first is not None
    assert second is not None
    assert first.etag != second.etag
    assert b"=> 22" in gzip.decompress(second.gzipped)


def test_file_is_not_served_when_it_is_a_link_or_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "secret.js").write_text("secret")
    (tmp_path / "static" / "link.js").symlink_to(tmp_path / "secret.js")
    (tmp_path / "static" / "notes.md").write_text("notes")
    files = StaticFiles(tmp_path / "static")
    assert files.names() == []
    for name in ("link.js", "notes.md", "../secret.js", str(tmp_path / "secret.js")):
        assert files.get(name) is None


def test_copies_are_left_alone_when_a_release_is_read(database: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.duckdb"
    shutil.copyfile(database, before)
    index = index_of(start(database))
    start(database).get(url_of(index))
    assert database.read_bytes() == before.read_bytes()
    assert [path.name for path in database.parent.iterdir()] == [database.name]
