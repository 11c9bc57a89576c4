"""The README's picture of the explorer, taken of a synthetic release or of a home.

    .venv/bin/python benchmarks/screenshot.py docs/explorer.png [--home FOLDER] [--theme dark]

Shows the map coloured by a facet value, a leaf selected, and its details.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from explorer import OPTIONS, READY, served
from explorer_release import Shape, build_home
from playwright.sync_api import Page, sync_playwright

VIEW = {"width": 1440, "height": 900}
COLOUR = "share:language:Spanish"
#: A leaf in the middle of things: the first that a search for this finds.
SEARCH = "lesson plans for students"


def main() -> None:
    """Take the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--home", type=Path, help="show this home instead of a synthetic one")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--search", default=SEARCH, help="words of the cluster to select")
    parser.add_argument("--colour", default=COLOUR, help="measure that colours the map")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or build_home(Path(folder) / "home", Shape())
        with served(home) as (url, _), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=OPTIONS
            )
            page = browser.new_page(viewport=VIEW, color_scheme=options.theme)
            page.goto(f"{url}#colour={options.colour}")
            page.wait_for_function(READY)
            select(page, options.search)
            page.screenshot(path=options.file)
            browser.close()


def select(page: Page, words: str) -> None:
    """Select the best match and let the map come to rest on it, with nothing dimmed."""
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.wait_for_timeout(1500)


if __name__ == "__main__":
    main()
