"""What `clio check` says of a source that a run would stop at, and of what wrote it."""

from collections.abc import Callable
from datetime import date

from clio_assets.cli.check import _lines
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
