"""From a published cluster back to what was landed, and never to what somebody wrote."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from clio_assets.audit.trail import Gone, Step, trail_of
from clio_assets.cli.app import app
from clio_assets.cli.lineage import published_cluster
from clio_assets.errors import UsageError
from clio_assets.home.home import Home
from clio_assets.run.declared import lake_of
from clio_assets.stages import LANDING, RELEASED
from tests.fakes.home import CANARY, DAYS, WEEK
from tests.fakes.lake import folder_of

CLUSTER = f"{WEEK}:request:0:0"


def test_trail_leads_from_the_release_to_what_was_landed_when_all_is_there(
    home: Home,
) -> None:
    trail = trail_of(lake_of(home), WEEK)
    stages = list(dict.fromkeys(step.stage for step in trail))
    assert stages[0] == RELEASED
    assert stages[-2:] == ["conversations", LANDING]
    assert {step.key for step in trail if step.stage == "facets"} == set(DAYS)
    sealed = [step for step in trail if isinstance(step, Step) and step.stage != LANDING]
    assert all(step.state == "sealed" and step.seal and step.judgement for step in sealed)


def test_trail_says_what_is_gone_when_a_partition_vanished(home: Home) -> None:
    lake = lake_of(home)
    shutil.rmtree(folder_of(lake, "facets", DAYS[0]))
    assert Gone("facets", DAYS[0]) in trail_of(lake, WEEK)


@pytest.mark.parametrize("wanted", [CLUSTER, "Ask about trains"])
def test_cluster_is_found_by_id_and_by_name_when_it_is_published(
    home: Home,
    wanted: str,
) -> None:
    found = published_cluster(home, wanted)
    assert (found["cluster"], found["window"]) == (CLUSTER, WEEK)


def test_cluster_is_refused_when_it_is_not_published(home: Home) -> None:
    with pytest.raises(UsageError, match="no such cluster"):
        published_cluster(home, "2001-01-01:request:0:0")


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["table", "json"])
def test_lineage_names_every_stage_and_no_content_when_it_is_asked_for(
    home: Home,
    form: list[str],
) -> None:
    done = CliRunner().invoke(app, ["--home", str(home.path), "lineage", CLUSTER, *form])
    assert done.exit_code == 0, done.output
    for stage in (RELEASED, "clusters", "facets", "conversations"):
        assert stage in done.output
    assert CANARY not in done.output
    if form:
        told = json.loads(done.output)
        assert told["cluster"]["cluster"] == CLUSTER
        release = told["steps"][0]
        assert release["checks"]
        assert release["software"]["clio"]
        assert release["rows"]["in"] == 1
