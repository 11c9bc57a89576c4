"""`clio dagster` on a home, spoken to over GraphQL, as Dagster's own UI does."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from tests.forked.clio import ENVIRONMENT

T = TypeVar("T")

#: Where Python finds the project's tests, and what makes the daemon and its runs begin sooner.
PATH = (str(Path(__file__).parents[2]), str(Path(__file__).parent / "waiting_less"))

#: How long Dagster's parts wait for one another before they give up, on a busy machine too.
PATIENCE = {"DAGSTER_GRPC_TIMEOUT_SECONDS": "180"}

RELEASE = "release"
DAILY = ("conversations", "facets", "embeddings")
WINDOW = ("clusters", "hierarchy", "audited_summaries", "published_insights", RELEASE)

CODE = {
    "repositoryName": "__repository__",
    "repositoryLocationName": "clio",
}
BACKFILL = """
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
    ... on PartitionBackfill { status error { message } runs(limit: 50) { runId } }
  }
}
"""
PARTITIONS = """
query($key: AssetKeyInput!) {
  assetNodeOrError(assetKey: $key) { ... on AssetNode { partitionKeys } }
}
"""
LAUNCH = """
mutation($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
    ... on InvalidSubsetError { message }
    ... on RunConfigValidationInvalid { errors { message } }
  }
}
"""
RUN = """
query($id: ID!) {
  runOrError(runId: $id) { ... on Run { status } }
  logsForRun(runId: $id) {
    ... on EventConnection {
      events {
        __typename
        ... on ExecutionStepFailureEvent { error { message stack causes { message stack } } }
        ... on RunFailureEvent { message error { message stack causes { message stack } } }
        ... on AssetCheckEvaluationEvent {
          evaluation { success metadataEntries { label ... on JsonMetadataEntry { jsonString } } }
        }
      }
    }
  }
}
"""
JOB = """
query($selector: ScheduleSelector!) {
  scheduleOrError(scheduleSelector: $selector) { ... on Schedule { pipelineName } }
}
"""
TICK = """
mutation($selector: ScheduleSelector!, $timestamp: Float) {
  scheduleDryRun(selectorData: $selector, timestamp: $timestamp) {
    __typename
    ... on DryRunInstigationTick {
      evaluationResult {
        error { message }
        runRequests { tags { key value } }
      }
    }
    ... on PythonError { message }
  }
}
"""


STATUSES = """
query($key: AssetKeyInput!) {
  assetNodeOrError(assetKey: $key) {
    ... on AssetNode {
      assetPartitionStatuses {
        ... on TimePartitionStatuses { ranges { startKey endKey status } }
      }
    }
  }
}
"""
CHECK = """
query($key: AssetKeyInput!, $check: String!) {
  assetCheckExecutions(assetKey: $key, checkName: $check, limit: 200) {
    status
    evaluation { partition success description targetMaterialization { runId } }
  }
}
"""
MADE_BY = """
query($key: AssetKeyInput!) {
  assetOrError(assetKey: $key) {
    ... on Asset { assetMaterializations(limit: 1) { runId } }
  }
}
"""
RUNS_OF_JOB = """
query($job: String!) {
  runsOrError(filter: {pipelineName: $job}) {
    ... on Runs {
      results { runId status repositoryOrigin { repositoryLocationName repositoryName } }
    }
  }
}
"""
REEXECUTE = """
mutation($parent: String!, $strategy: ReexecutionStrategy!) {
  launchRunReexecution(reexecutionParams: {parentRunId: $parent, strategy: $strategy}) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
  }
}
"""


@dataclass(frozen=True)
class Run:
    """A run that has ended; `words` is all that its failures and checks say."""

    status: str
    words: str


@dataclass(frozen=True)
class Backfill:
    """A backfill that has ended, and its runs."""

    status: str
    runs: tuple[str, ...]


@dataclass
class Dagster:
    """A running webserver and daemon. `answers` keeps everything that the webserver said."""

    url: str
    answers: list[bytes] = field(default_factory=list)

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(self.url, body, {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                self.answers.append(answer.read())
        except urllib.error.HTTPError as refused:
            self.answers.append(refused.read())
        document: dict[str, Any] = json.loads(self.answers[-1])
        assert "errors" not in document, document["errors"][0]["message"]
        return dict(document["data"])

    def partitions(self, asset: str) -> list[str]:
        node = self.ask(PARTITIONS, key=_key(asset))["assetNodeOrError"]
        return list(node["partitionKeys"])

    def failed(self, asset: str) -> set[str]:
        """Partitions of an asset of days that Dagster shows in red."""
        node = self.ask(STATUSES, key=_key(asset))["assetNodeOrError"]
        ranges = node["assetPartitionStatuses"]["ranges"]
        red = [one for one in ranges if one["status"] == "FAILED"]
        return {key for one in red for key in (one["startKey"], one["endKey"])}

    def made_by(self, asset: str) -> str:
        """The run of an asset's newest materialization."""
        (newest,) = self.ask(MADE_BY, key=_key(asset))["assetOrError"]["assetMaterializations"]
        return str(newest["runId"])

    def check(self, asset: str, name: str) -> list[dict[str, Any]]:
        """The executions of a check, newest first."""
        return list(self.ask(CHECK, key=_key(asset), check=name)["assetCheckExecutions"])

    def runs_of(self, job: str) -> list[dict[str, Any]]:
        """The runs that stand under a job of the code location, newest first."""
        found = self.ask(RUNS_OF_JOB, job=job)["runsOrError"]["results"]
        origin = {name: CODE[name] for name in ("repositoryLocationName", "repositoryName")}
        return [run for run in found if run["repositoryOrigin"] == origin]

    def execute_again(self, run: str, strategy: str) -> str:
        """Execute a failed run again as the UI does; the new run's id."""
        answer = self.ask(REEXECUTE, parent=run, strategy=strategy)["launchRunReexecution"]
        assert answer["__typename"] == "LaunchRunSuccess", answer
        return str(answer["run"]["runId"])

    def backfill(
        self, assets: Sequence[str], partitions: Sequence[str], again: str = ""
    ) -> Backfill:
        """Backfill some partitions of assets that share them, and wait for the end."""
        chosen = {"assetSelection": _keys(assets), "partitionNames": list(partitions)}
        return self._backfilled({**chosen, "runConfigData": _making_again(again)})

    def backfill_ranges(self, ranges: Mapping[str, tuple[str, str]]) -> Backfill:
        """Backfill assets of different partitions, each from a first to a last one."""
        chosen = [
            {
                "assetKey": _key(asset),
                "partitions": {"range": {"start": first, "end": last}},
            }
            for asset, (first, last) in ranges.items()
        ]
        return self._backfilled({"partitionsByAssets": chosen})

    def launch(
        self,
        assets: Sequence[str],
        tags: Mapping[str, str],
        *,
        checks: bool = True,
        again: str = "",
    ) -> str:
        """Launch one run of some assets as the UI does; its id.

        `checks`: with their gates. `again`: the step that is to make also what is current.
        """
        gates = [
            {"assetKey": _key(a), "name": f"{a}_gate"} for a in assets if checks and a != RELEASE
        ]
        selection = {"assetSelection": _keys(assets), "assetCheckSelection": gates}
        asked = {"jobName": "__ASSET_JOB", **CODE, **selection}
        return self._launched(asked, tags, _making_again(again))

    def tick(self, schedule: str, at: float) -> list[str]:
        """Evaluate a schedule for a moment and launch what it asks for; the ids of the runs."""
        selector = {**CODE, "scheduleName": schedule}
        job = self.ask(JOB, selector=selector)["scheduleOrError"]["pipelineName"]
        result = self.ask(TICK, selector=selector, timestamp=at)["scheduleDryRun"]
        evaluated = result["evaluationResult"]
        assert evaluated["error"] is None
        return [
            self._launched(
                {"jobName": job, **CODE},
                {tag["key"]: tag["value"] for tag in request["tags"]},
            )
            for request in evaluated["runRequests"]
        ]

    def ended(self, run: str) -> Run:
        """Wait for the end of a run."""
        return wait_for(lambda: self._ended_run(run), seconds=200)

    def _launched(
        self,
        selector: Mapping[str, object],
        tags: Mapping[str, str],
        config: Mapping[str, object] | None = None,
    ) -> str:
        listed = [{"key": key, "value": value} for key, value in tags.items()]
        parameters = {
            "selector": selector,
            "executionMetadata": {"tags": listed},
            "runConfigData": dict(config or {}),
        }
        answer = self.ask(LAUNCH, params=parameters)["launchRun"]
        assert answer["__typename"] == "LaunchRunSuccess", answer
        return str(answer["run"]["runId"])

    def _backfilled(self, params: Mapping[str, object]) -> Backfill:
        answer = self.ask(BACKFILL, params=params)["launchPartitionBackfill"]
        assert answer["__typename"] == "LaunchBackfillSuccess", answer
        return wait_for(lambda: self._ended_backfill(answer["backfillId"]), seconds=280)

    def _ended_backfill(self, backfill: str) -> Backfill | None:
        found = self.ask(PROGRESS, id=backfill)["partitionBackfillOrError"]
        status = str(found["status"])
        if not status.startswith(("COMPLETED", "FAILED", "CANCELED")):
            return None
        return Backfill(status, tuple(run["runId"] for run in found["runs"]))

    def _ended_run(self, run: str) -> Run | None:
        found = self.ask(RUN, id=run)
        status = str(found["runOrError"]["status"])
        if status not in ("SUCCESS", "FAILURE", "CANCELED"):
            return None
        return Run(status, json.dumps(found["logsForRun"]))


def _making_again(step: str) -> dict[str, Any]:
    """The configuration of a run whose step makes also what is current."""
    return {"ops": {step: {"config": {"make_again": True}}}} if step else {}


def _keys(assets: Iterable[str]) -> list[dict[str, list[str]]]:
    return [_key(asset) for asset in assets]


def _key(asset: str) -> dict[str, list[str]]:
    return {"path": ["clio", *asset.split("/")]}


def wait_for(probe: Callable[[], T | None], seconds: float) -> T:
    """What the probe gives once it gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = probe()
        if found is not None:
            return found
        time.sleep(0.5)
    raise AssertionError(f"nothing came within {seconds} seconds")


@contextmanager
def serving(
    home: Path, log: Path, environment: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Iterator[Dagster]:
    """Run `clio dagster` on the home until the block ends; what it prints goes to `log`."""
    port = _free_port()
    command = "from clio_assets.cli import main; main()"
    arguments = ("--home", str(home), "dagster", "--port", str(port))
    ours = {**ENVIRONMENT, **PATIENCE, **(environment or {})}
    ours["PYTHONPATH"] = os.pathsep.join([*filter(None, [ours.get("PYTHONPATH")]), *PATH])
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-c", command, *arguments],
            env={**os.environ, **ours},
            cwd=cwd,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    client = Dagster(f"http://127.0.0.1:{port}/graphql")

    def answers() -> bool | None:
        assert server.poll() is None, "`clio dagster` ended by itself"
        try:
            return bool(client.partitions("conversations")) or None
        except (urllib.error.URLError, ConnectionError, KeyError, TypeError):
            return None

    try:
        wait_for(answers, seconds=240)
        yield client
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
