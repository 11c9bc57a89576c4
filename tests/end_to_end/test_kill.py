"""kill -9 in every stage, then run again: the same bytes as an undisturbed run."""

from pathlib import Path

import pytest

from tests.end_to_end.conftest import lake_bytes, published
from tests.end_to_end.few_days import OWN_DETECTORS, new_home
from tests.forked.clio import ForkedClio

#: Executed first in the process of a run: it kills itself when it is about to finish a partition.
KILLED = """
import os, signal
from clio_assets.lake import release, writer
def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)
def finish(self, accounts, _whole=writer.PartitionWriter.finish):
    if self._making.stage == {stage!r}:
        for draft in self._drafts.values():
            draft._writer.close()
            draft._draft.sink.close()
        kill()
    return _whole(self, accounts)
writer.PartitionWriter.finish = finish
if {stage!r} == "release":
    release.commit = kill
"""

STAGES = (
    "landing",
    "conversations",
    "facets",
    "embeddings",
    "clusters",
    "hierarchy",
    "audited_summaries",
    "published_insights",
    "release",
)


@pytest.mark.timeout(600)
def test_run_ends_with_the_same_bytes_when_it_was_killed_in_every_stage(
    clio: ForkedClio, few: Path, few_home: Path, tmp_path: Path
) -> None:
    home = new_home(tmp_path / "home")
    arguments = ("run", few, "--window", "week")
    of_all = {"home": home, "environment": OWN_DETECTORS}
    for stage in STAGES:
        killed = clio(*arguments, **of_all, before=KILLED.format(stage=stage))
        assert killed.code == -9, f"{stage}: exit code {killed.code}"
        assert not (home / "public" / "insights.duckdb").exists()
    done = clio(*arguments, **of_all)
    assert done.code == 0
    assert lake_bytes(home) == lake_bytes(few_home)
    assert published(home) == published(few_home)
    leftovers = [p.name for p in home.rglob(".tmp-*")]
    assert leftovers == []
