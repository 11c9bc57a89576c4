"""The server's count of tokens, and servers that have none."""

import gc
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from clio_assets.analyst.claude.sending.counting import count_tokens
from clio_assets.home.settings import ClaudeSettings
from tests.fakes.batch_sender import request_of
from tests.fakes.messages_server import MessagesServer


@contextmanager
def server_that_says(body: bytes, kind: str) -> Iterator[str]:
    """The address of a server that gives one answer to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", MessagesServer.key)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<html>hello</html>", "text/html"),
        (b"<html>hello</html>", "application/json"),
        (b"[]", "application/json"),
        (b"{}", "application/json"),
        (b'{"input_tokens": 0}', "application/json"),
        (b'{"input_tokens": "7"}', "application/json"),
    ],
)
def test_there_is_no_count_when_the_server_answers_something_else(body: bytes, kind: str) -> None:
    with server_that_says(body, kind) as url:
        assert count_tokens(ClaudeSettings(base_url=url), [request_of(1)]) is None


def test_connections_are_closed_when_tokens_were_counted() -> None:
    with MessagesServer() as server, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        counts = count_tokens(ClaudeSettings(base_url=server.base_url), [request_of(1)] * 3)
        gc.collect()
    assert counts is not None
    assert len(counts) == 3
    assert counts[0] > 0
    assert [str(warning.message) for warning in caught] == []
