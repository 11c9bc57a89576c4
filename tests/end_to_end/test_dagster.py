"""The same map through Dagster: a real webserver and daemon, a backfill over GraphQL."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.end_to_end.conftest import ENVIRONMENT, published

T = TypeVar("T")

LAUNCH = """
mutation($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""
PROGRESS = """
query($id: String!) {
  partitionBackfillOrError(backfillId: $id) {
    __typename
    ... on PartitionBackfill { status error { message } }
  }
}
"""
PARTITIONS = """
query($key: AssetKeyInput!) {
  assetNodeOrError(assetKey: $key) { ... on AssetNode { partitionKeys } }
}
"""
DAILY = ("conversations", "facets", "embeddings")
WINDOW = ("clusters", "hierarchy", "audited_summaries", "published_insights")


class Dagster:
    """`clio dagster` on a home, spoken to over GraphQL."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/graphql"

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(self._url, body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            document: dict[str, Any] = json.load(answer)
        assert "errors" not in document, document["errors"][0]["message"]
        return dict(document["data"])

    def backfill(self, assets: tuple[str, ...], partitions: list[str]) -> str:
        """Launch a backfill and wait for its end; the status it ended with."""
        launched = self.ask(
            LAUNCH,
            params={
                "assetSelection": [{"path": [asset]} for asset in assets],
                "partitionNames": partitions,
            },
        )["launchPartitionBackfill"]
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
        return wait_for(lambda: self._ended(launched["backfillId"]), seconds=280)

    def partitions(self, asset: str) -> list[str]:
        node = self.ask(PARTITIONS, key={"path": [asset]})["assetNodeOrError"]
        return list(node["partitionKeys"])

    def _ended(self, backfill: str) -> str | None:
        found = self.ask(PROGRESS, id=backfill)["partitionBackfillOrError"]
        status = str(found["status"])
        return status if status.startswith(("COMPLETED", "FAILED", "CANCELED")) else None


def wait_for(probe: Callable[[], T | None], seconds: float) -> T:
    """What the probe gives once it gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = probe()
        if found is not None:
            return found
        time.sleep(1)
    raise AssertionError(f"nothing came within {seconds} seconds")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def dagster_home(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new home that knows its source from clio.toml alone."""
    home = tmp_path_factory.mktemp("dagster") / "home"
    home.mkdir()
    (home / "clio.toml").write_text(f'window = "week"\n[source]\npaths = ["{sample}"]\n')
    return home


@pytest.fixture(scope="module")
def dagster(dagster_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dagster]:
    port = free_port()
    log = tmp_path_factory.mktemp("log") / "dagster.txt"
    command = "from clio_assets.cli import main; main()"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [
                *(sys.executable, "-c", command, "--home", str(dagster_home)),
                *("dagster", "--port", str(port)),
            ],
            env={**os.environ, **ENVIRONMENT},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    client = Dagster(port)

    def answers() -> bool | None:
        assert server.poll() is None, "`clio dagster` ended by itself"
        try:
            return bool(client.partitions("conversations")) or None
        except (urllib.error.URLError, ConnectionError, KeyError, TypeError):
            return None

    try:
        wait_for(answers, seconds=120)
        yield client
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def filled_home(dagster: Dagster, dagster_home: Path, weekly_home: Path) -> Path:
    """The home after a backfill of all days, then one of the windows that hold data."""
    with_data = {row[0] for row in published(weekly_home)["windows"]}  # type: ignore[index]
    days = [
        day for day in dagster.partitions("conversations") if "2026-09-28" <= day < "2026-10-12"
    ]
    assert len(days) == 14
    assert dagster.backfill(DAILY, days) == "COMPLETED_SUCCESS"
    assert dagster.backfill(WINDOW, sorted(with_data)) == "COMPLETED_SUCCESS"
    return dagster_home


@pytest.mark.timeout(600)
def test_backfill_publishes_the_same_rows_as_clio_run_when_days_and_windows_are_filled(
    filled_home: Path, weekly_home: Path
) -> None:
    assert published(filled_home) == published(weekly_home)


@pytest.mark.timeout(600)
def test_backfill_publishes_nothing_when_a_day_of_the_window_is_not_sealed(
    dagster: Dagster, filled_home: Path
) -> None:
    before = published(filled_home)
    seal = filled_home / "private" / "lake" / "facets" / "2026-09-30" / "seal.json"
    kept = seal.read_bytes()
    seal.unlink()
    try:
        assert dagster.backfill(WINDOW, ["2026-09-28"]) == "COMPLETED_FAILED"
    finally:
        seal.write_bytes(kept)
    assert published(filled_home) == before
