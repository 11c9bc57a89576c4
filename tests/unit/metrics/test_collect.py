"""A home's metrics: what they count, and what they never hold."""

import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from clio_assets.home.home import Home
from clio_assets.metrics.collect import exposition
from clio_assets.run.declared import lake_of
from tests.end_to_end.dagster_server import wait_for
from tests.fakes.home import CANARY, DAYS, made_home
from tests.fakes.lake import folder_of

PAGE = (Path(__file__).parents[3] / "docs" / "metrics.md").read_text("utf-8")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return made_home(tmp_path / "home")


def told(home: Home) -> dict[tuple[str, ...], float]:
    """Name and label values of each sample -> its number."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(exposition(home))
        for sample in family.samples
    }


def test_partitions_are_counted_by_state_when_one_has_no_seal(home: Home) -> None:
    assert told(home)["clio_partitions", "facets", "sealed"] == len(DAYS)
    (folder_of(lake_of(home), "facets", DAYS[0]) / "seal.json").unlink()
    found = told(home)
    assert found["clio_partitions", "facets", "sealed"] == len(DAYS) - 1
    assert found["clio_partitions", "facets", "not_judged"] == 1
    assert found["clio_partitions", "facets", "refused"] == 0


def test_metrics_hold_no_content_and_are_documented_when_a_home_has_all(home: Home) -> None:
    text = exposition(home)
    assert CANARY not in text
    names = {name for name, *_ in told(home)}
    assert {"clio_partitions", "clio_published_windows"} <= names
    assert all(f"`{name}`" in PAGE for name in names)


def test_metrics_are_served_when_a_port_is_given(home: Home) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    main = "from clio_assets.cli import main; main()"
    command = [sys.executable, "-c", main, "--home", home.path, "metrics"]
    with subprocess.Popen([*command, "--serve", str(port)], stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline().decode().strip().endswith(f":{port}/metrics")
            url = f"http://127.0.0.1:{port}/metrics"
            answer = wait_for(lambda: urllib.request.urlopen(url, timeout=10).read(), seconds=20)
            assert b"clio_partitions" in answer
        finally:
            server.terminate()
