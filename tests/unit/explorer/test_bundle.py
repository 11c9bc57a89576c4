"""Modules become one script without losing anything, or are refused."""

import base64
import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from clio_assets.explorer.bundle import bundle, page_in_one
from clio_assets.explorer.static_files import PAGE, ROOT

PAGE_OF_A_TEST = (
    '<html><head><meta charset="utf-8" /><link rel="icon" href="i.svg" type="image/svg+xml" />'
    '<link rel="stylesheet" href="a.css" /><link rel="stylesheet" href="b.css" media="print" />'
    '<script type="module" src="js/main.js"></script></head><body>hello</body></html>'
)
FILES = {
    "i.svg": "<svg/>",
    "a.css": "p { color: red }",
    "b.css": "p { color: black }",
    "js/main.js": 'import { twice as double, ONE } from "./lib/sums.js";\n'
    'import * as words from "./words.js";\n'
    'import "./side.js";\n'
    "console.log(double(ONE), words.hello, words.default_name, globalThis.side);\n",
    "js/lib/sums.js": 'import { hello } from "../words.js";\n'
    "export const ONE = hello.length - 4;\n"
    "export function twice(n) {\n  return helper(n);\n}\n"
    "const helper = (n) => n * 2;\n",
    "js/words.js": 'const hello = "hello";\nconst helper = "mine";\n'
    "export {\n  hello,\n  helper as default_name,\n};\n"
    "export class Word {}\nexport async function later() {}\n",
    "js/side.js": "globalThis.side = 1;\n",
}


def script_of(page: str) -> str:
    found = re.search(r'<script type="module">(.*)</script>', page, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node to run a script")
def test_script_does_what_the_modules_do_when_it_runs() -> None:
    done = subprocess.run(
        ["node", "--input-type=module", "-"],
        input=bundle("js/main.js", FILES.__getitem__),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("2 hello mine 1\n", "")


def test_module_comes_once_and_before_its_importers_when_several_need_it() -> None:
    script = bundle("js/main.js", FILES.__getitem__)
    assert script.count('"hello"') == 1
    places = [script.index(mark) for mark in ('"hello"', "ONE = hello", "side = 1", "console.log")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "line",
    [
        'import thing from "./words.js";',
        'import { a } from "elsewhere";',
        'const late = await import("./words.js");',
        "const here = import.meta.url;",
        "export default 1;",
        "export let changing = 1;",
        'export * from "./words.js";',
        'export { hello } from "./words.js";',
    ],
)
def test_form_is_refused_when_it_cannot_be_bundled(line: str) -> None:
    files = FILES | {"js/main.js": f"const a = 1;\n{line}\n"}
    with pytest.raises(ValueError, match=r"js/main.js, line \d"):
        bundle("js/main.js", files.__getitem__)


def test_modules_are_refused_when_they_import_each_other() -> None:
    files = {"a.js": 'import "./b.js";\n', "b.js": 'import "./a.js";\n'}
    with pytest.raises(ValueError, match="imports itself"):
        bundle("a.js", files.__getitem__)


def test_page_allows_its_own_script_and_styles_alone_when_it_is_put_together() -> None:
    page = page_in_one(PAGE_OF_A_TEST, FILES.__getitem__, {"data-index": b"\0\1"})
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert found is not None
    rules = dict(rule.strip().split(" ", 1) for rule in found[1].split(";"))
    styles = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert rules["script-src"] == hashed(script_of(page))
    assert rules["style-src"].split() == [hashed(style) for style in styles]
    assert styles[1].startswith("@media print {")
    assert (rules["default-src"], rules["connect-src"]) == ("'none'", "'none'")
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert ' id="data-index">AAE=</script>' in page
    assert "src=" not in page.replace("data:image", "")
    assert 'href="data:image/svg+xml;base64,' in page


@pytest.mark.parametrize("name", ["a.css", "js/main.js"])
@pytest.mark.parametrize("text", ["</script>", "</STYLE ", "<!--", "<script "])
def test_file_is_refused_when_it_could_end_its_element(name: str, text: str) -> None:
    files = FILES | {name: f'"{text}";\n'}
    with pytest.raises(ValueError, match="ends its element"):
        page_in_one(PAGE_OF_A_TEST, files.__getitem__, {})


def test_explorers_own_page_can_be_put_together_when_its_files_change() -> None:
    def read(name: str) -> str:
        return (ROOT / name.removeprefix("static/")).read_text("utf-8")

    page = page_in_one((ROOT / PAGE).read_text("utf-8"), read, {})
    assert "openSource" in script_of(page)
    assert not re.search(r"(?:src|href)=\"(?!data:)", page)
    assert "url(" not in page
    assert "@import" not in page


def hashed(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def test_static_files_load_nothing_from_elsewhere_when_they_are_read() -> None:
    for path in sorted(Path(ROOT).rglob("*")):
        if path.suffix in (".js", ".css", ".html", ".svg"):
            text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"https?://|//[a-z0-9-]+\.[a-z]{2,}/", text), path.name
