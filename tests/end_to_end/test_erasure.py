"""`clio forget` and `clio purge` on a whole home, each command a process of its own."""

import gzip
import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from clio_assets.conversations.pseudonyms import pseudonym
from tests.end_to_end.conftest import published
from tests.forked.clio import ENVIRONMENT, ForkedClio

KEY = ENVIRONMENT["CLIO_PSEUDONYM_KEY"].encode()


@pytest.fixture
def home(weekly_home: Path, tmp_path: Path) -> Path:
    """The weekly home, to change."""
    copy = tmp_path / "home"
    shutil.copytree(weekly_home, copy)
    return copy


@pytest.fixture(scope="module")
def records(sample: Path) -> list[dict[str, Any]]:
    with gzip.open(sample, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def talkative(records: list[dict[str, Any]]) -> str:
    """The user with most conversations."""
    return Counter(record["user_id"] for record in records).most_common(1)[0][0]


def needles(records: list[dict[str, Any]], user: str) -> set[bytes]:
    """Ids and pseudonyms of a user, and pieces of text that nobody else wrote or was sent."""
    own = [record for record in records if record["user_id"] == user]
    others = " ".join(
        message["content"]
        for record in records
        if record["user_id"] != user
        for message in record["messages"]
    )
    ids = {record["conversation_id"] for record in own}
    pieces = {
        max(re.split(r'["\\\n\r\t]', message["content"]), key=len).strip()
        for record in own
        for message in record["messages"]
    }
    texts = {piece for piece in pieces if len(piece) >= 30 and piece not in others}
    assert texts
    names = {pseudonym(KEY, "user", user), *(pseudonym(KEY, "conversation", i) for i in ids)}
    return {needle.encode() for needle in {user, *ids, *names, *texts}}


def traces(home: Path, wanted: set[bytes]) -> list[str]:
    """Files under a home that hold any of it, in their bytes or in a cell of a table."""
    found = []
    for path in sorted(p for p in home.rglob("*") if p.is_file()):
        data = str(path.relative_to(home)).encode() + path.read_bytes()
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            data += "\n".join(
                str(cell)
                for name in table.column_names
                if name != "vector"
                for cell in table[name].to_pylist()
            ).encode()
        if any(needle in data for needle in wanted):
            found.append(path.relative_to(home).as_posix())
    return found


@pytest.mark.timeout(600)
def test_map_is_as_if_the_user_had_never_been_there_when_they_are_forgotten(
    clio: ForkedClio, home: Path, records: list[dict[str, Any]], talkative: str, tmp_path: Path
) -> None:
    wanted = needles(records, talkative)
    assert len(traces(home, wanted)) > 20
    before = published(home)
    named = tmp_path / "users"
    named.write_text(f"{talkative}\n\nnobody\n")

    done = clio("forget", "--from-file", named, "--json", home=home)
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert document["users"] == 2
    assert document["users_found"] == 1
    assert document["records"] == sum(r["user_id"] == talkative for r in records)
    assert document["awaiting_release"] == ["2026-09-28", "2026-10-05"]
    assert traces(home, wanted) == []
    assert talkative not in done.out + done.err
    assert published(home) == before

    done = clio("forget", "--from-file", named, "--rebuild", "--json", home=home)
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert (document["users_known"], document["users_found"]) == (2, 0)
    assert (document["awaiting_release"], document["withdrawn"]) == ([], [])
    assert traces(home, wanted) == []
    assert published(home) != before

    without = tmp_path / "without.jsonl"
    others = [json.dumps(record) for record in records if record["user_id"] != talkative]
    without.write_text("\n".join(others) + "\n")
    assert clio("run", without, "--window", "week", home=tmp_path / "new").code == 0
    for table in ("windows", "clusters", "breakdowns"):
        assert published(home)[table] == published(tmp_path / "new")[table]


@pytest.mark.timeout(600)
def test_release_stays_and_nothing_is_made_again_when_a_week_is_purged(
    clio: ForkedClio, home: Path
) -> None:
    before = published(home)
    planned = clio("purge", "--before", "2026-10-08", "--dry-run", "--json", home=home)
    done = clio("purge", "--before", "2026-10-08", "--json", home=home)
    assert (planned.code, done.code) == (0, 0), done.err
    document = json.loads(done.out)
    assert json.loads(planned.out) == document | {"dry_run": True}
    assert document["before"] == "2026-10-05"
    assert document["windows"] == ["2026-09-28"]
    assert (len(document["days"]), document["partitions"]) == (7, 25)
    again = clio("run", home=home)
    assert again.code == 0, again.err
    lake = home / "private" / "lake"
    kept = {path.parent.name for path in lake.glob("*/*/manifest.json")}
    assert not {day for day in kept if day.startswith("2026-") and day < "2026-10-05"}
    assert [row for row in published(home)["clusters"] if row[1] == "2026-09-28"] == [  # type: ignore[index]
        row
        for row in before["clusters"]
        if row[1] == "2026-09-28"  # type: ignore[index]
    ]
    assert clio("tree", "--window", "2026-09-28", home=home).code == 0


@pytest.mark.timeout(600)
def test_windows_are_withdrawn_when_nobody_is_left(
    clio: ForkedClio, home: Path, records: list[dict[str, Any]], tmp_path: Path
) -> None:
    named = tmp_path / "users"
    named.write_text("\n".join(sorted({record["user_id"] for record in records})))
    done = clio("forget", "--from-file", named, "--rebuild", home=home)
    assert done.code == 0, done.err
    assert "Withdrawn, because nothing is left of them: 2026-09-28, 2026-10-05" in done.out
    assert not any(published(home).values())
    assert clio("run", home=home).code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("forget",), "name users with --user-id or --from-file"),
        (("forget", "--from-file", "absent"), "cannot be read: No such file"),
        (("purge",), "--before"),
        (("purge", "--before", "2999-01-01"), "lies in the future"),
    ],
)
def test_command_says_what_is_missing_when_it_cannot_be_done(
    clio: ForkedClio, weekly_home: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = clio(*arguments, home=weekly_home)
    assert done.code == 2
    assert words in done.err


@pytest.mark.parametrize("arguments", [("forget", "--user-id", "x"), ("purge",)])
def test_command_makes_no_home_when_there_is_none(
    clio: ForkedClio, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = clio(*arguments, home=tmp_path / "absent")
    assert done.code == 1
    assert "there is no home here yet" in done.err
    assert not (tmp_path / "absent").exists()
