"""The record of a window: every gate and partition behind it, and nothing of their content."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from clio_assets.errors import UsageError
from clio_assets.home.home import Home
from clio_assets.judging.lineage import verdicts_of
from clio_assets.lake.lake import Lake
from clio_assets.lake.storage import LocalStorage
from clio_assets.run.declared import declared_by
from clio_assets.verdicts.document import document_of
from clio_assets.verdicts.page import render
from clio_assets.verdicts.record import Kinds, choose
from privacy_checks.policy.explain import explain
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.protocol import Verdict
from tests.fakes.home import CANARY, DAYS, WEEK, made_home

MADE = "2026-10-06 03:00 UTC"
VOID = {"area", "base", "br", "hr", "img", "input", "link", "meta", "source"}
LOADING = {"href", "src", "action", "data", "onclick", "onload", "srcset", "poster"}


class Outline(HTMLParser):
    """Tags and attributes of a page; fails on tags that do not close."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return made_home(tmp_path_factory.mktemp("verdicts") / "home")


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return made_home(tmp_path_factory.mktemp("refused") / "home", refuse="facets")


def page_of(home: Home) -> str:
    return render(document_of(home, None), explain(home.policy), MADE)


def test_record_has_every_stage_and_partition_when_all_is_sealed(home: Home) -> None:
    document = document_of(home, WEEK)
    assert document["window"] == WEEK
    assert not document["published"]
    found = {stage["stage"]: len(stage["partitions"]) for stage in document["stages"]}
    assert found == {
        "conversations": 2, "facets": 2, "embeddings": 2, "clusters": 1, "hierarchy": 1,
        "audited_summaries": 1, "published_insights": 1,
    }  # fmt: skip
    assert all(stage["sealed"] == len(stage["partitions"]) for stage in document["stages"])
    assert document["stages"][0]["checks"][0]["numbers"] == {
        "rows": [1, 1],
        "columns_wrong": [0, 0],
    }


def test_record_agrees_with_the_published_verdicts_when_all_is_sealed(home: Home) -> None:
    lake = Lake(LocalStorage(home.private), home.policy, declared_by(home))
    expected = [(v.stage, v.check, v.partitions, v.passed) for v in verdicts_of(lake, WEEK)]
    recorded = [
        (stage["stage"], check["check"], check["judged"], check["passed"])
        for stage in document_of(home, WEEK)["stages"]
        for check in stage["checks"]
    ]
    assert recorded[:-1] == expected  # the release itself is behind no release


def test_numbers_are_the_lowest_and_highest_when_partitions_differ(tmp_path: Path) -> None:
    home = made_home(tmp_path / "home")
    lake = Lake(LocalStorage(home.private), home.policy, declared_by(home))
    lake.judge(lake.stored("facets", DAYS[1]), [Verdict("columns", True, {"rows": 9})], "run-2")
    (check,) = document_of(home, None)["stages"][1]["checks"]
    assert check["numbers"] == {"rows": [1, 9], "columns_wrong": [0, 0]}


def test_record_says_what_was_refused_and_what_is_missing_when_a_gate_refused(
    refused: Home,
) -> None:
    stages = {stage["stage"]: stage for stage in document_of(refused, None)["stages"]}
    facets = stages["facets"]
    assert [(p["state"], p["why"]) for p in facets["partitions"]] == [
        ("refused", "its gate refused it (accounting)")
    ] * 2
    assert facets["checks"][1] == {
        "check": "accounting",
        "meaning": "Every conversation has its facets once, or is set aside.",
        "judged": 2,
        "passed": 0,
        "numbers": {"lost": [3, 3]},
    }
    assert [p["state"] for p in stages["clusters"]["partitions"]] == ["absent"]


def test_record_says_why_a_seal_is_void_when_the_policy_was_tightened(home: Home) -> None:
    stricter = Home(home.path)
    stricter.__dict__["policy"] = PrivacyPolicy(min_users=50)
    document = document_of(stricter, WEEK)
    assert {p["state"] for stage in document["stages"] for p in stage["partitions"]} == {
        "policy_changed"
    }
    assert "Not everything behind this window is sealed" in render(
        document, explain(stricter.policy), MADE
    )


def test_window_is_refused_when_there_is_none_of_that_name(home: Home) -> None:
    with pytest.raises(UsageError, match=f"there are: {WEEK}"):
        document_of(home, "1999-01-04")


@pytest.mark.parametrize(
    ("named", "wanted", "key"),
    [
        ("", None, WEEK),
        ("mobile", None, "mobile@all"),
        ("german", WEEK, f"german@{WEEK}"),
    ],
)
def test_window_is_the_newest_of_its_map_when_no_other_is_wanted(
    home: Home, named: str, wanted: str | None, key: str
) -> None:
    lake = Lake(LocalStorage(home.private), home.policy, declared_by(home))
    kinds: Kinds = {"": "week", "german": "week", "mobile": "all"}
    assert choose(lake, kinds, named, wanted) == key


def test_windows_are_listed_map_by_map_when_the_map_lacks_the_one_wanted(home: Home) -> None:
    lake = Lake(LocalStorage(home.private), home.policy, declared_by(home))
    with pytest.raises(UsageError, match=f"there are: {WEEK}; map mobile: all$"):
        choose(lake, {"": "week", "mobile": "all"}, "mobile", WEEK)


@pytest.mark.parametrize(
    ("named", "kind", "window", "heading"),
    [
        ("", "all", "all", "the whole source"),
        ("", "week", WEEK, f"week {WEEK}"),
        ("mobile", "all", "mobile@all", "the map mobile, all time"),
        ("mobile", None, f"mobile@{WEEK}", f"the map mobile, window {WEEK}"),
    ],
)
def test_heading_of_the_page_names_map_and_window_when_rendered(
    home: Home, named: str, kind: str | None, window: str, heading: str
) -> None:
    document = document_of(home, WEEK) | {"map": named, "kind": kind, "window": window}
    page = render(document, explain(home.policy), MADE)
    assert f"<h1>Privacy verdicts of {heading}</h1>" in page


@pytest.mark.parametrize("which", ["home", "refused"])
def test_page_is_whole_and_loads_nothing_when_rendered(
    which: str, request: pytest.FixtureRequest
) -> None:
    page = page_of(request.getfixturevalue(which))
    outline = Outline(page)
    assert "script" not in outline.tags
    assert "link" not in outline.tags
    assert LOADING.isdisjoint(outline.attributes)
    assert "url(" not in page
    assert "@import" not in page


def test_page_tells_the_state_and_the_policy_when_rendered(home: Home, refused: Home) -> None:
    page = page_of(home)
    assert "Every gate has sealed what lies behind this window" in page
    assert home.policy.digest in page
    assert all(one.field in page for one in explain(home.policy))
    assert "its gate refused it (accounting)" in page_of(refused)


def test_no_content_is_in_record_or_page_when_the_tables_hold_it(home: Home) -> None:
    tables = b"".join(path.read_bytes() for path in home.lake.rglob("*.parquet"))
    assert CANARY.encode() in tables
    assert CANARY not in json.dumps(document_of(home, None)) + page_of(home)


def test_page_shows_markup_as_text_when_a_name_holds_some(home: Home) -> None:
    document = document_of(home, None)
    document["stages"][0]["checks"][0]["meaning"] = "<script>1</script>"
    assert "script" not in Outline(render(document, explain(home.policy), MADE)).tags


def test_record_keeps_the_verdicts_of_a_window_when_its_partitions_were_deleted(
    tmp_path: Path,
) -> None:
    home = made_home(tmp_path / "home")
    lake = Lake(LocalStorage(home.private), home.policy, declared_by(home))
    before = document_of(home, WEEK)
    for stage in [record["stage"] for record in before["stages"]]:
        for key in lake.keys(stage):
            lake.delete(stage, key)
    after = document_of(home, WEEK)
    assert [record["checks"] for record in after["stages"]] == [
        record["checks"] for record in before["stages"]
    ]
    states = {one["state"] for record in after["stages"] for one in record["partitions"]}
    assert states == {"deleted"}
    assert {record["sealed"] for record in after["stages"]} == {0}
