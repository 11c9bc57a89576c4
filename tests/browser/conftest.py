"""A real Chromium, the real server, and a synthetic release for both."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from benchmarks.explorer_release import Shape, build_home

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
#: Programs that are Chromium. The shell draws the page alone, without a window around each: a third
#: of the work.
PROGRAMS = ("chromium-headless-shell", "chromium")
READY = "() => document.documentElement.dataset.ready === 'true'"
SHAPE = Shape(leaves=300, weeks=8, windows=2, clustered=("request", "task"))

#: Opens an address as the page's: (address, **options of the browser context) -> loaded page.
OpenPage = Callable[..., "Page"]


class OneChromium:
    """Chromium and Playwright, from the first test of a browser to the last in a row."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._chromium: Browser | None = None

    def running(self) -> "Browser":
        """It; tests are skipped where Chromium or Playwright is not installed."""
        playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright is installed")
        path = next(filter(None, map(shutil.which, PROGRAMS)), None)
        if path is None:
            pytest.skip(f"there is no Chromium: apt-get install {PROGRAMS[0]}")
        if self._chromium is None:
            running = self._open.enter_context(playwright.sync_playwright())
            self._chromium = running.chromium.launch(executable_path=path, args=OPTIONS)
            self._open.callback(self._chromium.close)
        return self._chromium

    def end(self) -> None:
        self._chromium = None
        self._open.close()


ONE = OneChromium()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """While Playwright runs, no other test of the process can start an event loop."""
    if nextitem is None or not nextitem.path.is_relative_to(Path(__file__).parent):
        ONE.end()


@pytest.fixture
def browser() -> "Browser":
    """Chromium."""
    return ONE.running()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two windows of two facets, 342 clusters each."""
    return build_home(tmp_path_factory.mktemp("explorer") / "home", SHAPE)


@pytest.fixture(scope="session")
def explorer_url(home: Path) -> Iterator[str]:
    """Address of the server over `home`."""
    with served(home) as url:
        yield url


@pytest.fixture(scope="session")
def serve_home() -> Callable[[Path], Any]:
    """A context manager that serves a home of a test's own and gives its address."""
    return served


@contextmanager
def served(home: Path) -> Iterator[str]:
    """`clio explore` as a child process on a free port."""
    clio = Path(sys.executable).with_name("clio")
    command = [str(clio), "--home", str(home), "explore", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            line = child.stdout.readline()
            assert line.startswith("explorer: http://"), "the server did not start"
            yield line.split()[1]
        finally:
            child.terminate()


@pytest.fixture
def open_page(browser: "Browser") -> Iterator[OpenPage]:
    """Opens pages and closes them; an error in a page fails its test."""
    contexts = []
    errors: list[str] = []

    def open_one(url: str, **options: Any) -> "Page":
        defaults = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}
        context = browser.new_context(**{**defaults, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if _is_error(said) else None)
        page.goto(url)
        page.wait_for_function(READY)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


def _is_error(said: "ConsoleMessage") -> bool:
    """Whether a message of the console is an error; 409 tells a page of a new release."""
    return said.type == "error" and "status of 409" not in said.text


@pytest.fixture
def page(open_page: OpenPage, explorer_url: str) -> "Page":
    """The explorer, loaded, in a browser context of its own: wide and light."""
    return open_page(explorer_url)


@pytest.fixture(scope="session")
def rows(home: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """Rows of a query of the public database, as an independent reader sees it."""

    def query(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        database = home / "public" / "insights.duckdb"
        with duckdb.connect(str(database), read_only=True) as connection:
            return connection.execute(sql, list(parameters)).fetchall()

    return query
