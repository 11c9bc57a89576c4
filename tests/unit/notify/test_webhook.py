"""The webhook against a local server: what is sent, how often, and that nothing is raised."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from clio_assets.errors import UsageError
from clio_assets.home.notify_settings import NotifySettings
from clio_assets.home.settings import load_settings
from clio_assets.notify.notice import Notice
from clio_assets.notify.webhook import send

NOTICE = Notice("failure", "daily", ("2026-10-01",), ("quarantine",), {"failed_checks": 1})


@dataclass
class Receiver:
    """A server that answers as told, the last answer for ever."""

    answers: list[int]
    port: int = 0
    got: list[tuple[dict[str, Any], dict[str, str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/secret-path"

    def answer(self, body: bytes, headers: dict[str, str]) -> int:
        self.got.append((json.loads(body), headers))
        return self.answers[min(len(self.got), len(self.answers)) - 1]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver([204])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(found.answer(body, dict(self.headers)))
            self.send_header("Location", found.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


def test_notice_arrives_as_json_when_an_address_is_set(receiver: Receiver) -> None:
    assert send(NotifySettings(url=receiver.url), NOTICE) == "sent"
    [(body, headers)] = receiver.got
    assert {**body, "at": ""} == {**NOTICE.body(), "at": ""}
    assert headers["Content-Type"] == "application/json"
    assert "Authorization" not in headers


@pytest.mark.parametrize(
    "settings", [{}, {"url": "http://localhost:9/", "on": ("doctor",)}], ids=["no url", "unwanted"]
)
def test_nothing_is_sent_when_it_is_off(settings: dict[str, Any]) -> None:
    assert send(NotifySettings(**settings), NOTICE) == "off"


@pytest.mark.parametrize(
    ("answers", "became", "tries"),
    [
        ([503, 429, 200], "sent", 3),
        ([500], "unreachable", 3),
        ([404, 200], "rejected", 1),
        ([302, 200], "rejected", 1),
    ],
)
def test_notice_is_tried_again_when_another_attempt_may_go_better(
    receiver: Receiver, answers: list[int], became: str, tries: int
) -> None:
    receiver.answers = answers
    pauses: list[float] = []
    assert send(NotifySettings(url=receiver.url), NOTICE, pauses.append) == became
    assert len(receiver.got) == tries
    assert pauses == [0.5, 1.0][: tries - 1]


def test_nothing_is_raised_when_nobody_listens(receiver: Receiver) -> None:
    closed = NotifySettings(url="http://127.0.0.1:1/", timeout_seconds=0.5)
    assert send(closed, NOTICE, lambda _: None) == "unreachable"


def test_secrets_come_from_the_environment_when_their_variables_are_named(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = NotifySettings(url_variable="HOOK", authorization_variable="TOKEN")
    assert send(named, NOTICE) == "not configured"
    monkeypatch.setenv("HOOK", receiver.url)
    assert send(named, NOTICE) == "not configured"
    monkeypatch.setenv("TOKEN", "Bearer 1234")
    assert send(named, NOTICE) == "sent"
    assert receiver.got[0][1]["Authorization"] == "Bearer 1234"
    monkeypatch.setenv("HOOK", "http://elsewhere.example/")
    assert send(named, NOTICE) == "not configured"


@pytest.mark.parametrize("protected", [True, False])
def test_address_is_in_no_log_when_loggers_that_tell_it_are_quiet(
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    protected: bool,
) -> None:
    if not protected:
        monkeypatch.setattr("clio_assets.notify.webhook._TELL_ADDRESSES", ())
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.NOTSET, "httpx2"):
        assert send(NotifySettings(url=receiver.url), NOTICE) == "sent"
    assert ("secret-path" in caplog.text) != protected


@pytest.mark.parametrize(
    "line",
    [
        'url = "http://elsewhere.example/"',
        'url = "ftp://localhost/"',
        'url = "https://"',
        'url = "http://[bad/"',
        'url = "https://a.example/"\nurl_variable = "HOOK"',
        'on = ["content"]',
    ],
)
def test_settings_are_refused_when_a_notice_would_travel_in_the_open(
    tmp_path: Path, line: str
) -> None:
    (tmp_path / "clio.toml").write_text(f"[notify]\n{line}\n")
    with pytest.raises(UsageError, match="notify"):
        load_settings(tmp_path / "clio.toml")
