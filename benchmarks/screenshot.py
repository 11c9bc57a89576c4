"""The README's picture of the explorer, taken of the home that `make run` leaves, or of another.

    .venv/bin/python -m benchmarks.screenshot docs/explorer.png [--home FOLDER] [--theme dark]

Shows the whole map coloured by coherence, a leaf selected, and its details. Needs Chromium.
"""

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.explorer import OPTIONS, READY, served

VIEW = {"width": 1440, "height": 900}
COLOUR = "coherence"
#: A leaf in the middle of things: the first that a search for this finds.
SEARCH = "doctor"
HOME = Path(".clio-sample")
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Take the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--home", type=Path, default=HOME, help="default: the one of `make run`")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--search", default=SEARCH, help="words of the cluster to select")
    parser.add_argument("--colour", default=COLOUR, help="measure that colours the map")
    options = parser.parse_args()
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        sys.exit(f"there is no Chromium: apt-get install {PROGRAMS[0]}")
    with served(options.home) as (url, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        page = browser.new_page(viewport=VIEW, color_scheme=options.theme)
        page.goto(f"{url}#colour={options.colour}")
        page.wait_for_function(READY)
        select(page, options.search)
        page.screenshot(path=options.file)
        browser.close()


def select(page: Page, words: str) -> None:
    """Select the best match and let the whole map come to rest, with nothing dimmed."""
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show the whole map").click()
    page.wait_for_timeout(1500)


if __name__ == "__main__":
    main()
