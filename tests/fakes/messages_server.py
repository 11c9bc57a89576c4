"""A server that speaks the Messages API, for tests and benchmarks: real HTTP on loopback.

    with MessagesServer(latency=0.5) as server:
        client = anthropic.Anthropic(base_url=server.base_url, api_key=server.key)

It runs in a process of its own, so that what it costs does not count as the client's. Or by hand:
`python -m tests.fakes.messages_server --port 8199 --latency 0.5`.
"""

import argparse
import asyncio
import gc
import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.fakes.messages.scripts import Script
from tests.fakes.messages.server import KEY, serve
from tests.fakes.messages.state import Behaviour

__all__ = ["MessagesServer", "Script", "main"]

_ROOT = Path(__file__).resolve().parents[2]


class MessagesServer(AbstractContextManager["MessagesServer"]):
    """The server in a child process, from entering the context to leaving it.

    Arguments are the fields of `Behaviour` (state.py), which `set` changes while it runs. `answer`
    is the dotted name `module:function` of a function from a request's body to its reply (an object
    or a text), importable from the root of the repository.
    """

    key = KEY

    def __init__(self, **behaviour: Any) -> None:
        self._behaviour = Behaviour(**behaviour)
        self._process: subprocess.Popen[str] | None = None
        self.base_url = ""

    def __enter__(self) -> "MessagesServer":
        behaviour = json.dumps(vars(self._behaviour))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.messages_server", "--attached", behaviour],
            cwd=_ROOT,
            stdin=subprocess.PIPE,  # its end tells the server that this process is gone
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.base_url = self._process.stdout.readline().strip()
        if not self.base_url:
            self._stop(self._process)
            raise RuntimeError("the Messages API server did not start; its error is printed above")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._process is not None
        self._stop(self._process)

    @staticmethod
    def _stop(process: "subprocess.Popen[str]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait(10)
        process.stdout.close()

    @property
    def pid(self) -> int:
        """The server's process, to measure it."""
        assert self._process is not None
        return self._process.pid

    def script(self, *scripts: Script) -> None:
        """Play those failures from now on, besides earlier ones."""
        self._control("POST", "script", {"scripts": [each.as_json() for each in scripts]})

    def clear(self) -> None:
        """Play no failures any more."""
        self._control("DELETE", "script")

    def set(self, **behaviour: Any) -> None:
        """Change fields of `Behaviour`."""
        self._control("POST", "set", behaviour)

    def counts(self) -> dict[str, Any]:
        """What came and what was billed; keys in counts.py."""
        counts: dict[str, Any] = self._control("GET", "counts")
        return counts

    def reset(self) -> None:
        """Set the counts to nothing and forget recorded bodies; batches and scripts stay."""
        self._control("POST", "reset")

    def requests(self, limit: int = 100) -> list[dict[str, Any]]:
        """Parameters of the last messages asked for, live or in batches, oldest first."""
        bodies: list[dict[str, Any]] = self._control("GET", f"requests?limit={limit}")
        return bodies

    def _control(self, method: str, action: str, body: Mapping[str, Any] | None = None) -> Any:
        connection = HTTPConnection(self.base_url.removeprefix("http://"), timeout=60)
        try:
            payload = None if body is None else json.dumps(body)
            connection.request(method, f"/_control/{action}", payload)
            response = connection.getresponse()
            if response.status != 200:
                raise RuntimeError(f"the server does not know the control {method} {action}")
            return json.loads(response.read())
        finally:
            connection.close()


async def _run(behaviour: Behaviour, port: int, attached: bool) -> None:
    listener, port = await serve(behaviour, port)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if attached:
        loop.add_reader(0, stop.set)
    print(f"http://127.0.0.1:{port}", flush=True)
    await stop.wait()
    listener.close()


def _arguments() -> tuple[Behaviour, int, bool]:
    parser = argparse.ArgumentParser(description="a Messages API server for tests on loopback")
    parser.add_argument("--port", type=int, default=0, help="0: one that is free")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds a live message takes")
    parser.add_argument("--requests-per-minute", type=float)
    parser.add_argument("--burst", type=float, help="requests that may come at once")
    parser.add_argument("--batch-seconds", type=float, default=0.0)
    parser.add_argument("--record", type=int, default=200, help="bodies to remember")
    parser.add_argument("--answer", help="module:function that answers")
    parser.add_argument(
        "--attached",
        type=json.loads,
        metavar="BEHAVIOUR",
        help="all of it as JSON, in place of the options; stop when standard input ends",
    )
    given = vars(parser.parse_args())
    port, attached = given.pop("port"), given.pop("attached")
    behaviour = Behaviour(**(given if attached is None else attached))
    return replace(behaviour, models=tuple(behaviour.models)), port, attached is not None


def main() -> None:
    """Serve until a signal comes, printing the address first."""
    behaviour, port, attached = _arguments()
    try:
        import uvloop
    except ImportError:
        runner = asyncio.Runner()
    else:
        runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
    gc.set_threshold(100_000)  # requests leave no cycles behind
    with runner:
        runner.run(_run(behaviour, port, attached))


if __name__ == "__main__":
    main()
