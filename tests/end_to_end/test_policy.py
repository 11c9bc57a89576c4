"""The policy of a real home tightened, loosened and judged again; its doctor, verdicts and key."""

import gzip
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from clio_assets.home.home import Home
from clio_assets.home.keys import KEY_VARIABLE
from tests.forked.clio import ENVIRONMENT, ForkedClio

#: More users than half of the sample's clusters have.
STRICT = "version = 2\nmin_users = 40\n"
LOOSE = "version = 2\nmin_users = 9\nmax_quarantine_share = 0.3\nmin_cell_users = 4\n"
#: The file's key counts, not the environment's.
OWN_KEY = {KEY_VARIABLE: ""}


@pytest.fixture
def home(weekly_home: Path, tmp_path: Path) -> Path:
    """A copy of the weekly home, to be spoilt."""
    copy = tmp_path / "home"
    shutil.copytree(weekly_home, copy)
    return copy


def tables(home: Path) -> dict[Path, bytes]:
    """The bytes of every table in the lake."""
    return {path: path.read_bytes() for path in (home / "private" / "lake").rglob("*.parquet")}


def unsealed(clio: ForkedClio, home: Path) -> dict[str, int]:
    """Stage -> partitions whose seal does not hold."""
    stages = json.loads(clio("status", "--json", home=home).out)["stages"]
    return {stage["stage"]: len(stage["unsealed"]) for stage in stages}


def test_seals_hold_when_the_policy_is_loosened(clio: ForkedClio, home: Path) -> None:
    (home / "privacy.toml").write_text(LOOSE)
    assert set(unsealed(clio, home).values()) == {0}
    assert clio("doctor", home=home).code == 0


def test_policy_is_enforced_again_when_it_was_tightened(clio: ForkedClio, home: Path) -> None:
    before = tables(home)
    (home / "privacy.toml").write_text(STRICT)
    assert 0 not in unsealed(clio, home).values()

    done = clio("regate", "--json", home=home)
    assert done.code == 3, done.err
    judged = json.loads(done.out)["judged"]
    refused = [one for one in judged if one["outcome"] == "refused"]
    assert {one["stage"] for one in refused} == {"clusters"}
    assert {check["check"] for one in refused for check in one["failed"]} == {"thresholds"}
    assert tables(home) == before  # nothing was made again
    still = unsealed(clio, home)
    assert still["facets"] == still["embeddings"] == still["conversations"] == 0
    assert still["clusters"] == still["published_insights"] == len(refused)
    assert set(json.loads(done.out)["published_outdated"]) == {one["key"] for one in refused}

    made = clio("run", home=home)
    assert made.code == 0, made.err
    assert set(unsealed(clio, home).values()) == {0}
    clusters = json.loads(clio("tree", "--json", home=home).out)["clusters"]
    assert all(cluster["users"] >= 40 for cluster in clusters)


def test_damaged_byte_is_refused_and_named_when_it_is_judged_again(
    clio: ForkedClio, home: Path
) -> None:
    path = min((home / "private" / "lake" / "facets").glob("*/facets.*.parquet"))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    key = path.parent.name
    done = clio("regate", "--all", "--stage", "facets", "--partition", key, home=home)
    assert done.code == 1
    assert f"facets {key}" in done.out
    assert "the bytes changed" in " ".join(done.out.split())
    examined = clio("doctor", "--json", home=home)
    assert examined.code == 1
    wrong = [one for one in json.loads(examined.out)["checks"] if not one["well"]]
    assert [one["check"] for one in wrong] == ["tables"]
    assert key in wrong[0]["findings"][0]["what"]


def test_every_command_refuses_and_doctor_names_it_when_a_file_is_open(
    clio: ForkedClio, home: Path
) -> None:
    assert clio("doctor", home=home).code == 0
    path = min((home / "private" / "lake" / "conversations").glob("*/conversations.*.parquet"))
    path.chmod(0o644)
    examined = clio("doctor", home=home)
    assert examined.code == 1
    assert path.parent.name in examined.out
    for command in ("run", "regate"):
        done = clio(command, home=home)
        assert done.code == 1
        assert "is open to other users (mode 0644)" in done.err


def test_page_of_verdicts_opens_and_holds_no_content_when_written(
    clio: ForkedClio, weekly_home: Path, sample: Path, tmp_path: Path
) -> None:
    path = tmp_path / "verdicts.html"
    assert clio("verdicts", "--html", path, home=weekly_home).code == 0
    page = path.read_text("utf-8")
    words = words_of(page)
    assert "Every gate has sealed what lies behind this window. What is published is" in words
    assert words.count("partitions sealed") == 7
    assert not re.search("<script|<link|<img|https?://|url\\(|[uc]_[0-9a-f]{32}", page)
    with gzip.open(sample, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    said = [turn["content"] for record in records for turn in record["messages"]]
    hidden = {" ".join(one.split())[:40] for one in said if len(one) >= 20}
    hidden |= {str(record[name]) for record in records for name in ("user_id", "conversation_id")}
    assert [one for one in hidden if one in words] == []


def test_every_day_is_stale_when_the_key_was_rotated(
    clio: ForkedClio, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clio_assets.definitions import build_workbench
    from clio_assets.run.planning import stale_days, stale_windows

    assert clio("rotate-key", home=home).code == 2  # the environment has the key
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    key = Home(home).pseudonym_key
    file = home / "private" / "keys" / "pseudonym.key"
    file.write_bytes(key)
    file.chmod(0o600)
    monkeypatch.delenv(KEY_VARIABLE)
    bench = build_workbench(Home(home))
    assert (stale_days(bench), stale_windows(bench)) == ([], [])

    done = clio("rotate-key", home=home, environment=OWN_KEY)
    assert done.code == 0, done.err
    bench = build_workbench(Home(home))
    assert stale_days(bench) == bench.landed_days()
    assert len(stale_windows(bench)) == 2
    assert not [p for p in home.rglob("*") if p.is_file() and key in p.read_bytes()]


class Reader(HTMLParser):
    """Keeps the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def words_of(page: str) -> str:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return " ".join(" ".join(reader.text).split())
