"""The page asks its own server and nobody else, whatever is done to it."""

from typing import Any
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Browser, Page, Request, Route, expect

ELSEWHERE = "http://127.0.0.1:1/pixel.png"

#: Paths of the server that a page may ask for.
ALLOWED = ("/", "/static/", "/data/index", "/data/map/")
READY = "() => document.documentElement.dataset.ready === 'true'"


@pytest.fixture
def watched(browser: Browser, explorer_url: str) -> Any:
    """A page not yet loaded, and the addresses of all its requests."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    context.on("request", note)
    page = context.new_page()
    page.on("websocket", lambda socket: asked.append(socket.url))
    yield page, asked
    context.close()


def _strangers(asked: list[str], explorer_url: str) -> list[str]:
    """The requests that are not on the list of what is allowed."""
    own = urlsplit(explorer_url).netloc
    found = []
    for url in asked:
        parts = urlsplit(url)
        if parts.scheme == "blob" and parts.path.startswith(explorer_url):
            continue
        path = parts.path
        allowed = path == "/" or any(path.startswith(start) for start in ALLOWED[1:])
        if parts.scheme != "http" or parts.netloc != own or not allowed:
            found.append(url)
    return found


def _use_everything(page: Page) -> None:
    """Every control of the page, once."""
    page.keyboard.press("/")
    page.keyboard.type("students")
    page.keyboard.press("Enter")
    page.locator("#details .bar").nth(3).click()
    page.get_by_role("button", name="lift", exact=True).click()
    page.locator(".cluster-link").first.click()
    page.get_by_role("button", name="Copy the command").first.click()
    page.locator(".lineage summary").click()
    page.locator(".breadcrumb button").first.click()
    for control in ("#colour", "#level", "#sort"):
        for place in range(page.locator(f"{control} option").count()):
            page.select_option(control, index=place)
    _use_the_map(page)
    _use_the_tables(page)
    for control in ("#facet", "#window"):
        page.select_option(control, index=1)
        page.wait_for_function("() => !document.body.hasAttribute('aria-busy')")
    page.get_by_role("button", name="Use the dark theme").click()
    page.get_by_role("button", name="About this page").click()
    page.keyboard.press("Escape")
    for name in ("Hide the tree", "Hide the details", "Show the tree", "Show the details"):
        page.get_by_role("button", name=name).click()
    for _ in range(3):
        page.go_back()
    page.go_forward()
    page.reload()
    page.wait_for_function(READY)


def _use_the_map(page: Page) -> None:
    box = page.locator(".map-stage").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for name in ("Zoom in", "Zoom out", "Show the whole map"):
        page.get_by_role("button", name=name).click()
    page.mouse.move(x, y)
    page.mouse.wheel(0, -400)
    page.mouse.down()
    page.mouse.move(x + 80, y + 40, steps=4)
    page.mouse.up()
    page.mouse.click(x, y)
    page.locator(".map-stage").focus()
    for key in ("ArrowRight", "+", "-", "0", "Enter", "Escape"):
        page.keyboard.press(key)


def _use_the_tables(page: Page) -> None:
    page.locator(".tab[data-view=table]").click()
    page.fill("#table-text", "for")
    page.select_option("#table-level", "0")
    page.select_option("#table-facet", "language")
    page.get_by_role("button", name="Users").click()
    page.locator("#table-view .cell-link").first.click()
    with page.expect_download():
        page.get_by_role("button", name="CSV").click()
    page.locator(".tab[data-view=compare]").click()
    page.select_option("#compare-by", "windows")
    expect(page.locator("#compare-view tbody tr").first).to_be_visible()
    page.locator(".tab[data-view=map]").click()


def test_page_asks_nobody_else_when_everything_is_used(
    watched: tuple[Page, list[str]], explorer_url: str
) -> None:
    page, asked = watched
    page.goto(explorer_url)
    page.wait_for_function(READY)
    _use_everything(page)
    # For the icon a browser asks only where it has a tab to show it in.
    asked.append(page.locator("link[rel~=icon]").evaluate("(link) => link.href"))
    paths = {urlsplit(url).path for url in asked}
    assert paths >= {"/", "/static/explorer.css", "/static/explorer.js", "/data/index"}
    assert sum(path.startswith("/data/map/") for path in paths) == 4  # windows times facets
    assert _strangers(asked, explorer_url) == []


def test_watch_catches_a_page_that_asks_somebody_else(
    watched: tuple[Page, list[str]], explorer_url: str
) -> None:
    page, asked = watched

    def seed(route: Route) -> None:
        response = route.fetch()
        headers = {k: v for k, v in response.headers.items() if "policy" not in k.lower()}
        body = response.text().replace("</body>", f'<img src="{ELSEWHERE}" alt="" /></body>')
        route.fulfill(response=response, headers=headers, body=body)

    page.route(explorer_url, seed)
    page.goto(explorer_url)
    page.wait_for_function(READY)
    assert _strangers(asked, explorer_url) == [ELSEWHERE]


@pytest.mark.parametrize(
    "attempt",
    [
        "() => fetch('http://127.0.0.1:1/x').then(() => 'sent', () => 'refused')",
        "() => new Promise((done) => { const image = new Image(); "
        "image.onload = () => done('sent'); image.onerror = () => done('refused'); "
        "image.src = 'http://127.0.0.1:1/pixel.png'; })",
        "() => { try { document.body.innerHTML = '<b>sent</b>'; return 'sent' } "
        "catch { return 'refused' } }",
    ],
)
def test_browser_refuses_what_the_policy_of_the_page_forbids(
    watched: tuple[Page, list[str]], explorer_url: str, attempt: str
) -> None:
    page, _ = watched
    page.goto(explorer_url)
    page.wait_for_function(READY)
    assert page.evaluate(attempt) == "refused"
