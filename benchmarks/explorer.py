"""How fast the explorer is in a real browser, against the real server.

    .venv/bin/python -m benchmarks.explorer [--leaves 10000] [--loads 5] [--home FOLDER]

Builds a synthetic release (10,110 clusters, 5 facets, 26 weeks), serves it with `clio explore` and
drives headless Chromium. Every time ends after the frame that shows the result. Prints a row for
each measure with its target, and the same as JSON. Nothing else should run meanwhile.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks.explorer_release import Shape, build_home

OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
READY = "() => document.documentElement.dataset.ready === 'true'"
VIEW = {"width": 1440, "height": 900}
QUERIES = ("s", "st", "stu", "students", "budget", "grammar drills", "deadline", "é", "zzzz", "a")

#: Runs `act` and gives the milliseconds until the frame that shows its result is over.
TIMED = """const timed = (act) => new Promise((done) => {
  const from = performance.now();
  act();
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now() - from);
    port2.postMessage(0);
  });
});"""

#: Selects clusters one after the other by their links in the details.
SELECTIONS = (
    "async (times) => {"
    + TIMED
    + """
  const found = [];
  for (let at = 0; at < times; at += 1) {
    const links = document.querySelectorAll("#details .cluster-link");
    found.push(await timed(() => links[(at * 7) % links.length].click()));
    await new Promise((done) => setTimeout(done, 20));
  }
  return found;
}"""
)

SEARCHES = (
    "async ([times, queries]) => {"
    + TIMED
    + """
  const input = document.querySelector("#search-input");
  const found = [];
  for (let at = 0; at < times; at += 1) {
    found.push(await timed(() => {
      input.value = queries[at % queries.length];
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }));
    await new Promise((done) => setTimeout(done, 20));
  }
  input.value = "";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  return found;
}"""
)

OVERLAYS = (
    "async (times) => {"
    + TIMED
    + """
  const found = [];
  for (let at = 0; at < times; at += 1) {
    const bars = document.querySelectorAll("#details button.bar");
    found.push(await timed(() => bars[at % bars.length].click()));
    await new Promise((done) => setTimeout(done, 20));
  }
  return found;
}"""
)

COUNT_FRAMES = """() => {
  window.counted = { frames: 0, from: performance.now() };
  const next = () => { window.counted.frames += 1; requestAnimationFrame(next); };
  requestAnimationFrame(next);
}"""
FRAMES_PER_SECOND = "() => (1000 * counted.frames) / (performance.now() - counted.from)"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leaves", type=int, default=10_000)
    parser.add_argument("--loads", type=int, default=5)
    parser.add_argument("--home", type=Path, help="measure this home instead of a synthetic one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or build_home(Path(folder) / "home", Shape(leaves=options.leaves))
        with served(home) as (url, server), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=OPTIONS
            )
            figures = measure(browser, url, options.loads)
            browser.close()
            figures["server_mb"] = psutil.Process(server.pid).memory_info().rss / 1e6
    report(figures)


@contextmanager
def served(home: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """`clio explore` on a free port: its address and its process."""
    clio = Path(sys.executable).with_name("clio")
    command = [str(clio), "--home", str(home), "explore", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().split()[1], server
        finally:
            server.terminate()


def measure(browser: Browser, url: str, loads: int) -> dict[str, float]:
    """All figures; each load is a first visit."""
    drawn, sizes = [], []
    for _ in range(loads):
        page, session, received = open_page(browser, url)
        drawn.append(page.evaluate("() => performance.getEntriesByName('map-drawn')[0].startTime"))
        sizes.append(sum(received) / 1000)
        session.detach()
        page.context.close()
    page, session, _ = open_page(browser, url)
    page.wait_for_timeout(1000)
    page.locator("[role=treeitem]").first.click()
    page.locator("#details .cluster-link").first.click()
    page.evaluate(SELECTIONS, 20)
    before = heap(session)
    selections = page.evaluate(SELECTIONS, 200)
    figures = {
        "load_kb": statistics.median(sizes),
        "drawn_ms": statistics.median(drawn),
        "selection_median_ms": statistics.median(selections),
        "selection_p95_ms": percentile(selections, 95),
        "selection_last_50_over_first_50": statistics.median(selections[-50:])
        / statistics.median(selections[:50]),
        "selection_heap_growth_mb": heap(session) - before,
        "search_p95_ms": percentile(page.evaluate(SEARCHES, [100, QUERIES]), 95),
        "overlay_p95_ms": percentile(page.evaluate(OVERLAYS, 100), 95),
        "panning_frames_per_second": panning(page),
    }
    page.context.close()
    return figures


def open_page(browser: Browser, url: str) -> tuple[Page, CDPSession, list[float]]:
    """A loaded page without a cache, and the bytes of each answer as they came over the wire."""
    context = browser.new_context(viewport=VIEW)
    page = context.new_page()
    session = context.new_cdp_session(page)
    received: list[float] = []
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(url)
    page.wait_for_function(READY)
    return page, session, received


def panning(page: Page) -> float:
    """Frames a second while the map is dragged to and fro."""
    page.locator("#colour").select_option("size")
    box = page.locator(".map-stage").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(COUNT_FRAMES)
    for turn in range(6):
        page.mouse.move(x + (120 if turn % 2 else -120), y + 40 * (turn % 3), steps=25)
    rate: float = page.evaluate(FRAMES_PER_SECOND)
    page.mouse.up()
    return rate


def heap(session: CDPSession) -> float:
    """Megabytes in use by scripts once what is unused is collected."""
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def percentile(values: Sequence[float], share: int) -> float:
    """The value under which that many per cent of all lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


#: Figure -> (what it is, target as text, whether it is met).
TARGETS: dict[str, tuple[str, str, Any]] = {
    "load_kb": ("first load, KB over the wire", "<= 800", lambda v: v <= 800),
    "drawn_ms": ("map drawn after navigation, ms", "<= 500", lambda v: v <= 500),
    "selection_median_ms": ("selection to details, median ms", "", lambda v: True),
    "selection_p95_ms": ("selection to details, p95 ms", "< 60", lambda v: v < 60),
    "selection_last_50_over_first_50": ("200 selections, last over first 50", "", lambda v: True),
    "selection_heap_growth_mb": ("200 selections, growth of the heap, MB", "", lambda v: True),
    "search_p95_ms": ("search, p95 ms", "< 100", lambda v: v < 100),
    "overlay_p95_ms": ("overlay, p95 ms", "< 100", lambda v: v < 100),
    "panning_frames_per_second": ("panning, frames a second", ">= 40", lambda v: v >= 40),
    "server_mb": ("server, MB resident", "< 150", lambda v: v < 150),
}


def report(figures: dict[str, float]) -> None:
    """Print rows for RESULTS.md, and JSON."""
    print("| measure | found | target |\n|---|---|---|")
    for name, (text, target, is_met) in TARGETS.items():
        missed = "" if is_met(figures[name]) else " (missed)"
        print(f"| {text} | {figures[name]:.1f} | {target}{missed} |")
    print(json.dumps({name: round(value, 2) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
