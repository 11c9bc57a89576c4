"""`clio sample`, and the commands of `make run`."""

import gzip
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from clio_assets.cli.sample import sample

ROOT = Path(__file__).parents[3]


def test_conversations_lie_within_the_weeks_when_some_are_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "in" / "made.jsonl.gz"
    sample(output=target, conversations=300, weeks=2)
    with gzip.open(target, "rt", encoding="utf-8") as lines:
        days = {json.loads(line)["started_at"][:10] for line in lines}
    assert min(days) >= "2026-09-28"
    assert max(days) < "2026-10-12"
    assert (tmp_path / "in" / "made.truth.jsonl.gz").exists()


def test_file_stays_when_it_is_there_and_to_be_kept(tmp_path: Path) -> None:
    target = tmp_path / "made.jsonl.gz"
    target.write_bytes(b"mine")
    sample(output=target, conversations=10, keep=True)
    assert target.read_bytes() == b"mine"


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
@pytest.mark.parametrize(
    ("given", "home", "window"),
    [([], ".clio-sample", "all"), (["WINDOW=week"], ".clio-sample-week", "week")],
)
def test_make_run_maps_the_sample_in_a_home_of_the_window_when_no_source_is_given(
    given: list[str], home: str, window: str
) -> None:
    command = ["make", "--dry-run", "run", *given]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"clio --home {home} run {home}/input/conversations.jsonl.gz" in done.stdout
    assert f"--window {window}" in done.stdout
