"""The Claude analyst of a home: what is opened when, and what a re-run sends."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clio_assets.analyst.claude.build import build_claude
from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.analyst.protocol import Extraction
from clio_assets.domain.clusters import ClusterText
from clio_assets.domain.conversation import Conversation
from clio_assets.errors import UsageError
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.home.home import Home
from clio_assets.home.settings import ClaudeSettings
from tests.fakes.messages_server import MessagesServer

TEXTS = [ClusterText("Bake bread", "Users asked about bread. They baked.")]


@pytest.fixture(scope="module")
def server() -> Iterator[MessagesServer]:
    with MessagesServer(answer="tests.fakes.sensible_answers:answer") as running:
        yield running


@pytest.fixture
def settings(server: MessagesServer, monkeypatch: pytest.MonkeyPatch) -> ClaudeSettings:
    monkeypatch.setenv("ANTHROPIC_API_KEY", server.key)
    server.reset()
    return ClaudeSettings(base_url=server.base_url, mode="live")


def conversations(count: int = 5) -> list[Conversation]:
    return [Conversation(f"<user>please bake {at} loaves</user>", 1) for at in range(count)]


def test_building_writes_nothing_and_needs_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    claude = build_claude(ClaudeSettings(), Home(tmp_path / "home"))
    claude = claude.working_on("facets", "2026-09-28")
    assert (claude.name, claude.extractive) == ("claude", False)
    assert len(claude.prompts) == 8
    assert claude.usage["model_calls"] == 0
    assert list(claude.extract([], DEFAULT_FACETS)) == []
    assert not (tmp_path / "home").exists()


def test_building_does_not_load_the_sdk() -> None:
    script = (
        "import sys; from pathlib import Path; "
        "from clio_assets.home.settings import ClaudeSettings; "
        "from clio_assets.home.home import Home; "
        "from clio_assets.analyst.claude.build import build_claude; "
        "build_claude(ClaudeSettings(), Home(Path('nowhere'))); "
        "raise SystemExit(any(m in sys.modules for m in ('anthropic', 'httpx2', 'sklearn')))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False)
    assert done.returncode == 0


def test_asking_is_refused_when_there_is_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    claude = build_claude(ClaudeSettings(mode="live"), Home(tmp_path / "home"))
    with pytest.raises(UsageError, match="ANTHROPIC_API_KEY"):
        claude.audit(TEXTS)


def test_a_second_run_sends_nothing_and_says_the_same(
    tmp_path: Path, settings: ClaudeSettings, server: MessagesServer
) -> None:
    answers, usages = [], []
    for _ in range(2):
        claude = build_claude(settings, Home(tmp_path)).working_on("facets", "2026-09-28")
        answers.append(list(claude.extract(conversations(), DEFAULT_FACETS)))
        usages.append(dict(claude.usage))
    assert all(isinstance(answer, Extraction) for answer in answers[0])
    assert answers[0] == answers[1]
    assert usages[0] == usages[1]
    assert usages[0]["model_calls"] == 5
    assert usages[0]["input_tokens"] > 0
    assert usages[0]["microdollars"] > 0
    assert server.counts()["billed"] == 5


def test_another_model_is_asked_anew_and_other_roles_are_not(
    tmp_path: Path, settings: ClaudeSettings, server: MessagesServer
) -> None:
    first = build_claude(settings, Home(tmp_path))
    list(first.extract(conversations(2), DEFAULT_FACETS))
    first.audit(TEXTS)
    server.reset()
    audit = settings.audit.model_copy(update={"effort": "low"})
    second = build_claude(settings.model_copy(update={"audit": audit}), Home(tmp_path))
    list(second.extract(conversations(2), DEFAULT_FACETS))
    second.audit(TEXTS)
    assert server.counts()["billed"] == 1


def test_answers_are_the_same_by_batch(
    tmp_path: Path, settings: ClaudeSettings, server: MessagesServer
) -> None:
    batch = settings.model_copy(update={"mode": "batch", "batch_poll_seconds": 0.05})
    answers = [
        list(build_claude(how, Home(tmp_path / how.mode)).extract(conversations(), DEFAULT_FACETS))
        for how in (settings, batch)
    ]
    # another home has another key, so the delimiters differ, not what stands between them
    assert answers[0] == answers[1]
    assert any("batches" in path for path in server.counts()["requests"])


def test_prices_are_the_operator_s_when_the_home_has_a_file(
    tmp_path: Path, settings: ClaudeSettings
) -> None:
    (tmp_path / "prices.toml").write_text(
        '[models."claude-sonnet-5-5"]\ninput = 1000\noutput = 1000\n'
    )
    dear = build_claude(settings.model_copy(update={"prices": "prices.toml"}), Home(tmp_path))
    dear.audit(TEXTS)
    usage = dear.usage
    tokens = usage["input_tokens"] + usage["output_tokens"]
    assert usage["microdollars"] == 1000 * tokens


def test_days_go_by_one_batch_when_they_are_many_only_together(
    tmp_path: Path, settings: ClaudeSettings, server: MessagesServer
) -> None:
    automatic = settings.model_copy(
        update={"mode": "auto", "batch_from": 6, "batch_poll_seconds": 0.05}
    )
    claude = build_claude(automatic, Home(tmp_path))
    days = [conversations(8)[:4], conversations(8)[4:]]
    claude.working_on("facets", "both").prepare([*days[0], *days[1]], DEFAULT_FACETS)
    requests = server.counts()["requests"]
    assert "/v1/messages/batches" in requests
    for number, day in enumerate(days):
        alone = claude.working_on("facets", str(number))
        assert len(list(alone.extract(day, DEFAULT_FACETS))) == 4
        assert alone.usage["model_calls"] == 4
    counts = server.counts()
    assert counts["billed"] == 8
    assert "/v1/messages" not in counts["requests"]


def test_answers_of_several_days_are_filed_under_their_day_when_it_is_made(
    tmp_path: Path, settings: ClaudeSettings
) -> None:
    claude = build_claude(settings, Home(tmp_path))
    asked = conversations(4)
    span = "2026-10-01 to 2026-10-02"
    claude.working_on("facets", span).prepare(asked, DEFAULT_FACETS)
    store = AnswerStore(Home(tmp_path).answers)

    def partitions() -> list[tuple[str, int]]:
        query = "SELECT partition, count(*) FROM answers GROUP BY 1 ORDER BY 1"
        return store.read(lambda connection: connection.execute(query).fetchall())

    assert partitions() == [(span, 4)]
    list(claude.working_on("facets", "2026-10-01").extract(asked[:3], DEFAULT_FACETS))
    assert partitions() == [("2026-10-01", 3), (span, 1)]
    list(claude.working_on("facets", "2026-10-02").extract(asked, DEFAULT_FACETS))
    assert partitions() == [("2026-10-01", 3), ("2026-10-02", 1)]  # the first day keeps its own
    store.close()
