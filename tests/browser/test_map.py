"""The map in a real browser: names, colours, picking, keys, lasso, and its pure functions."""

from itertools import combinations
from statistics import median
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page

#: Hands the running page's map to the tests, with the published map that it shows.
TAP = """async () => {
  const script = (name) => import(new URL(`static/js/${name}`, document.baseURI).href);
  const { viewOf } = await script("map/map.js");
  const { openSource } = await script("payload.js");
  const { measuresOf } = await script("measures.js");
  const { rampOf, themeColours } = await script("ramps.js");
  const view = viewOf(document.querySelector(".map-stage"));
  const source = await openSource();
  const { windows } = source.index;
  const data = await source.map(windows[0].window, windows[0].facet);
  const measures = measuresOf(data);
  window.tapped = { view, data, measures, rampOf, themeColours };
}"""

#: Nothing moves and everything asked for is drawn.
IDLE = "() => window.tapped.view.debug().idle"

#: Pixels of names outside all boxes of names.
STRAY_INK = """() => {
  const canvas = document.querySelector("canvas[data-layer=labels]");
  const ratio = canvas.width / canvas.clientWidth;
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
  copy.drawImage(canvas, 0, 0);
  for (const { x, y, width, height } of window.tapped.view.debug().labels) {
    copy.clearRect(x * ratio - 1, y * ratio - 1, width * ratio + 2, height * ratio + 2);
  }
  const pixels = copy.getImageData(0, 0, canvas.width, canvas.height).data;
  return pixels.filter((value, at) => at % 4 === 3 && value > 0).length;
}"""

#: [cluster, is missing, colour of its middle, colour that the ramp gives] for discs seen whole.
COLOURS = """([key, theme]) => {
  const { view, data, measures, rampOf, themeColours } = window.tapped;
  const measure = measures.find((one) => one.key === key);
  const values = measure.values(data);
  const ramp = rampOf(measure, values, theme);
  const canvas = document.querySelector("canvas[data-layer=points]");
  const ratio = canvas.width / canvas.clientWidth;
  const context = canvas.getContext("2d");
  const discs = view.debug().discs.map((i) => ({ i, ...view.toPixels(i) }));
  const alone = discs.filter((a) => a.visible && a.r >= 4 && discs.every(
    (b) => a === b || Math.hypot(a.x - b.x, a.y - b.y) > a.r + b.r + 3));
  const at = (x, y) => {
    const [r, g, b] = context.getImageData(Math.floor(x * ratio), Math.floor(y * ratio), 1, 1).data;
    return `#${[r, g, b].map((v) => v.toString(16).padStart(2, "0")).join("")}`;
  };
  return {
    background: themeColours(theme).background,
    gradient: ramp.gradient,
    discs: alone.map(({ i, x, y, r }) =>
      ({ missing: Number.isNaN(values[i]), middle: at(x, y), ramp: ramp.colour(values[i]) })),
  };
}"""

ZOOMS = (0.7, 1, 1.5, 2.2, 3.4, 5, 8, 13, 24, 60)


@pytest.fixture
def map_page(page: Page) -> Page:
    page.wait_for_selector(".map-stage")
    page.evaluate(TAP)
    _settle(page)
    return page


def _settle(page: Page) -> dict[str, Any]:
    page.wait_for_function(IDLE)
    return _debug(page)


def _debug(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("() => window.tapped.view.debug()")
    return found


def _look(page: Page, x: float, y: float, k: float) -> dict[str, Any]:
    page.evaluate("(to) => window.tapped.view.setCamera(to)", {"x": x, "y": y, "k": k})
    return _settle(page)


def _place(page: Page, index: int) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("(i) => window.tapped.view.toPixels(i)", index)
    return found


def _origin(page: Page) -> tuple[float, float]:
    box = page.locator(".map-stage").bounding_box()
    assert box is not None
    return box["x"], box["y"]


def _free_disc(page: Page) -> int:
    """A disc in the open: in the middle of the view, under no name and no button."""
    found: int = page.evaluate(
        """() => {
          const { view } = window.tapped;
          const { discs, labels, obstacles, view: size } = view.debug();
          const boxes = [...labels, ...obstacles];
          const places = discs.map((i) => ({ i, ...view.toPixels(i) }));
          return places.find((a) =>
            a.x > 60 && a.y > 60 && a.x < size.width - 60 && a.y < size.height - 60 &&
            !boxes.some((b) => a.x > b.x - 9 && a.x < b.x + b.width + 9 &&
                               a.y > b.y - 9 && a.y < b.y + b.height + 9) &&
            places.every((b) => a === b || Math.hypot(a.x - b.x, a.y - b.y) > a.r + b.r + 2)).i;
        }"""
    )
    return found


def _overlapping(a: dict[str, Any], b: dict[str, Any]) -> bool:
    apart_across = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
    apart_down = a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]
    return not (apart_across or apart_down)


def _check_names(state: dict[str, Any]) -> None:
    size = state["view"]
    for label in state["labels"]:
        assert min(label["x"], label["y"]) >= 0
        assert label["x"] + label["width"] <= size["width"]
        assert label["y"] + label["height"] <= size["height"]
        assert not any(_overlapping(label, box) for box in state["obstacles"])
    pairs = combinations(state["labels"], 2)
    assert not [pair for pair in pairs if _overlapping(*pair)]


# --- names ---------------------------------------------------------------------------------------


def test_names_neither_overlap_nor_are_clipped_when_zoomed_ten_times(map_page: Page) -> None:
    shown = 0
    for k in ZOOMS:
        for x, y in ((0.5, 0.5), (0.27, 0.62)):
            state = _look(map_page, x, y, k)
            _check_names(state)
            assert map_page.evaluate(STRAY_INK) == 0
            shown += len(state["labels"])
    assert shown > 5 * len(ZOOMS)


def test_names_neither_overlap_nor_are_clipped_while_dragging(map_page: Page) -> None:
    _look(map_page, 0.5, 0.5, 3)
    left, top = _origin(map_page)
    size = _debug(map_page)["view"]
    x, y = left + size["width"] / 2, top + size["height"] / 2
    map_page.mouse.move(x, y)
    map_page.mouse.down()
    for step in range(1, 16):
        map_page.mouse.move(x - 17 * step, y + 11 * step)
        map_page.evaluate("() => new Promise(requestAnimationFrame)")
        _check_names(_debug(map_page))
    map_page.mouse.up()


def test_names_stay_when_the_map_is_moved_without_magnifying(map_page: Page) -> None:
    before = _look(map_page, 0.5, 0.5, 2)
    after = _look(map_page, 0.51, 0.5, 2)
    kept = {label["index"]: label for label in after["labels"]}
    size, moved = before["view"], None
    for label in before["labels"]:
        if not 150 < label["x"] < size["width"] - label["width"] - 150:
            continue
        if not 60 < label["y"] < size["height"] - label["height"] - 250:
            continue
        shift = round(label["x"] - kept[label["index"]]["x"])
        assert moved is None or abs(shift - moved) <= 1
        moved = shift
    assert (moved or 0) > 0


def test_names_go_from_top_to_leaf_with_zoom(map_page: Page) -> None:
    top = map_page.evaluate("() => Math.max(...window.tapped.data.level)")
    x, y = map_page.evaluate(
        """() => {
          const { view, data } = window.tapped;
          const largest = view.debug().discs[0];
          return [data.x[largest], data.y[largest]];
        }"""
    )
    shares = []
    for k in (1, 4, 20):
        labels = _look(map_page, x, y, k)["labels"]
        levels = [label["level"] for label in labels]
        shares.append(sum(level == 0 for level in levels) / max(1, len(levels)))
        if k == 1:
            assert top in levels
    assert shares[0] < 1
    assert shares[0] <= shares[1] <= shares[2]
    assert shares[2] > 0.5


HOSTILE = [
    "<script>window.harmed = true</script><img src=x onerror='window.harmed = true'>",
    "\u202egnihtyna yas \u2066 isolated",
    "x" * 10_000,
    "مساعدة في كتابة رسائل رسمية للشركات الصغيرة",
    "עזרה בכתיבת קוד",
    "👩‍👩‍👧‍👦" * 500,
    "Z" + "\u0310\u0346\u0352" * 3000,
    "機械学習モデルの訓練と最適化の問題の詳しい解答と例",
    "",
    "word " * 2000,
]


def test_names_are_inert_and_laid_out_when_hostile(map_page: Page) -> None:
    state = map_page.evaluate(
        """async (names) => {
          const script = (name) => import(new URL(`static/js/${name}`, document.baseURI).href);
          const { createMap } = await script("map/map.js");
          const { data, measures, rampOf } = window.tapped;
          const box = document.createElement("div");
          box.style.cssText = "position:fixed;left:0;top:0;width:700px;height:500px;z-index:99";
          document.body.append(box);
          const hostile = { ...data, name: data.name.map((_, i) => names[i % names.length]) };
          const view = createMap(box, {});
          view.setData(hostile);
          const values = measures[0].values(data);
          view.setMeasure(values, rampOf(measures[0], values, "light"));
          await new Promise((done) => setTimeout(done, 300));
          const state = view.debug();
          view.destroy();
          box.remove();
          return { ...state, left: box.childElementCount, harmed: window.harmed === true };
        }""",
        HOSTILE,
    )
    _check_names(state)
    assert len(state["labels"]) > 5
    assert all(label["width"] < 240 and label["height"] < 60 for label in state["labels"])
    lines = "".join(line for label in state["labels"] for line in label["lines"])
    assert not set(lines) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f")
    assert not state["harmed"]
    assert state["left"] == 0  # destroy() takes everything away


# --- colours -------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_discs_have_the_colours_of_their_values(map_page: Page, theme: str) -> None:
    for kind in ("size", "growth", "concern", "level", "share", "lift"):
        assert _checked_discs(map_page, kind, theme) > 0


def _checked_discs(page: Page, kind: str, theme: str) -> int:
    """Colour the map by the measure of that kind with most values, and compare; how many were."""
    key = page.evaluate(
        """([kind, theme]) => {
          const { view, data, measures, rampOf } = window.tapped;
          const known = (one) => one.values(data).filter((v) => !Number.isNaN(v)).length;
          const measure = measures
            .filter((one) => one.key === kind || one.key.startsWith(`${kind}:`))
            .sort((a, b) => known(b) - known(a))[0];
          const values = measure.values(data);
          view.setTheme(theme);
          view.setMeasure(values, rampOf(measure, values, theme));
          return measure.key;
        }""",
        [kind, theme],
    )
    seen = 0
    for k in (4, 9):
        _look(page, 0.5, 0.5, k)
        found = page.evaluate(COLOURS, [key, theme])
        for disc in found["discs"]:
            assert disc["middle"] == (found["background"] if disc["missing"] else disc["ramp"])
            seen += not disc["missing"]
    return seen


def test_the_legend_shows_the_ramp_of_the_map(map_page: Page) -> None:
    key = map_page.evaluate(
        "() => window.tapped.measures.find((one) => one.key.startsWith('share:language:')).key"
    )
    map_page.select_option("#colour", key)
    _look(map_page, 0.5, 0.5, 6)
    found = map_page.evaluate(COLOURS, [key, "light"])
    assert {disc["middle"] for disc in found["discs"] if not disc["missing"]} <= {
        disc["ramp"] for disc in found["discs"]
    }
    strip = map_page.locator(".legend-strip").evaluate("(e) => getComputedStyle(e).backgroundImage")
    for colour in (found["gradient"][0], found["gradient"][-1]):
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        assert f"rgb({red}, {green}, {blue})" in strip


def test_every_step_of_a_ramp_stands_out_and_lightness_runs_one_way(map_page: Page) -> None:
    ramps = map_page.evaluate(
        """() => {
          const { data, measures, rampOf, themeColours } = window.tapped;
          return ["light", "dark"].flatMap((theme) => ["size", "growth", "level"].map((key) => {
            const measure = measures.find((one) => one.key === key);
            const { gradient, kind } = rampOf(measure, measure.values(data), theme);
            return { theme, kind, gradient, background: themeColours(theme).background };
          }));
        }"""
    )
    for ramp in ramps:
        ground = _luminance(ramp["background"])
        lights = [_luminance(colour) for colour in ramp["gradient"]]
        for light in lights:
            contrast = (max(light, ground) + 0.05) / (min(light, ground) + 0.05)
            assert contrast > (2 if ramp["kind"] != "categorical" else 3)
        if ramp["kind"] == "sequential":
            away = lights if ramp["theme"] == "dark" else lights[::-1]
            assert away == sorted(away)
        if ramp["kind"] == "diverging":
            middle = (lights[15] + lights[16]) / 2
            assert (lights[0] > middle < lights[-1]) == (ramp["theme"] == "dark")


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# --- measures ------------------------------------------------------------------------------------

H = -1  # a suppressed cell


#: Cells of the periods -> growth.
GROWTHS: list[tuple[list[int], float | None]] = [
    ([10, 10, 20, 20], 1.0),
    ([20, 20, 10, 10], -0.5),
    ([10, 99, 15], 0.5),  # the middle period counts in neither half
    ([0, 0, 10, 10], None),
    ([H, 10, 10, 10], None),
    ([10, 10, 10, H, 20, 20, 20, 20], 1.0),
    ([10, 10, H, H, 20, 20, 20, 20], None),
]

#: Cells, their scores and the cluster's size -> mean concern.
CONCERNS: list[tuple[list[int], list[int], int, float | None]] = [
    ([80, 20, 0, 0, 0], [1, 2, 3, 4, 5], 100, 1.2),
    ([80, 20, H, H, 0], [1, 2, 3, 4, 5], 100, 1.2),  # nobody is hidden
    ([900, 80, H, H, 0], [1, 2, 3, 4, 5], 1000, 1.13),  # twenty of score 3 or 4
    ([80, H, H, H, H], [1, 2, 3, 4, 5], 100, None),  # anything from 1.2 to 1.8
    ([90], [1], 100, None),  # what the window does not show could be 2 to 5
    ([H, H, H, H, H], [1, 2, 3, 4, 5], 100, None),
]


def test_growth_is_told_when_enough_periods_are_visible(map_page: Page) -> None:
    found = map_page.evaluate(
        """async (cases) => {
          const url = new URL("static/js/measures.js", document.baseURI).href;
          const { growthOf } = await import(url);
          const growths = cases.map((cells) => growthOf(Int32Array.from(cells), 0, cells.length));
          return growths.map((v) => (Number.isNaN(v) ? null : v));
        }""",
        [cells for cells, _ in GROWTHS],
    )
    assert found == [growth if growth is None else pytest.approx(growth) for _, growth in GROWTHS]


def test_concern_is_told_when_suppression_leaves_little_doubt(map_page: Page) -> None:
    found = map_page.evaluate(
        """async (cases) => {
          const url = new URL("static/js/measures.js", document.baseURI).href;
          const { concernOf } = await import(url);
          const concerns = cases.map(([cells, scores, size]) =>
            concernOf(Int32Array.from(cells), 0, scores, size));
          return concerns.map((v) => (Number.isNaN(v) ? null : v));
        }""",
        [list(case[:3]) for case in CONCERNS],
    )
    assert found == [mean if mean is None else pytest.approx(mean) for *_, mean in CONCERNS]


def test_shares_and_lifts_follow_the_published_cells(map_page: Page) -> None:
    wrong = map_page.evaluate(
        """() => {
          const { data, measures } = window.tapped;
          const wrong = [];
          for (const measure of measures) {
            const [what, facetName, ...rest] = measure.key.split(":");
            if (what !== "share" && what !== "lift") continue;
            const facet = data.facets.find((one) => one.name === facetName);
            const at = facet.values.indexOf(rest.join(":"));
            const base = facet.base[at] / data.window.conversations;
            const values = measure.values(data);
            for (let i = 0; i < data.n; i++) {
              const cell = facet.cells[i * facet.values.length + at];
              const share = cell < 0 ? NaN : cell / data.size[i];
              const wanted = what === "share" ? share : share / base;
              const same = Object.is(wanted, values[i]) || Math.abs(wanted - values[i]) < 1e-12;
              if (!same) wrong.push([measure.key, i]);
              if (cell < 0 && measure.format(values[i]) !== "suppressed") wrong.push(measure.key);
            }
          }
          return wrong;
        }"""
    )
    assert wrong == []


# --- pointing and choosing -----------------------------------------------------------------------


def test_click_selects_and_hover_shows_name_and_size(map_page: Page) -> None:
    _look(map_page, 0.5, 0.5, 5)
    index = _free_disc(map_page)
    left, top = _origin(map_page)
    at = _place(map_page, index)
    map_page.mouse.move(left + at["x"], top + at["y"])
    tooltip = map_page.locator(".map-tooltip")
    tooltip.wait_for(state="visible")
    name, size = map_page.evaluate(
        "(i) => [window.tapped.data.name[i], window.tapped.data.size[i]]", index
    )
    assert name in tooltip.inner_text()
    assert f"{size:,} conversations" in tooltip.inner_text()
    map_page.mouse.click(left + at["x"], top + at["y"])
    assert _settle(map_page)["selected"] == [index]


def test_name_of_a_parent_is_selected_when_clicked(map_page: Page) -> None:
    state = _look(map_page, 0.5, 0.5, 1)
    left, top = _origin(map_page)
    picked = []
    for label in (one for one in state["labels"] if one["level"] > 0):
        x, y = left + label["x"] + 4, top + label["y"] + label["height"] / 2
        map_page.mouse.click(x, y)
        picked.append(_settle(map_page)["selected"] == [label["index"]])
        if any(picked):
            break
    assert any(picked)  # a disc under the pointer goes before a name


def test_keys_move_between_clusters_and_select(map_page: Page) -> None:
    _look(map_page, 0.5, 0.5, 3)
    map_page.focus(".map-stage")
    map_page.keyboard.press("ArrowRight")
    first = _settle(map_page)["cursor"]
    assert first >= 0
    for key, axis, sign in (("ArrowRight", "x", 1), ("ArrowDown", "y", 1), ("ArrowUp", "y", -1)):
        before = _settle(map_page)["cursor"]
        map_page.keyboard.press(key)
        after = _settle(map_page)["cursor"]
        if after != before:
            assert sign * (_place(map_page, after)[axis] - _place(map_page, before)[axis]) > 0
    cursor = _settle(map_page)["cursor"]
    assert cursor != first
    name = map_page.evaluate("(i) => window.tapped.data.name[i]", cursor)
    assert name in map_page.locator(".map-spoken").inner_text()
    map_page.keyboard.press("Enter")
    assert _settle(map_page)["selected"] == [cursor]


def test_keys_move_and_magnify_the_map(map_page: Page) -> None:
    start = _look(map_page, 0.5, 0.5, 2)["camera"]
    map_page.focus(".map-stage")
    map_page.keyboard.press("Shift+ArrowRight")
    assert _settle(map_page)["camera"]["x"] > start["x"]
    map_page.keyboard.press("+")
    map_page.keyboard.press("+")
    assert _settle(map_page)["camera"]["k"] == pytest.approx(2 * 1.5**2)
    map_page.keyboard.press("-")
    assert _settle(map_page)["camera"]["k"] == pytest.approx(2 * 1.5)
    map_page.keyboard.press("Home")
    assert _settle(map_page)["camera"]["k"] == pytest.approx(1)


def test_wheel_magnifies_about_the_pointer(map_page: Page) -> None:
    _look(map_page, 0.5, 0.5, 3)
    index = _free_disc(map_page)
    left, top = _origin(map_page)
    before = _place(map_page, index)
    map_page.mouse.move(left + before["x"], top + before["y"])
    map_page.mouse.wheel(0, -240)
    map_page.wait_for_function("() => window.tapped.view.camera().k > 3.1")
    _settle(map_page)
    after = _place(map_page, index)
    assert (after["x"], after["y"]) == pytest.approx((before["x"], before["y"]), abs=1.5)


def test_pinch_magnifies_about_the_fingers(map_page: Page) -> None:
    start = _look(map_page, 0.5, 0.5, 2)
    left, top = _origin(map_page)
    x, y = left + start["view"]["width"] / 2, top + start["view"]["height"] / 2
    touch = map_page.context.new_cdp_session(map_page)

    def fingers(kind: str, apart: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x - apart, "y": y}, {"x": x + apart, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", 40)
    for apart in (50, 60, 70, 80):
        fingers("touchMove", apart)
    fingers("touchEnd", 0)
    end = _settle(map_page)["camera"]
    assert end["k"] == pytest.approx(4, rel=0.1)
    assert (end["x"], end["y"]) == pytest.approx((0.5, 0.5), abs=0.02)


@pytest.mark.parametrize("by_button", [True, False])
def test_lasso_selects_the_discs_inside(map_page: Page, by_button: bool) -> None:
    state = _look(map_page, 0.5, 0.5, 2)
    left, top = _origin(map_page)
    size = state["view"]
    x0, y0 = size["width"] * 0.25, size["height"] * 0.25
    x1, y1 = size["width"] * 0.75, size["height"] * 0.7
    places = {index: _place(map_page, index) for index in state["discs"]}
    inside = {i for i, at in places.items() if x0 < at["x"] < x1 and y0 < at["y"] < y1}
    if by_button:
        map_page.locator(".map-tools button[aria-pressed]").click()
    else:
        map_page.keyboard.down("Shift")
    map_page.mouse.move(left + x0, top + y0)
    map_page.mouse.down()
    for x, y in ((x1, y0), (x1, y1), (x0, y1), (x0, y0)):
        map_page.mouse.move(left + x, top + y, steps=3)
    map_page.mouse.up()
    map_page.keyboard.up("Shift")
    assert len(inside) > 1
    assert set(_settle(map_page)["selected"]) == inside
    assert _debug(map_page)["camera"] == state["camera"]


def test_minimap_moves_the_map_when_dragged(map_page: Page) -> None:
    start = _look(map_page, 0.5, 0.5, 6)["camera"]
    mini = map_page.locator(".map-mini")
    mini.wait_for(state="visible")
    box = mini.bounding_box()
    assert box is not None
    map_page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    map_page.mouse.down()
    map_page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.2)
    map_page.mouse.up()
    end = _settle(map_page)["camera"]
    assert end["x"] > start["x"]
    assert end["y"] < start["y"]
    assert end["k"] == start["k"]


def test_map_stands_still_at_once_when_motion_is_reduced(map_page: Page) -> None:
    map_page.emulate_media(reduced_motion="reduce")
    _look(map_page, 0.5, 0.5, 1)
    map_page.evaluate("() => window.tapped.view.focus(window.tapped.view.debug().discs[0])")
    first = map_page.evaluate("() => window.tapped.view.camera()")
    assert first["k"] >= 1
    assert _settle(map_page)["camera"] == first


def test_two_hundred_selections_do_not_slow_down(map_page: Page) -> None:
    _look(map_page, 0.5, 0.5, 2)
    times = map_page.evaluate(
        """async () => {
          const { view } = window.tapped;
          const stage = document.querySelector(".map-stage");
          const { left, top } = stage.getBoundingClientRect();
          const discs = view.debug().discs.filter((i) => view.toPixels(i).visible);
          stage.setPointerCapture = () => {};
          const times = [];
          for (let turn = 0; turn < 200; turn++) {
            const { x, y } = view.toPixels(discs[(turn * 7) % discs.length]);
            const at = { clientX: left + x, clientY: top + y, pointerId: 9, bubbles: true };
            const start = performance.now();
            for (const type of ["pointerdown", "pointerup"]) {
              stage.dispatchEvent(new PointerEvent(type, { ...at, pointerType: "mouse" }));
            }
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            times.push(performance.now() - start);
          }
          delete stage.setPointerCapture;
          return times;
        }"""
    )
    assert len(times) == 200
    assert _settle(map_page)["selected"] != []
    assert median(times[-50:]) < 2 * median(times[:50]) + 10
