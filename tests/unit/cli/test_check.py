"""What `clio check` says of a source that a run would stop at, and of what wrote it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from clio_assets.cli.check import _lines, _names
from clio_assets.estimate.foresee import foresee
from clio_assets.home.settings import ConversationSettings, SourceSettings
from tests.fakes.records import jsonl
from tests.fakes.telemetry import request, span

__all__ = ["jsonl"]

ASKED = '[{"role": "user", "parts": [{"type": "text", "content": "canary"}]}]'


def test_settings_that_help_are_named_when_a_log_names_no_user(jsonl: Callable[..., str]) -> None:
    call = request(span({"gen_ai.operation.name": "chat", "gen_ai.input.messages": ASKED}))
    call["resourceSpans"][0]["scopeSpans"][0]["scope"] = {"name": "x.y", "version": "2.4b0"}
    source = SourceSettings(paths=(jsonl([call]),))
    found = foresee(source, ConversationSettings(), seed=0, today=date(2026, 3, 10))
    said = "\n".join(_lines(found, {}))
    assert "Written by x.y 2.4b0 (1 records)" in said
    for part in (
        "A run would stop",
        "user_from",
        "--each-conversation-is-a-user",
        "otel: `user.id`",
    ):
        assert part in said
    assert "1 conversations with 1 user turns" in said.replace(", joined from 1 of them", "")
    assert "a run would keep 1" in said
    assert "canary" not in said


def test_files_are_named_and_a_stop_foretold_when_most_cannot_be_read(
    jsonl: Callable[..., str], tmp_path: Path
) -> None:
    talk = {
        "conversation_id": "c",
        "user_id": "u",
        "started_at": "2026-03-01T10:00:00Z",
        "messages": [{"role": "user", "content": "canary"}],
    }
    jsonl([talk], "in/a.jsonl")
    for name in ("b", "c"):
        (tmp_path / "in" / f"{name}.jsonl").write_text('{"half": "canary')
    source = SourceSettings(paths=(str(tmp_path / "in"),))
    found = foresee(source, ConversationSettings(), seed=0, today=date(2026, 3, 10))
    said = _lines(found, _names(source, found.found))
    assert "2 files could not be read, or not whole:" in said
    assert "  b.jsonl: it breaks off in line 1" in said
    assert "That is more than max_unreadable_share: a run would stop." in said
    assert "canary" not in "\n".join(said)
