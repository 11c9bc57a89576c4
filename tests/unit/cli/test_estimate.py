"""`clio estimate` as its user meets it: what it says, what it sends, and what it refuses."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from clio_assets.cli.app import app
from clio_assets.errors import ClioError, SourceError, UsageError
from clio_assets.sample.generate import SampleSettings, write_sample
from tests.fakes.messages_server import MessagesServer

FIELDS = {"conversations", "calls", "input_tokens", "output_tokens", "usd_live", "usd_batch"}
ROW = {"stage", "verb", "model", "calls", "input_tokens", "output_tokens", "usd_live", "usd_batch"}
KEY = "ESTIMATE_KEY"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("estimate")
    path = folder / "sample.jsonl"
    write_sample(path, folder / "truth.jsonl", SampleSettings(conversations=400, weeks=1))
    return path


@pytest.fixture(scope="module")
def server() -> Iterator[MessagesServer]:
    with MessagesServer(record=200) as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is no home, without a key in the environment."""
    for name in ("ANTHROPIC_API_KEY", KEY):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "home"


def configure(home: Path, text: str) -> None:
    home.mkdir()
    (home / "clio.toml").write_text(text)


def claude(url: str, more: str = "") -> str:
    return f'analyst = "claude"\n[claude]\nbase_url = "{url}"\napi_key_variable = "{KEY}"\n{more}'


def clio(home: Path, *arguments: str | Path) -> Result:
    done = CliRunner().invoke(app, ["--home", str(home), "estimate", *map(str, arguments)])
    if isinstance(done.exception, ClioError):
        raise done.exception
    assert done.exit_code == 0, done.exception
    return done


def document(home: Path, *arguments: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(clio(home, *arguments, "--json").stdout)
    return found


def test_estimate_has_the_documented_form_when_there_is_neither_key_nor_home(
    home: Path, source: Path
) -> None:
    found = document(home, source)
    assert set(found) == FIELDS | {"tokens", "why_estimated", "distinct_conversations", "stages"}
    assert found["tokens"] == "estimated"
    assert 0 < found["distinct_conversations"] <= found["conversations"] <= 400
    assert all(set(row) == ROW for row in found["stages"])
    assert {row["stage"] for row in found["stages"]} == {
        "facets",
        "clusters",
        "hierarchy",
        "audited_summaries",
    }
    assert 0 < found["usd_batch"] < found["usd_live"] < 1
    assert not home.exists()


def test_table_says_that_tokens_are_estimated_when_no_server_is_asked(
    home: Path, source: Path
) -> None:
    printed = clio(home, source).stdout
    assert "extract" in printed
    assert "Tokens are estimated" in printed


def test_server_counts_a_sample_and_answers_nothing_when_claude_is_configured(
    home: Path, source: Path, server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, server.key)
    configure(home, claude(server.base_url))
    server.reset()
    found = document(home, source)
    assert found["tokens"] == "counted on a sample"
    assert server.counts()["requests"] == {"/v1/messages/count_tokens": {"200": 100}}
    assert server.counts()["billed"] == 0
    assert "counted by the server" in clio(home, source).stdout
    assert [path.name for path in home.iterdir()] == ["clio.toml"]


@pytest.mark.parametrize("key", ["", "wrong"])
def test_tokens_are_estimated_when_the_server_does_not_let_us_in(
    home: Path, source: Path, server: MessagesServer, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv(KEY, key)
    configure(home, claude(server.base_url))
    assert document(home, source)["tokens"] == "estimated"
    server.reset()
    time.sleep(0.2)
    assert server.counts()["requests"] == {}  # the first refusal was the end of it


def test_nothing_is_sent_and_nothing_costs_when_the_analyst_is_local(
    home: Path, source: Path, server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, server.key)
    configure(home, claude(server.base_url))
    server.reset()
    found = document(home, source, "--analyst", "local")
    assert (found["stages"], {found[name] for name in FIELDS - {"conversations"}}) == ([], {0})
    assert server.counts()["requests"] == {}
    assert "costs nothing" in clio(home, source, "--analyst", "local").stdout


def test_only_the_facets_that_are_configured_are_estimated_when_some_are_left_out(
    home: Path, source: Path
) -> None:
    whole = document(home, source)
    configure(home, 'without_facets = ["task", "concern"]\n[conversations]\nscreener = "Is it?"')
    less = document(home, source)
    rows = {row["verb"]: row for row in less["stages"]}
    extract = next(row for row in whole["stages"] if row["verb"] == "extract")
    assert rows["extract"]["output_tokens"] < extract["output_tokens"]
    assert rows["screen"]["stage"] == "conversations"
    assert rows["screen"]["calls"] == less["distinct_conversations"]


def test_model_without_a_price_is_refused_until_a_file_prices_it_when_it_is_configured(
    home: Path, source: Path
) -> None:
    model = '[claude.extract]\nmodel = "my-model"\nmax_tokens = 1000\n'
    configure(home, model)
    with pytest.raises(UsageError, match="no price for my-model"):
        clio(home, source)
    (home / "clio.toml").write_text(f'[claude]\nprices = "prices.toml"\n{model}')
    (home / "prices.toml").write_text("[models.my-model]\ninput = 0\noutput = 0\n")
    rows = {row["verb"]: row for row in document(home, source)["stages"]}
    assert rows["extract"]["usd_live"] == 0 < rows["name_clusters"]["usd_live"]


@pytest.mark.parametrize(
    ("text", "arguments", "kind", "words"),
    [
        (None, (), UsageError, "name a SOURCE"),
        (None, ("--analyst", "gpt"), UsageError, "claude or local"),
        ("", (), SourceError, "holds no records"),
        ("garbage\n", (), SourceError, "JSON object"),
        ('{"what": "is this"}\n', (), SourceError, "--format"),
    ],
    ids=["no-source", "unknown-analyst", "empty", "garbage", "unknown-shape"],
)
def test_estimate_is_refused_when_there_is_nothing_to_estimate(
    home: Path,
    tmp_path: Path,
    text: str | None,
    arguments: tuple[str, ...],
    kind: type[ClioError],
    words: str,
) -> None:
    given: list[str | Path] = [*arguments]
    if text is not None:
        (tmp_path / "source.jsonl").write_text(text)
        given.append(tmp_path / "source.jsonl")
    with pytest.raises(kind, match=words):
        clio(home, *given)
    assert not home.exists()
