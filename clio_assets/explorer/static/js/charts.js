// Bars of a facet's values with a tick at the base rate, and the trend over time.

import { bdi, button, el, spoken } from "./dom.js";
import { SUPPRESSED, count, day, meanName, percent, periodOf, points, shortDay, times, valueName } from "./format.js";
import { title } from "./text.js";

const SHOWN_AT_ONCE = 10;

/**
 * A facet as bars: {node, update}. `cells` are Model.cells; `overlay` is the value that colours the
 * map (or null), `onValue(value)` is called by a click on a bar. `mean` is Model.mean with that of
 * the window beside it as `base` (null: the facet has none), and `onMean()` is called by a click on
 * it. `update({cells, overlay, mean})` shows another cluster's of the same facet in the same elements.
 */
export function facetChart({ name, kind, cells, overlay, onValue, mean, onMean }) {
  const bars = cells.map((cell) => createBar(cell, kind, onValue));
  const average = mean ? createMean(name, onMean) : null;
  const rows = bars.map((bar) => el("li", {}, bar.node));
  const list = el("ul", { class: "bars" }, rows);
  const hidden = cells.length - SHOWN_AT_ONCE;
  const rest = hidden > 1 ? disclosure(list, rows, cells.length) : null;
  const node = el(
    "section",
    { class: kind === "number" ? "facet of-ranges" : "facet", data: { facet: name } },
    el("h3", { class: "facet-title", text: title(name) }),
    average?.node,
    list,
    rest?.toggle,
  );
  const update = (now) => {
    average?.update(now.mean);
    const largest = Math.max(...now.cells.map((c) => Math.max(c.share ?? 0, c.base ?? 0)), 0.01);
    now.cells.forEach((cell, k) => bars[k].update(cell, largest, now.overlay === cell.value));
    rest?.show(false);
  };
  update({ cells, overlay, mean });
  return { node, update };
}

/** The mean of a number, and that of the whole window; pressed, it colours the map. */
function createMean(name, onMean) {
  const number = el("span");
  const base = el("span", { class: "mean-base" });
  const node = button(
    { class: "mean", data: { mean: name }, on: { click: onMean } },
    el("span", { text: "Mean" }),
    number,
    base,
  );
  const update = ({ mean, step, base: window, isPressed }) => {
    number.className = Number.isNaN(mean) ? "mean-number is-suppressed" : "mean-number";
    say(number, meanName(mean, step));
    say(base, window === null ? "in the whole window" : `whole window ${meanName(window.mean, window.step)}`);
    attribute(node, "title", "Each user counts once. Colours the map by the mean");
    attribute(node, "aria-pressed", String(isPressed));
  };
  return { node, update };
}

function disclosure(list, rows, total) {
  const show = (all) => {
    rows.forEach((row, k) => (row.hidden = !all && k >= SHOWN_AT_ONCE));
    toggle.textContent = all ? `Show the first ${SHOWN_AT_ONCE}` : `Show all ${count(total)}`;
    toggle.setAttribute("aria-expanded", String(all));
  };
  const toggle = button({
    class: "link",
    on: { click: () => show(toggle.getAttribute("aria-expanded") !== "true") },
  });
  show(false);
  return { toggle, show };
}

/** The bar of a value, whose label and base rate stay what they are. */
function createBar({ value, base, isBase }, kind, onValue) {
  const fill = el("span", { class: "fill" });
  const tick = base === null || isBase ? null : el("span", { class: "tick" });
  const track = el("span", { class: "track" }, tick);
  const number = el("span");
  const node = button(
    { class: "bar", data: { value }, on: { click: () => onValue(value) } },
    el("span", { class: "bar-label" }, bdi(valueName(value, kind), { dir: "auto" })),
    track,
    number,
    tick ? spoken(`, base rate ${percent(base)}`) : null,
  );
  const update = (cell, largest, isPressed) => {
    const suppressed = cell.size < 0;
    track.className = suppressed ? "track hatched" : "track";
    if (suppressed) fill.remove();
    else {
      fill.style.width = `${Math.min(100, (100 * cell.share) / largest)}%`;
      if (fill.parentNode === null) track.prepend(fill);
    }
    if (tick) tick.style.left = `${Math.min(100, (100 * cell.base) / largest)}%`;
    number.className = suppressed ? "bar-number is-suppressed" : "bar-number";
    say(number, suppressed ? SUPPRESSED : `${count(cell.size)} · ${percent(cell.share)}`);
    node.dataset.size = String(cell.size);
    attribute(node, "title", explain(cell));
    attribute(node, "aria-pressed", String(isPressed));
  };
  return { node, update };
}

/** Set a text where it is another one: what stays the same is not laid out again. */
function say(node, text) {
  if (node.firstChild === null) node.textContent = text;
  else if (node.firstChild.data !== text) node.firstChild.data = text;
}

function attribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

function explain(cell) {
  if (cell.size < 0) return "Too few conversations or users to show, or hidden to protect others";
  if (cell.lift === null || cell.isBase) return `${percent(cell.share)} of conversations`;
  const versus = `base rate ${percent(cell.base)}`;
  return `${percent(cell.share)}, ${versus}: ${points(cell.share - cell.base)}, ${times(cell.lift)}`;
}

/**
 * Sizes over time as columns: {node, update}; a suppressed period is hatched and says so.
 * `update({cells, total})` shows another cluster's in the same elements.
 */
export function trendChart({ cells, total }) {
  const period = periodOf(cells.map((c) => c.value));
  const columns = cells.map(createColumn);
  const several = cells.length === 1 ? period : `${period}s`;
  const nodes = columns.map((column) => el("li", {}, column.node));
  const list = el("ol", { class: "trend-columns", "aria-label": `Conversations by ${period}` }, nodes);
  const gaps = el("span", { class: "is-suppressed" });
  const last = el("span", { text: shortDay(cells[cells.length - 1].value) });
  const node = el(
    "section",
    { class: "facet trend", data: { facet: "time" } },
    el("h3", { class: "facet-title", text: `Trend, ${cells.length} ${several}` }),
    list,
    el("p", { class: "trend-axis" }, el("span", { text: shortDay(cells[0].value) }), last),
  );
  const update = (now) => {
    const largest = Math.max(...now.cells.map((c) => Math.max(c.size, (c.base ?? 0) * now.total)), 1);
    now.cells.forEach((cell, k) => columns[k].update(cell, largest, now.total));
    const hidden = now.cells.filter((c) => c.size < 0).length;
    say(gaps, `${hidden} ${SUPPRESSED}`);
    if (hidden > 0) last.before(gaps);
    else gaps.remove();
  };
  update({ cells, total });
  return { node, update };
}

function createColumn({ value, base, isBase }) {
  const fill = el("span");
  const tick = base === null || isBase ? null : el("span", { class: "level-tick" });
  const node = el("span", { class: "trend-column", role: "img", data: { value } }, fill, tick);
  const update = (cell, largest, total) => {
    const suppressed = cell.size < 0;
    fill.className = suppressed ? "column hatched" : "column";
    fill.style.height = suppressed ? "100%" : `${(100 * cell.size) / largest}%`;
    if (tick) tick.style.bottom = `${Math.min(100, (100 * cell.base * total) / largest)}%`;
    const text = `${day(cell.value)}: ${suppressed ? SUPPRESSED : count(cell.size)}`;
    attribute(node, "title", text);
    attribute(node, "aria-label", text);
    node.dataset.size = String(cell.size);
  };
  return { node, update };
}
