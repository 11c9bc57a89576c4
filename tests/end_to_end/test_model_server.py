"""The Claude analyst against a model server that is running: vLLM, llama.cpp's, one of your own.

Opt-in: CLIO_TEST_MODEL_SERVER is its address, CLIO_TEST_MODEL the name of its model and
CLIO_TEST_MODEL_KEY its key, where it asks for one. Says nothing of how good the model is: a reply
that breaks its form is a reply.
"""

import os
from pathlib import Path

import pytest

from clio_assets.analyst.claude.build import build_claude
from clio_assets.analyst.claude.exchange import Request
from clio_assets.analyst.claude.sending.counting import count_tokens
from clio_assets.analyst.protocol import Extraction, NotAnswered
from clio_assets.domain.conversation import Conversation
from clio_assets.errors import AnalystError
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.home.home import Home
from clio_assets.home.settings import ClaudeSettings

SERVER = os.environ.get("CLIO_TEST_MODEL_SERVER", "")
MODEL = os.environ.get("CLIO_TEST_MODEL", "my-local-model")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        not SERVER,
        reason="set CLIO_TEST_MODEL_SERVER to the address of a running model server, and "
        "CLIO_TEST_MODEL to the name of its model, to test against it",
    ),
]

CONVERSATION = Conversation("<user>flights to Lisbon, please</user>", turns=1)


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> ClaudeSettings:
    """As docs/claude.md has them for a server of one's own."""
    monkeypatch.setenv("MODEL_KEY", os.environ.get("CLIO_TEST_MODEL_KEY", "any"))
    role = {"model": MODEL, "max_tokens": 1_000, "thinking": "unset"}
    given = {"base_url": SERVER, "api_key_variable": "MODEL_KEY", "mode": "live", "extract": role}
    return ClaudeSettings.model_validate(given)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.prepare()
    return made


def outcome_of(
    settings: ClaudeSettings, home: Home, conversation: Conversation
) -> Extraction | NotAnswered:
    """What the analyst makes of one conversation."""
    analyst = build_claude(settings, home).working_on("facets", "2026-11-02")
    (found,) = analyst.extract([conversation], DEFAULT_FACETS)
    return found


def test_facets_or_why_there_are_none_come_back_when_the_analyst_asks(
    settings: ClaudeSettings, home: Home
) -> None:
    found = outcome_of(settings, home, CONVERSATION)
    if isinstance(found, NotAnswered):
        assert found.reason in ("invalid", "max_tokens")  # of a model that is too small
    else:
        assert set(found.values) == {"request", "language", "task", "concern"}


def test_conversation_is_set_aside_when_it_is_longer_than_the_model_takes(
    settings: ClaudeSettings, home: Home
) -> None:
    endless = Conversation(f"<user>{'flights to Lisbon, ' * 100_000}</user>", turns=1)
    assert outcome_of(settings, home, endless) == NotAnswered("context_overflow")


def test_tokens_are_counted_when_an_estimate_asks(settings: ClaudeSettings) -> None:
    messages = [{"role": "user", "content": "flights to Lisbon, please"}]
    request = Request("extract", {"model": MODEL, "max_tokens": 9, "messages": messages})
    counted = count_tokens(settings, [request])
    assert counted is not None
    assert 4 <= counted[0] <= 200


def test_run_stops_and_says_to_go_live_when_the_server_has_no_batches(
    settings: ClaudeSettings, home: Home
) -> None:
    with pytest.raises(AnalystError, match="`live`"):
        outcome_of(settings.model_copy(update={"mode": "batch"}), home, CONVERSATION)
