"""Example conversations: only where the policy shows them, few, recorded before they are sent."""

import builtins
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from clio_assets.cli.explore import traces_of
from clio_assets.explorer.app import create_app
from clio_assets.explorer.export import export_page
from clio_assets.explorer.releases import Releases
from clio_assets.explorer.security import Access
from clio_assets.home.home import Home
from clio_assets.lake.public import PublicDatabase
from privacy_checks.policy.explain import explain
from privacy_checks.policy.model import PrivacyPolicy
from tests.unit.explorer.decoding import decode_index
from tests.unit.explorer.traced_home import CANARY, LEAF, OTHER, publish, traced_home


def client_of(home: Home) -> TestClient:
    """The server as `clio explore` puts it together."""
    traces = traces_of(home)
    releases = Releases(PublicDatabase(home.release_folders.database), traces=traces is not None)
    app = create_app(releases, Access("127.0.0.1", 8765), traces)
    return TestClient(app, base_url="http://127.0.0.1:8765", raise_server_exceptions=False)


def log_of(home: Home) -> list[dict[str, Any]]:
    path = home.private / "trace_access.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def texts(answer: Any) -> list[str]:
    return [one["turns"][0]["text"] for one in answer.json()["conversations"]]


def test_examples_are_a_fixed_sample_of_the_leaf_when_the_policy_shows_them(
    tmp_path: Path,
) -> None:
    client = client_of(traced_home(tmp_path / "home", examples=3))
    found = texts(client.get(f"/data/traces/{LEAF}"))
    assert len(set(found)) == 3
    assert all(CANARY in text and int(text.split()[3].strip(">")) % 2 == 0 for text in found)
    assert "<2026-09-2" in found[0]
    assert texts(client.get(f"/data/traces/{LEAF}")) == found
    other = texts(client.get(f"/data/traces/{OTHER}"))
    assert all(int(text.split()[3].strip(">")) % 2 == 1 for text in other)
    assert decode_index(client.get("/data/index").content)["traces"] is True


def test_all_members_are_shown_when_there_are_fewer_than_the_policy_allows(
    tmp_path: Path,
) -> None:
    client = client_of(traced_home(tmp_path / "home", examples=20))
    assert len(texts(client.get(f"/data/traces/{LEAF}"))) == 8


def test_examples_are_those_of_the_leaf_when_it_is_of_a_named_map(tmp_path: Path) -> None:
    home = traced_home(tmp_path / "home", examples=3, named="mobile")
    answer = client_of(home).get(f"/data/traces/mobile%40{LEAF}")
    assert len(set(texts(answer))) == 3
    assert log_of(home)[0]["cluster"] == f"mobile@{LEAF}"


def test_access_is_recorded_when_examples_are_shown(tmp_path: Path) -> None:
    home = traced_home(tmp_path / "home", examples=2)
    answer = client_of(home).get(f"/data/traces/{LEAF}")
    assert answer.headers["cache-control"] == "no-store"
    (entry,) = log_of(home)
    assert entry.pop("at").endswith("+00:00")
    assert entry == {"client": "testclient", "cluster": LEAF, "shown": 2}
    assert (home.private / "trace_access.jsonl").stat().st_mode & 0o777 == 0o600
    assert CANARY not in (home.private / "trace_access.jsonl").read_text()


def test_nothing_is_shown_when_the_access_cannot_be_recorded(tmp_path: Path) -> None:
    home = traced_home(tmp_path / "home")
    client = client_of(home)
    (home.private / "trace_access.jsonl").mkdir()
    answer = client.get(f"/data/traces/{LEAF}")
    assert answer.status_code == 500
    assert CANARY not in answer.text


@pytest.mark.parametrize(
    "cluster", ["all:request:1:0", "all:request:0:99", "x", "all:request:0:0x"]
)
def test_nothing_is_shown_or_recorded_when_the_cluster_is_no_published_leaf(
    tmp_path: Path, cluster: str
) -> None:
    home = traced_home(tmp_path / "home")
    assert client_of(home).get(f"/data/traces/{cluster}").status_code == 404
    assert log_of(home) == []


def test_nothing_is_shown_when_the_window_was_made_again_since_its_release(
    tmp_path: Path,
) -> None:
    home = traced_home(tmp_path / "home")
    client = client_of(home)
    released = home.release_folders.database.read_bytes()
    publish(home, seed=1)
    home.release_folders.database.write_bytes(released)
    answer = client.get(f"/data/traces/{LEAF}")
    assert answer.status_code == 503
    assert "made again" in answer.text
    assert log_of(home) == []


def test_nothing_is_shown_when_the_policy_in_force_voids_the_seals(tmp_path: Path) -> None:
    home = traced_home(tmp_path / "home")
    home.policy_file.write_text("example_conversations = 3\nmin_users = 11\n")
    answer = client_of(Home(home.path)).get(f"/data/traces/{LEAF}")
    assert answer.status_code == 503
    assert "not sealed" in answer.text
    assert CANARY not in answer.text


def test_route_does_not_exist_when_the_policy_shows_none(tmp_path: Path) -> None:
    home = traced_home(tmp_path / "home", examples=0)
    client = client_of(home)
    answer = client.get(f"/data/traces/{LEAF}")
    assert answer.status_code == 404
    assert answer.text == client.get("/nowhere").text
    assert decode_index(client.get("/data/index").content)["traces"] is False
    assert log_of(home) == []


def test_private_zone_is_not_opened_when_the_policy_shows_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = traced_home(tmp_path / "home", examples=0)
    opened: list[str] = []

    def watch(original: Any) -> Any:
        def watched(path: Any, *rest: Any, **named: Any) -> Any:
            opened.append(str(path))
            return original(path, *rest, **named)

        return watched

    for module, name in ((builtins, "open"), (io, "open"), (os, "open"), (os, "scandir")):
        monkeypatch.setattr(module, name, watch(getattr(module, name)))
    home.private.rename(tmp_path / "away")  # whoever looked would fail
    client = client_of(Home(home.path))
    index = decode_index(client.get("/data/index").content)
    url = f"/{index['windows'][0]['url']}?release={index['release']['digest']}"
    assert client.get(url).status_code == 200
    assert client.get(f"/data/traces/{LEAF}").status_code == 404
    assert export_page(PublicDatabase(home.release_folders.database)).page
    assert not [path for path in opened if "/private" in path]
    assert not home.private.exists()


def test_reader_of_the_private_zone_is_not_even_loaded_when_the_policy_shows_none(
    tmp_path: Path,
) -> None:
    home = traced_home(tmp_path / "home", examples=0)
    script = (
        "import sys; from pathlib import Path; from clio_assets.home.home import Home; "
        "from clio_assets.cli.explore import traces_of; from clio_assets.explorer.app import *; "
        f"assert traces_of(Home(Path({str(home.path)!r}))) is None; "
        "raise SystemExit('clio_assets.explorer.traces' in sys.modules or "
        "'clio_assets.lake.lake' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_export_holds_no_example_when_the_policy_shows_them(tmp_path: Path) -> None:
    home = traced_home(tmp_path / "home", examples=5)
    page = export_page(PublicDatabase(home.release_folders.database)).page
    assert CANARY.encode() not in page
    assert log_of(home) == []


def test_policy_says_in_words_that_examples_are_shown() -> None:
    said = {one.field: one.says for one in explain(PrivacyPolicy(example_conversations=4))}
    assert "declared non-sensitive" in said["example_conversations"]
    assert "up to 4" in said["example_conversations"]
