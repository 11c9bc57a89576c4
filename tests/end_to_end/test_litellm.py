"""The Claude analyst against somebody else's server of the Messages API: litellm's proxy.

Opt-in, because it installs about 800 MB: CLIO_TEST_LITELLM=1 makes a virtual environment of its own
and installs litellm there from the package index. CLIO_TEST_LITELLM=/path/to/litellm takes a
program that is installed already. Needs no key and no network beyond loopback once installed.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

import anthropic
import pytest

from clio_assets.analyst.claude.build import build_claude
from clio_assets.analyst.protocol import Extraction
from clio_assets.domain.conversation import Conversation
from clio_assets.errors import AnalystError
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.home.home import Home
from clio_assets.home.settings import ClaudeSettings

REQUIREMENT = "litellm[proxy]==1.106.2"
MODEL = "claude-haiku-5-5"
KEY = "sk-local"
VALUES: dict[str, str | int] = {
    "request": "The user wants to find flights.",
    "language": "English",
    "task": "Find flights.",
    "concern": 1,
}
ASKED = os.environ.get("CLIO_TEST_LITELLM", "")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1_800),  # the installation is most of it
    pytest.mark.skipif(
        not ASKED,
        reason="set CLIO_TEST_LITELLM=1 to install litellm's proxy in an environment of its own "
        "and test against it, or to the path of an installed `litellm`",
    ),
]


@pytest.fixture(scope="module")
def program() -> Iterator[Path]:
    """The proxy's program."""
    if ASKED != "1":
        yield Path(ASKED)
        return
    with TemporaryDirectory() as folder:  # unlike those of pytest it is gone afterwards
        programs = Path(folder) / "bin"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([programs / "pip", "install", "--quiet", REQUIREMENT], check=True)
        yield programs / "litellm"


@pytest.fixture(scope="module")
def base_url(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a proxy whose one model always gives the same reply."""
    folder = tmp_path_factory.mktemp("proxy")
    config = {
        "model_list": [
            {
                "model_name": MODEL,
                "litellm_params": {
                    "model": f"anthropic/{MODEL}",
                    "api_key": "none",
                    "mock_response": json.dumps(VALUES),
                },
            }
        ],
        "general_settings": {"master_key": KEY},
    }
    (folder / "config.yaml").write_text(json.dumps(config))  # JSON is YAML
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else it downloads its list of prices
    }
    process = subprocess.Popen(
        [program, "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(port)],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,  # it may show requests
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(1_200):
        if process.poll() is not None:
            raise RuntimeError(
                f"litellm ended with {process.returncode}; run it by hand to see why"
            )
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/health/liveliness")
            if connection.getresponse().status == 200:
                return
        except ConnectionRefusedError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise RuntimeError("litellm does not answer after two minutes")


def settings(base_url: str, **changes: object) -> ClaudeSettings:
    """Of an analyst that asks the proxy."""
    given = {"base_url": base_url, "api_key_variable": "LITELLM_KEY", "mode": "live"} | changes
    return ClaudeSettings.model_validate(given)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("LITELLM_KEY", KEY)
    made = Home(tmp_path / "home")
    made.prepare()
    return made


CONVERSATION = Conversation("<user>flights to Lisbon, please</user>", turns=1)


def test_structured_output_comes_back_when_the_sdk_asks(base_url: str) -> None:
    schema = {
        "type": "object",
        "properties": {"request": {"type": "string"}},
        "required": ["request"],
        "additionalProperties": False,
    }
    client = anthropic.Anthropic(base_url=base_url, api_key=KEY, max_retries=0)
    message = client.messages.create(
        model=MODEL,
        max_tokens=200,
        thinking={"type": "disabled"},
        messages=[{"role": "user", "content": "hello"}],
        output_config={"effort": "low", "format": {"type": "json_schema", "schema": schema}},
    )
    (block,) = message.content
    assert block.type == "text"
    assert json.loads(block.text) == VALUES
    assert message.stop_reason == "end_turn"


def test_facets_are_extracted_when_the_analyst_asks(base_url: str, home: Home) -> None:
    analyst = build_claude(settings(base_url), home).working_on("facets", "2026-11-02")
    (found,) = analyst.extract([CONVERSATION], DEFAULT_FACETS)
    assert isinstance(found, Extraction)
    assert found.values == VALUES
    assert analyst.usage["model_calls"] == 1


def test_run_stops_and_says_to_go_live_when_the_server_has_no_batches(
    base_url: str, home: Home
) -> None:
    analyst = build_claude(settings(base_url, mode="batch"), home)
    with pytest.raises(AnalystError, match="`live`"):
        list(analyst.working_on("facets", "2026-11-02").extract([CONVERSATION], DEFAULT_FACETS))
