"""The command line as its user meets it, on generated data, each command a process of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.conftest import lake_bytes, published, truth_of
from tests.forked.clio import ENVIRONMENT, ForkedClio

TREE_FIELDS = {
    *("id", "level", "parent", "name", "description", "size", "users", "share", "audit"),
    "coherence",
}


def rows(count: int, **changes: object) -> str:
    """Plain records: users ask about a handful of things on two days."""
    topics = ("translate a letter into Spanish", "fix a bug in my Python script")
    lines = []
    for number in range(count):
        record = {
            "conversation_id": f"c{number}",
            "user_id": f"u{number % 40}",
            "started_at": f"2026-10-0{1 + number % 2}T10:{number % 60:02}:00+00:00",
            "messages": [
                {"role": "user", "content": f"please {topics[number % 2]}, part {number % 7}"}
            ],
        } | changes
        lines.append(json.dumps({k: v for k, v in record.items() if v is not None}))
    return "\n".join(lines) + "\n"


def test_tree_has_the_documented_form_when_asked_for_json(
    clio: ForkedClio, weekly_home: Path
) -> None:
    done = clio("tree", "--json", home=weekly_home)
    document = json.loads(done.out)
    assert set(document) == {
        *("window", "map", "facet", "analyst", "conversations", "users", "unpublished"),
        *("coherent", "min_coherence", "accounts", "clusters"),
    }
    assert [document[name] for name in ("window", "map", "facet", "analyst")] == [
        "2026-10-05",
        "",
        "request",
        "local",
    ]
    clusters = document["clusters"]
    assert clusters
    assert all(set(cluster) == TREE_FIELDS for cluster in clusters)
    by_id = {cluster["id"]: cluster for cluster in clusters}
    top = max(cluster["level"] for cluster in clusters)
    for cluster in clusters:
        if cluster["level"] == top:
            assert cluster["parent"] is None
        else:
            assert by_id[cluster["parent"]]["level"] == cluster["level"] + 1
    leaves = [cluster for cluster in clusters if cluster["level"] == 0]
    assert all(leaf["size"] >= 20 and leaf["users"] >= 10 for leaf in leaves)
    assert all(cluster["audit"] >= 3 for cluster in clusters)


def test_tree_shows_only_the_top_when_the_depth_is_one(clio: ForkedClio, weekly_home: Path) -> None:
    whole = json.loads(clio("tree", "--json", home=weekly_home).out)["clusters"]
    top = json.loads(clio("tree", "--json", "--depth", "1", home=weekly_home).out)["clusters"]
    assert top == [c for c in whole if c["level"] == max(c["level"] for c in whole)]


def test_tree_reads_the_public_folder_alone_when_the_rest_is_gone(
    clio: ForkedClio, weekly_home: Path, tmp_path: Path
) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "public").symlink_to(weekly_home / "public")
    done = clio("tree", "--window", "2026-09-28", home=tmp_path / "copy")
    assert done.code == 0
    assert "2026-09-28" in done.out


def test_tree_names_what_is_published_when_the_window_is_unknown(
    clio: ForkedClio, weekly_home: Path
) -> None:
    done = clio("tree", "--window", "2020-01-06", home=weekly_home)
    assert done.code == 2
    assert "published are: 2026-09-28 (request), 2026-10-05 (request)" in done.err


def test_phrases_list_published_groups_without_a_line_when_asked_for_what_is_missing(
    clio: ForkedClio, weekly_home: Path
) -> None:
    found = json.loads(clio("phrases", "--missing", "--most", "3", "--json", home=weekly_home).out)
    tree = json.loads(clio("tree", "--json", home=weekly_home).out)
    leaves = {(c["name"], c["size"]) for c in tree["clusters"] if c["level"] == 0}
    assert (found["window"], found["facet"]) == (tree["window"], tree["facet"])
    assert found["groups"] == len(leaves)
    assert 0 < len(found["missing"]) == min(3, found["without_line"])
    assert {(one["name"], one["size"]) for one in found["missing"]} <= leaves
    for one in found["missing"]:
        assert one["likeness"] < found["least_likeness"] or one["lacking"]


def test_run_makes_nothing_again_when_nothing_changed(
    clio: ForkedClio, sample: Path, weekly_home: Path
) -> None:
    lake = weekly_home / "private" / "lake"
    before = {path: path.stat().st_mtime_ns for path in lake.rglob("seal.json")}
    again = clio("run", sample, home=weekly_home)
    assert again.code == 0
    assert {path: path.stat().st_mtime_ns for path in lake.rglob("seal.json")} == before


def test_status_counts_every_stage_when_asked_for_json(clio: ForkedClio, weekly_home: Path) -> None:
    document = json.loads(clio("status", "--json", home=weekly_home).out)
    assert document["window"] == "week"
    assert document["published"] == ["2026-09-28", "2026-10-05"]
    stages = {stage["stage"]: stage for stage in document["stages"]}
    assert list(stages) == [
        "conversations",
        "facets",
        "embeddings",
        "clusters",
        "hierarchy",
        "audited_summaries",
        "published_insights",
    ]
    for stage in stages.values():
        assert stage["sealed"] == stage["partitions"] > 0
    (source,) = document["landing"]
    assert source["records"] == source["landed"] + sum(source["rejected"].values())
    for name in ("conversations", "facets", "embeddings"):
        counted = stages[name]["rows"]
        assert counted["in"] == counted["kept"] + counted["set_aside"]


def test_run_is_a_usage_error_when_the_home_has_other_windows(
    clio: ForkedClio, sample: Path, weekly_home: Path
) -> None:
    done = clio("run", sample, "--window", "month", home=weekly_home)
    assert done.code == 2
    assert "choose another folder" in done.err


def test_second_run_is_refused_when_one_is_at_work(
    clio: ForkedClio, sample: Path, weekly_home: Path
) -> None:
    hold = (
        "import sys, time; from pathlib import Path; from clio_assets.home.home import Home\n"
        "with Home(Path(sys.argv[1])).only_run(): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(weekly_home)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            done = clio("run", sample, home=weekly_home)
        finally:
            holder.kill()
    assert done.code == 1
    assert "another `clio run` is at work" in done.err


def test_run_says_that_no_group_was_large_enough_when_all_are_under_the_thresholds(
    clio: ForkedClio, tmp_path: Path
) -> None:
    (tmp_path / "few.jsonl").write_text(rows(12))
    done = clio("run", tmp_path / "few.jsonl", home=tmp_path / "home")
    assert done.code == 0, done.err
    assert "no group was large enough to be shown" in done.out
    assert json.loads(clio("tree", "--json", home=tmp_path / "home").out)["clusters"] == []


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", 1, "holds no records"),
        (rows(30, user_id=None), 1, "--each-conversation-is-a-user"),
        (rows(30, started_at=None), 1, "--day"),
        (rows(30) + "{broken\n" * 10, 1, "max_reject_share"),
        ('{"what": "is this"}\n', 1, "--format"),
    ],
    ids=["empty", "no-users", "no-timestamps", "malformed", "unknown-shape"],
)
def test_run_stops_before_anything_is_made_when_the_source_is_bad(
    clio: ForkedClio, tmp_path: Path, text: str, code: int, message: str
) -> None:
    (tmp_path / "bad.jsonl").write_text(text)
    done = clio("run", tmp_path / "bad.jsonl", home=tmp_path / "home")
    assert (done.code, message in done.err) == (code, True), done.err
    assert lake_bytes(tmp_path / "home") == {}


def test_run_stops_when_the_source_is_not_there(clio: ForkedClio, tmp_path: Path) -> None:
    done = clio("run", tmp_path / "absent.jsonl", home=tmp_path / "home")
    assert done.code == 1
    assert "Traceback" not in done.err


@pytest.fixture(scope="module")
def first(clio: ForkedClio, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a source of two days, and a home with a map of each."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "first.jsonl").write_text(rows(120))
    done = clio("run", folder / "first.jsonl", "--window", "day", home=folder / "home")
    assert done.code == 0, done.err
    return folder


def test_map_is_the_same_when_the_installed_script_makes_it(first: Path, tmp_path: Path) -> None:
    """What all other commands of these tests have loaded before they begin changes no map.

    Lineage is left out: it names the bytes of vectors, which tests/unit/embeddings look after.
    """
    script = Path(sys.executable).with_name("clio")
    home = tmp_path / "home"
    command = [script, "--home", home, "run", first / "first.jsonl", "--window", "day"]
    subprocess.run(command, env={**os.environ, **ENVIRONMENT}, capture_output=True, check=True)
    made, expected = (published(one, without=["lineage"]) for one in (home, first / "home"))
    assert made["clusters"]
    assert made == expected


def test_run_maps_again_what_a_new_source_touches_when_one_is_added(
    clio: ForkedClio, first: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(first / "home", home)
    before = lake_bytes(home)
    later = re.sub(r'"c(\d)', r'"d\1', rows(60)).replace("2026-10-01", "2026-10-03")
    later = later.replace("2026-10-02", "2026-10-03").replace("part", "section")
    (tmp_path / "second.jsonl").write_text(later)
    assert clio("run", tmp_path / "second.jsonl", home=home).code == 0
    assert [row[0] for row in published(home)["windows"]] == [  # type: ignore[index]
        "2026-10-01",
        "2026-10-02",
        "2026-10-03",
    ]
    after = lake_bytes(home)
    for path, data in before.items():
        if path.startswith(("facets/", "embeddings/", "clusters/")):
            assert after[path] == data


def test_check_writes_nothing_when_it_looks_at_a_source(
    clio: ForkedClio, sample: Path, tmp_path: Path
) -> None:
    done = clio("check", sample, "--json", home=tmp_path / "home")
    assert done.code == 0
    document = json.loads(done.out)
    assert document["format"] == "plain"
    assert document["records"] >= 900
    assert not (tmp_path / "home").exists()


def test_help_does_not_load_the_heavy_packages_when_asked_for() -> None:
    script = (
        "import sys; from clio_assets.cli.app import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'dagster', 'sklearn', 'duckdb', 'sentence_transformers', 'pandas'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.rstrip().endswith("[]")


def test_nothing_of_a_conversation_leaves_the_private_zone_when_the_sample_is_mapped(
    clio: ForkedClio, sample: Path, weekly_home: Path
) -> None:
    """Rule 3, over every byte outside HOME/private and everything the commands print."""
    printed = [clio(name, home=weekly_home) for name in ("tree", "status")]
    outside = [
        path.read_bytes()
        for path in weekly_home.rglob("*")
        if path.is_file() and not path.is_relative_to(weekly_home / "private")
    ]
    outside += [(done.out + done.err).encode() for done in printed]
    outside.append(repr(published(weekly_home)).encode())
    outside += [path.name.encode() for path in weekly_home.rglob("*")]
    haystack = b"\n".join(outside)
    secrets = {str(row["conversation_id"]) for row in truth_of(sample)}
    secrets |= {str(hit["value"]) for row in truth_of(sample) for hit in row["personal_data"]}  # type: ignore[attr-defined]
    secrets = {secret for secret in secrets if len(secret) >= 6}
    assert len(secrets) > 900
    assert sum(secret.encode() in haystack for secret in secrets) == 0


#: What is done to the process of a run first: its disk is full when it finishes a partition.
FULL_DISK = """
from clio_assets.lake import storage
def commit(temporary, final, _whole=storage.commit):
    if {stage!r} in final.parts:
        raise OSError(28, "No space left on device")
    _whole(temporary, final)
storage.commit = commit
"""


@pytest.mark.parametrize("stage", ["landing", "embeddings", "published_insights"])
def test_run_says_what_the_system_says_when_the_disk_is_full(
    clio: ForkedClio, tmp_path: Path, stage: str
) -> None:
    (tmp_path / "some.jsonl").write_text(rows(60))
    home = tmp_path / "home"
    done = clio("run", tmp_path / "some.jsonl", home=home, before=FULL_DISK.format(stage=stage))
    assert done.code == 1
    assert "No space left on device" in done.err
    assert "Traceback" not in done.err
    assert not (home / "public" / "insights.duckdb").exists()
    assert not list((home / "private" / "lake" / stage).rglob("manifest.json"))
