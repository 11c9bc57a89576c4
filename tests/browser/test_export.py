"""The page as one file: from disk, with the network off."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Browser, Page, expect

READY = "() => document.documentElement.dataset.ready === 'true'"


@pytest.fixture(scope="module")
def exported(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `clio export` writes."""
    clio = Path(sys.executable).with_name("clio")
    file = tmp_path_factory.mktemp("export") / "explorer.html"
    subprocess.run([str(clio), "--home", str(home), "export", str(file)], check=True, timeout=120)
    return file


@pytest.fixture
def offline(browser: Browser, exported: Path) -> Any:
    """The file opened from disk without a network, what it asked for and what it complained of."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: asked.append(f"error: {error}"))
    page.on("console", lambda said: asked.append(said.text) if said.type == "error" else None)
    page.goto(exported.as_uri())
    page.wait_for_function(READY)
    yield page, asked
    context.close()


def _foreign(asked: list[str], exported: Path) -> list[str]:
    own = exported.as_uri()
    return [
        url for url in asked if url.split("#")[0] != own and not url.startswith(("data:", "blob:"))
    ]


def test_export_works_from_disk_with_the_network_off(
    offline: tuple[Page, list[str]], exported: Path, rows: Any
) -> None:
    page, asked = offline
    name, size = rows(
        "SELECT name, size FROM clusters WHERE level = 0 AND facet = 'task' AND "
        '"window" = (SELECT max("window") FROM windows) ORDER BY size DESC, id LIMIT 1'
    )[0]
    page.select_option("#facet", "task")
    page.keyboard.press("/")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.locator(".details-name")).to_have_text(name)
    expect(page.locator("[data-figure=size] dd")).to_have_text(f"{size:,}")
    page.locator("#details .bar").first.click()
    page.locator(".tab[data-view=table]").click()
    expect(page.locator("#table-view .cell-link").first).to_be_visible()
    page.locator(".tab[data-view=compare]").click()
    page.select_option("#compare-by", "windows")
    expect(page.locator("#compare-view .cell-link").first).to_be_visible()
    address = page.url
    page.go_back()
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_function(READY)
    expect(page.locator(".details-name")).to_have_text(name)
    assert _foreign(asked, exported) == ["about:blank"] or _foreign(asked, exported) == []


def test_export_draws_the_map(offline: tuple[Page, list[str]]) -> None:
    page, _ = offline
    page.wait_for_timeout(500)
    drawn = page.evaluate(
        """() => {
          const canvas = document.querySelector("canvas[data-layer=points]");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const colours = new Set(new Uint32Array(data.buffer));
          return colours.size;
        }"""
    )
    assert drawn > 20
